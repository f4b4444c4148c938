import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import { HeaderList } from '../../src/core/headers/header-list.ts';
import { editHeader, FIELD_NAME, FIELD_VALUE, HEADER_ACTION } from '../support/header-actions.ts';
import type { HeaderAction } from '../support/header-actions.ts';
import { ALL_VARIANTS, describeMta, MtaBench } from '../support/mta-bench.ts';
import type { MtaVariant } from '../support/mta-bench.ts';
import { lines } from '../support/mta-instance.ts';

/*
 * Any list of header edits over any header, through real MTAs: what is delivered is what the author saw. The rules of both MTAs are
 * modelled in src/protocol/apply-edits.ts, where the same property has thousands of cases; this is about the model.
 */

/** Fields that an MTA would put in itself where they are missing: always there, and never edited. */
const COMPLETE: readonly (readonly [name: string, value: string])[] = [
  ['From', ' a@example.org'],
  ['To', ' b@example.net'],
  ['Date', ' Thu, 1 Jan 2026 00:00:00 +0000'],
  ['Message-ID', ' <1@example.org>'],
];
const KEPT = COMPLETE.map(([name]) => name);

interface Case {
  readonly received: readonly (readonly [string, string])[];
  readonly actions: readonly HeaderAction[];
}

const CASE: fc.Arbitrary<Case> = fc
  .array(fc.tuple(FIELD_NAME, FIELD_VALUE), { maxLength: 6 })
  .chain((fields) =>
    fc.record({
      received: fc.shuffledSubarray([...COMPLETE, ...fields], { minLength: COMPLETE.length + fields.length }),
      actions: fc.array(HEADER_ACTION, { minLength: 1, maxLength: 6 }),
    }),
  );

const CASES = fc.sample(CASE, { seed: 20_261_128, numRuns: 40 });
/** Messages that are under way at once. */
const AT_ONCE = 5;

const shown = (name: string, value: string): string =>
  `${name.toLowerCase()}:${value.replaceAll('\n', '\r\n')}`;

let bench: MtaBench;
beforeAll(async () => {
  const edit = defineTransform({
    name: 'edit',
    onEnd(msg) {
      const n = Number(/^case(\d+)/.exec(msg.envelope.sender.address)![1]);
      for (const action of CASES[n].actions) editHeader(msg.headers, action, KEPT);
    },
  });
  bench = await MtaBench.start(ALL_VARIANTS, { edit: { transforms: [edit] } });
});
afterAll(() => bench?.stop());

for (const variant of ALL_VARIANTS) describeMta(variant.kind, variant.name, () => tests(variant));

function tests(variant: MtaVariant): void {
  async function delivered(n: number): Promise<string[]> {
    const header = CASES[n].received.flatMap(([name, value]) => `${name}:${value}`.split('\n'));
    const { code, copies } = await bench.send(variant, 'edit', {
      bytes: lines(...header, '', 'body'),
      sender: `case${n}`,
    });
    expect([n, code, copies.length]).toEqual([n, '250', 1]);
    const block = copies[0].bytes.toString('latin1').split('\r\n\r\n')[0];
    return block.split(/\r\n(?![ \t])/).map((field) => {
      const colon = field.indexOf(':');
      return `${field.slice(0, colon).toLowerCase()}${field.slice(colon)}`;
    });
  }

  function wanted({ received, actions }: Case): string[] {
    const list = new HeaderList();
    for (const [name, value] of received) list.append(name, value);
    for (const action of actions) editHeader(list, action, KEPT);
    return [...list].map((field) => shown(field.name, field.rawValue));
  }

  it('delivers the header that the author saw, whatever the edits', async () => {
    for (let from = 0; from < CASES.length; from += AT_ONCE) {
      const numbers = CASES.slice(from, from + AT_ONCE).map((_, i) => from + i);
      const headers = await Promise.all(numbers.map(delivered));
      for (const [i, n] of numbers.entries()) {
        expect(headers[i], JSON.stringify(CASES[n])).toEqual(wanted(CASES[n]));
      }
    }
  });
}
