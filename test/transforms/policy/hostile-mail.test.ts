import { describe, expect, it } from 'vitest';
import { EICAR } from '../../support/eicar.ts';
import { draw } from '../../support/evasions.ts';
import { programStart } from '../../support/file-starts.ts';
import { type Construct, CONSTRUCTS, isEmpty, type Load } from '../../support/evasions/pairs.ts';
import { isLetThrough, throughChain } from '../../support/scan-chain.ts';

const LOADS = {
  virus: [EICAR, 'notes.dat'],
  name: [Buffer.from('harmless'), 'evil.exe'],
  program: [programStart(), 'notes.dat'],
} as const;

/** A file that is in another one, or in a text: of these, names count, and no content is looked at where they could be taken out. */
const INSIDE =
  /^pack: |^encoding: (?:uuencode(?:, | in | without | of | with )|yEnc in text|hqx in |a data URI|a script|base64 in base64)|^field: text in UTF-16/;

async function isHidden({ evasion }: Construct, load: Load | 'program'): Promise<boolean> {
  const [payload, name] = LOADS[load];
  const result = await throughChain(draw([evasion], payload, name));
  // A limit refuses a message, and that is a failure, too.
  if (result.verdict.kind === 'accept') expect(result.failures).toEqual([]);
  return isLetThrough(result);
}

describe('hostile mail', () => {
  it.each(CONSTRUCTS)('does not get EICAR past scan and strip: $name', async (construct) => {
    expect(await isHidden(construct, 'virus')).toBe(false);
  });

  it.each(CONSTRUCTS.filter((construct) => !isEmpty(construct, 'name')))(
    'does not get a forbidden name past: $name',
    async (construct) => {
      expect(await isHidden(construct, 'name')).toBe(false);
    },
  );

  it.each(CONSTRUCTS.filter(({ name }) => !INSIDE.test(name)))(
    'does not get a program of another name past: $name',
    async (construct) => {
      expect(await isHidden(construct, 'program')).toBe(false);
    },
  );
});
