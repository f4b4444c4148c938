import type { AmbiguityCode } from './ambiguity.ts';
import { decodeCharset, decodeUnlabelled } from './decode-text.ts';
import type { RawParameter } from './parameters.ts';
import { decodePercent } from './transfer/percent.ts';

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
  readonly plain: Reading[];
  /** From `name*=...` and `name*0=...` (RFC 2231): as the rules join them, then as more lenient readers do. */
  readonly extended: Reading[];
  /**
   * From what is neither (`name*x=...`, `name**=...`), for those who look at nothing behind the first star, and from extended
   * values that end elsewhere for some: `name*=utf-8''a(1).exe` has a comment, or none.
   */
  readonly odd: Reading[];
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
  const joined = new Map<string, Parameter>();
  const sections = new Map<string, Section[]>();
  const of = (name: string): Parameter => {
    let parameter = joined.get(name);
    if (parameter === undefined) joined.set(name, (parameter = { plain: [], extended: [], odd: [] }));
    return parameter;
  };
  for (const raw of parameters) {
    const star = raw.name.indexOf('*');
    const name = star < 0 ? raw.name : raw.name.slice(0, star);
    const { plain, extended, odd } = of(name);
    const section = star < 0 ? null : /^\*(\d{1,9})(\*?)$/.exec(raw.name.slice(star));
    if (star < 0) plain.push({ bytes: raw.value, charset: undefined, raw });
    else if (section !== null) {
      const list = sections.get(name) ?? [];
      sections.set(name, list);
      list.push({ index: Number(section[1]), encoded: section[2] !== '', raw });
    } else if (star === raw.name.length - 1) {
      extended.push(decodeExtended(raw, raw.value));
      for (const value of [raw.uncut, raw.shorter]) {
        if (value !== undefined) odd.push(decodeExtended(raw, value));
      }
    } else {
      ambiguities.add('parameter-sections');
      odd.push(decodeExtended(raw, raw.value));
    }
  }
  for (const [name, list] of sections) {
    const { extended, odd } = of(name);
    if (extended.length > 0) ambiguities.add('parameter-sections');
    extended.push(...joinSections(list, ambiguities));
    const inOrder = list.toSorted((one, other) => one.index - other.index);
    for (const other of ['uncut', 'shorter'] as const) {
      if (list.some(({ raw }) => raw[other] !== undefined)) odd.push(joinList(inOrder, other));
    }
  }
  for (const [name, { plain, extended }] of joined) {
    // With sections, several readings are no duplicates.
    const isTwice = plain.length > 1 || (extended.length > 1 && !sections.has(name));
    if (isTwice) ambiguities.add('duplicate-parameter');
    if (plain.length > 0 && extended.length > 0) ambiguities.add('parameter-plain-and-extended');
  }
  return joined;
}

function joinSections(sections: readonly Section[], ambiguities: Set<AmbiguityCode>): Reading[] {
  if (sections.length === 0) return [];
  const inOrder = sections.toSorted((one, other) => one.index - other.index);
  const isClean = inOrder.every((section, place) => section === sections[place] && section.index === place);
  if (isClean) return [joinList(sections)];
  ambiguities.add('parameter-sections');
  const firsts = inOrder.filter((section, place) => section.index !== inOrder[place - 1]?.index);
  const byRule = firsts.filter((section, place) => section.index === place);
  const readings = [byRule, firsts, inOrder, sections]
    .filter((list) => list.length > 0)
    .map((list) => joinList(list));
  return readings.filter(
    (reading, place) => readings.findIndex((other) => other.bytes === reading.bytes) === place,
  );
}

/** @param other what is taken for a section's value, where there is such a thing */
function joinList(sections: readonly Section[], other: 'uncut' | 'shorter' | 'value' = 'value'): Reading {
  const first = sections[0];
  let charset: string | undefined;
  const pieces = sections.map(({ encoded, raw }) => {
    const value = raw[other] ?? raw.value;
    if (!encoded) return value;
    if (raw !== first.raw) return decodePercent(value);
    const reading = decodeExtended(raw, value);
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
