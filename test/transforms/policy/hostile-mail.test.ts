import { describe, expect, it } from 'vitest';
import { EICAR } from '../../support/eicar.ts';
import { draw } from '../../support/evasions.ts';
import { type Construct, CONSTRUCTS, isEmpty, type Load } from '../../support/evasions/pairs.ts';
import { isLetThrough, throughChain } from '../../support/scan-chain.ts';

const LOADS = { virus: [EICAR, 'notes.dat'], name: [Buffer.from('harmless'), 'evil.exe'] } as const;

async function isHidden({ evasion }: Construct, load: Load): Promise<boolean> {
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
});
