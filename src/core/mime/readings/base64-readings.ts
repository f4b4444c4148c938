import type { ByteCoder, Decoder, Oddity } from '../transfer/byte-coder.ts';
import { Base64Decoder } from '../transfer/index.ts';
import { DigitLines } from './digit-lines.ts';
import { LateReadings, type OtherRule } from './late-readings.ts';
import { type Base64Rule, OtherBase64, type Quantum } from './other-base64.ts';

/** Each way, and what makes a difference. */
const RULES: readonly (Base64Rule & { readonly from: readonly Oddity[]; readonly byLine?: true })[] = [
  { from: ['padding-inside', 'bad-padding'], padding: 'junk' },
  { from: ['bad-padding'], padding: 'ends' },
  { from: ['bad-padding'], padding: 'counts' },
  { from: ['padding-inside', 'bad-padding'], padding: 'zero' },
  { from: ['url-safe'], padding: 'regular', urlSafe: true },
  { from: ['non-alphabet', 'url-safe'], padding: 'ends', lines: 'text' },
  { from: ['non-alphabet', 'url-safe'], padding: 'ends', lines: 'joined' },
  { from: ['non-alphabet', 'url-safe'], byLine: true, padding: 'ends', lines: 'whole' },
  { from: ['non-alphabet', 'url-safe'], byLine: true, padding: 'ends', lines: 'cut' },
];

/**
 * Decodes base64 by the rules, and in the other ways in which readers do: RFC 2045 section 6.8 leaves open what is to become of what is no
 * digit, and of digits that make no quantum. Of these nothing comes out while the base64 is regular.
 */
export class Base64Readings {
  readonly primary: Decoder;
  readonly others: readonly ByteCoder[];

  /** @param turnsOdd is called when it is odd only behind what is kept of it, and digits follow */
  constructor(turnsOdd?: () => void) {
    const decoder = new Base64Decoder();
    const rules = RULES.map((rule): OtherRule<Quantum> => ({
      differs: () =>
        rule.from.some((oddity) => decoder.oddities.has(oddity)) ||
        (rule.byLine === true && decoder.hasUnevenLine),
      begin: (quantum) => new OtherBase64(rule, quantum),
    }));
    const lines = turnsOdd === undefined ? undefined : new DigitLines(turnsOdd);
    const readings = new LateReadings(
      decoder,
      rules,
      () => decoder.quantum,
      (block) => lines?.write(block),
    );
    this.primary = readings.primary;
    const { others } = readings;
    this.others =
      lines === undefined
        ? others
        : [
            ...others.slice(0, -1),
            {
              write: (slice) => others.at(-1)!.write(slice),
              end: () => {
                const last = others.at(-1)!.end();
                lines.end();
                return last;
              },
            },
          ];
  }
}
