import type { AmbiguityCode } from './ambiguity.ts';
import { decodeCharset, decodeUnlabelled } from './decode-text.ts';
import type { RawParameter } from './parameters.ts';

/** One reading of a parameter. */
export interface Reading {
  /** Bytes, as a latin1 "binary" string, percent-decoded where they were encoded. */
  readonly bytes: string;
  /** The charset that RFC 2231 gave them. */
  readonly charset: string | undefined;
  readonly raw: RawParameter;
}

/** All that a field says about one parameter. */
export interface Parameter {
  /** From `name=...`, in order. */
  readonly plain: readonly Reading[];
  /** From `name*=...` and `name*0=...` (RFC 2231): as the rules join them, then as more lenient readers do. */
  readonly extended: readonly Reading[];
}

interface Section {
  readonly index: number;
  readonly encoded: boolean;
  readonly raw: RawParameter;
}

/** The text of a reading. */
export function textOf(reading: Reading): string {
  return reading.charset === undefined
    ? decodeUnlabelled(reading.bytes)
    : decodeCharset(reading.bytes, reading.charset);
}

/**
 * Parameters by lower-case name, with the pieces of RFC 2231 put together. Sections may come in any order; the rules
 * stop at the first gap, a second reading joins all of them. What is ambiguous is added to `ambiguities`.
 */
export function joinParameters(
  parameters: readonly RawParameter[],
  ambiguities: Set<AmbiguityCode>,
): Map<string, Parameter> {
  const plain = new Map<string, Reading[]>();
  const whole = new Map<string, Reading[]>();
  const sections = new Map<string, Section[]>();
  const names = new Set<string>();
  for (const raw of parameters) {
    const [name = '', ...stars] = raw.name.split('*');
    names.add(name);
    if (stars.length === 0) add(plain, name, { bytes: raw.value, charset: undefined, raw });
    else if (stars.length === 1 && stars[0] === '') add(whole, name, decodeExtended(raw, raw.value));
    else if (/^\d{1,9}$/.test(stars[0]!)) {
      add(sections, name, { index: Number(stars[0]), encoded: stars.length > 1, raw });
    } else ambiguities.add('parameter-sections');
  }
  const joined = new Map<string, Parameter>();
  for (const name of names) {
    const extended = [...(whole.get(name) ?? []), ...joinSections(sections.get(name) ?? [], ambiguities)];
    const parameter = { plain: plain.get(name) ?? [], extended };
    if (parameter.plain.length > 1 || (whole.get(name)?.length ?? 0) > 1)
      ambiguities.add('duplicate-parameter');
    if (parameter.plain.length > 0 && extended.length > 0) ambiguities.add('parameter-plain-and-extended');
    if (whole.has(name) && sections.has(name)) ambiguities.add('parameter-sections');
    joined.set(name, parameter);
  }
  return joined;
}

function joinSections(sections: readonly Section[], ambiguities: Set<AmbiguityCode>): Reading[] {
  if (sections.length === 0) return [];
  const inOrder = sections.toSorted((one, other) => one.index - other.index);
  const isClean = inOrder.every((section, place) => section === sections[place] && section.index === place);
  if (!isClean) ambiguities.add('parameter-sections');
  const firsts = inOrder.filter((section, place) => section.index !== inOrder[place - 1]?.index);
  const byRule = firsts.filter((section, place) => section.index === place);
  const readings = [byRule, firsts, inOrder, sections].filter((list) => list.length > 0).map(joinList);
  return readings.filter(
    (reading, place) => readings.findIndex((other) => other.bytes === reading.bytes) === place,
  );
}

function joinList(sections: readonly Section[]): Reading {
  const first = sections[0]!;
  let charset: string | undefined;
  const pieces = sections.map(({ encoded, raw }) => {
    if (!encoded) return raw.value;
    if (raw !== first.raw) return decodePercent(raw.value);
    const reading = decodeExtended(raw, raw.value);
    charset = reading.charset;
    return reading.bytes;
  });
  return { bytes: pieces.join(''), charset, raw: first.raw };
}

/** `charset'language'text`; without the two quotes it is all text. */
function decodeExtended(raw: RawParameter, value: string): Reading {
  const first = value.indexOf("'");
  const second = first < 0 ? -1 : value.indexOf("'", first + 1);
  if (second < 0) return { bytes: decodePercent(value), charset: undefined, raw };
  return { bytes: decodePercent(value.slice(second + 1)), charset: value.slice(0, first), raw };
}

function decodePercent(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function add<T>(map: Map<string, T[]>, name: string, item: T): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [item]);
  else list.push(item);
}
