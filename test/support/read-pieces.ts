import type { ByteCoder } from '../../src/core/mime/transfer/byte-coder.ts';

/** A decoder by the rules and those of other readers. */
export interface Coders {
  readonly primary: ByteCoder;
  readonly others: readonly ByteCoder[];
}

/** What comes out of these pieces by the rules, and in the other readings. The pieces are overwritten: they are only borrowed. */
export function readPieces(
  readings: Coders,
  pieces: Iterable<Buffer>,
): { primary: string; others: string[] } {
  const coders = [readings.primary, ...readings.others];
  const texts = coders.map(() => '');
  for (const piece of pieces) {
    for (const [i, coder] of coders.entries()) texts[i] += coder.write(piece).toString('latin1');
    piece.fill(0x2e);
  }
  for (const [i, coder] of coders.entries()) texts[i] += coder.end().toString('latin1');
  const [primary = '', ...others] = texts;
  return { primary, others: others.filter((text) => text !== '') };
}
