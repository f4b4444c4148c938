import { describe, expect, it } from 'vitest';
import { EICAR } from '../../support/eicar.ts';
import { draw, type Evasion, EVASIONS } from '../../support/evasions.ts';
import { isLetThrough, throughChain } from '../../support/scan-chain.ts';

interface Construct {
  readonly layer: string;
  readonly name: string;
  readonly evasion: Evasion;
}

const CONSTRUCTS: readonly Construct[] = Object.entries(EVASIONS).flatMap(([layer, evasions]) =>
  Object.entries(evasions).map(([name, evasion]) => ({ layer, name: `${layer}: ${name}`, evasion })),
);

/** By itself, and in no pair: what no reader can undo. */
const HIDDEN_FROM_ALL: Readonly<Record<string, string>> = {
  'base64: text in front':
    'its letters are digits: all that is behind them comes out shifted, for every decoder',
};

/** Encodings in which digits of base64, broken or mixed with others, are read by nobody. */
const NOT_BASE64 = /^encoding: (?:quoted|uuencode|yEnc|a data URI|none|7bit|empty|twice, and)/;

/** Why two constructs together are not tried; undefined where they are. */
function reasonAgainst(pair: readonly Construct[]): string | undefined {
  const [names, layers] = [pair.map(({ name }) => name), pair.map(({ layer }) => layer)];
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (layers[0] === layers[1]) return 'both alter the same piece';
  if (names.some((name) => name in HIDDEN_FROM_ALL)) return 'hidden from all already';
  if (has(NOT_BASE64) && layers.includes('base64')) return 'broken for every reader, not only in base64';
  if (has(/alphabet of URLs/) && layers.includes('pack'))
    return 'digits that readers drop: the archive is broken';
  if (has(/UTF-16/) && (layers.includes('pack') || has(/^base64|^encoding/)))
    return 'UTF-16 is undone in text only, and not in what is packed or in it';
  if (has(/cut at 70|closing one in its place/) && has(/transfer encoding/))
    return 'in the decoded text there is no delimiter of any boundary given';
  if (has(/boundary: (?:none|empty|of 300)/) && has(/wrap: a (?:message|multipart) in/))
    return 'a reader that guesses the boundary and decodes as well; bounces of large providers have no boundary';
  if (has(/lone CR behind/) && has(/three deep/))
    return 'three messages in base64 behind what is no delimiter';
  if (has(/closing one in its place/) && has(/in quoted-printable|^encoding: quoted/))
    return 'an epilogue in quoted-printable, which is a note';
  return undefined;
}

const PAIRS = CONSTRUCTS.flatMap((one, i) => CONSTRUCTS.slice(i + 1).map((other) => [one, other])).filter(
  (pair) => reasonAgainst(pair) === undefined,
);

/** Some of a list, the same in every run (a linear congruential generator, Numerical Recipes). */
function sample<T>(list: readonly T[], count: number, seed: number): T[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return list[Math.floor((state / 2 ** 32) * list.length)];
  });
}

const nameOf = (set: readonly Construct[]): string => set.map(({ name }) => name).join(' + ');

async function letThrough(sets: readonly Construct[][], payload: Buffer, name: string): Promise<string[]> {
  const through: string[] = [];
  for (const set of sets) {
    const evasions = set.map(({ evasion }) => evasion);
    const result = await throughChain(draw(evasions, payload, name));
    expect([nameOf(set), result.failures]).toEqual([nameOf(set), []]);
    if (isLetThrough(result)) through.push(nameOf(set));
  }
  return through;
}

describe('hostile mail', () => {
  it.each(CONSTRUCTS.filter(({ name }) => !(name in HIDDEN_FROM_ALL)))(
    'does not get EICAR past scan and strip: $name',
    async (construct) => {
      expect(await letThrough([[construct]], EICAR, 'notes.dat')).toEqual([]);
    },
  );

  it.each(CONSTRUCTS.filter(({ name }) => name !== 'field: no header'))(
    'does not get a forbidden name past: $name',
    async (construct) => {
      expect(await letThrough([[construct]], Buffer.from('harmless'), 'evil.exe')).toEqual([]);
    },
  );

  it.each([1, 2, 3, 4])('does not by two constructs at once, seed %i', { timeout: 60_000 }, async (seed) => {
    expect(PAIRS.length).toBeGreaterThan(10_000);
    expect(await letThrough(sample(PAIRS, 250, seed), EICAR, 'notes.dat')).toEqual([]);
  });
});
