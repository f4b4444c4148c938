import { describe, expect, it } from 'vitest';
import { deep } from '../../support/deep.ts';
import { EICAR } from '../../support/eicar.ts';
import { draw } from '../../support/evasions.ts';
import { nameOf } from '../../support/evasions/pairs.ts';
import { quirkPairs } from '../../support/quirks/pairs.ts';
import { isLetThrough, throughChain } from '../../support/scan-chain.ts';

/** Of the pairs, one in so many is tried where not all are. */
const STEP = 499;

describe('mail with two quirks', () => {
  it(`does not get EICAR past scan and strip: ${deep ? 'all pairs' : 'a sample'}`, async () => {
    const all = quirkPairs();
    expect(all.length).toBeGreaterThan(100_000);
    const through: string[] = [];
    for (let i = 0; i < all.length; i += deep ? 1 : STEP) {
      const quirks = all[i].map(({ evasion }) => evasion);
      if (isLetThrough(await throughChain(draw(quirks, EICAR, 'notes.dat')))) through.push(nameOf(all[i]));
    }
    expect(through).toEqual([]);
  });
});
