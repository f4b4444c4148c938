import type { ByteCoder, Decoder, Oddity } from '../transfer/byte-coder.ts';
import { QuotedPrintableDecoder } from '../transfer/index.ts';
import { LateReadings } from './late-readings.ts';
import { OtherQuoted, type QuotedRule } from './other-quoted.ts';

const RULES: readonly (QuotedRule & { readonly from: readonly Oddity[] })[] = [
  { from: ['bad-escape', 'bare-cr', 'soft-break-blanks'], dropped: 0 },
  { from: ['bad-escape'], dropped: 1 },
  { from: ['bad-escape', 'lower-case-hex'], dropped: 2, onlyUpperCase: true },
  { from: ['bad-escape', 'lower-case-hex'], dropped: 3, onlyUpperCase: true },
];

/**
 * Decodes quoted-printable by the rules, and in the other ways in which readers do: RFC 2045 section 6.7 leaves open what is to become of
 * an equals sign that begins no escape. Of these nothing comes out while there is none.
 */
export class QuotedReadings {
  readonly primary: Decoder;
  readonly others: readonly ByteCoder[];

  constructor() {
    const decoder = new QuotedPrintableDecoder();
    const rules = RULES.map((rule) => ({
      differs: () => rule.from.some((oddity) => decoder.oddities.has(oddity)),
      begin: () => new OtherQuoted(rule),
    }));
    const { primary, others } = new LateReadings(decoder, rules, () => undefined);
    this.primary = primary;
    this.others = others;
  }
}
