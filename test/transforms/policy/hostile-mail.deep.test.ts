import { describe, expect, it } from 'vitest';
import { deep } from '../../support/deep.ts';
import { EICAR } from '../../support/eicar.ts';
import { draw } from '../../support/evasions.ts';
import { nameOf, pairs } from '../../support/evasions/pairs.ts';
import { isLetThrough, throughChain } from '../../support/scan-chain.ts';

const LOADS = [
  ['virus', EICAR, 'notes.dat'],
  ['name', Buffer.from('harmless'), 'evil.exe'],
] as const;

/** Of the pairs, one in so many is tried where not all are. It has no divisor in common with the number of constructs. */
const STEP = 71;

describe('hostile mail of two constructs', () => {
  it.each(LOADS)(
    `gets nothing past scan and strip, ${deep ? 'all pairs' : 'a sample'}: %s`,
    async (load, payload, name) => {
      const all = pairs(load);
      expect(all.length).toBeGreaterThan(70_000);
      const through: string[] = [];
      for (let i = 0; i < all.length; i += deep ? 1 : STEP) {
        const evasions = all[i].map(({ evasion }) => evasion);
        const result = await throughChain(draw(evasions, payload, name));
        // A limit refuses a message, and that is a failure, too.
        if (result.verdict.kind === 'accept')
          expect([nameOf(all[i]), result.failures]).toEqual([nameOf(all[i]), []]);
        if (isLetThrough(result)) through.push(nameOf(all[i]));
      }
      expect(through).toEqual([]);
    },
  );
});
