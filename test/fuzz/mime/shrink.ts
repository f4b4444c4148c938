/**
 * Make an input smaller as long as it still fails: without stretches of lines, then without stretches of bytes, long
 * ones first.
 * @param tries how many inputs are tried at most
 */
export async function shrink(
  input: Buffer,
  fails: (input: Buffer) => Promise<boolean>,
  tries = 1500,
): Promise<Buffer> {
  const state = { left: tries };
  const lines = await withoutPieces(input.toString('latin1').split(/(?<=\n)/), fails, state);
  const bytes = await withoutPieces([...lines.join('')], fails, state);
  return Buffer.from(bytes.join(''), 'latin1');
}

async function withoutPieces(
  pieces: readonly string[],
  fails: (input: Buffer) => Promise<boolean>,
  state: { left: number },
): Promise<readonly string[]> {
  let kept = pieces;
  for (
    let length = Math.ceil(kept.length / 2);
    length >= 1;
    length = length > 1 ? Math.ceil(length / 2) : 0
  ) {
    for (let at = 0; at < kept.length && state.left > 0;) {
      state.left--;
      const fewer = kept.toSpliced(at, length);
      if (await fails(Buffer.from(fewer.join(''), 'latin1'))) kept = fewer;
      else at += length;
    }
  }
  return kept;
}
