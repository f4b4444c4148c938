import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../src/base/errors.ts';
import { defineFilter, type Filter } from '../../src/core/index.ts';
import { LineEnds } from '../../src/core/line-ends.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { CURED, DEFAULT_CODES } from '../../src/transforms/canonicalize/cures.ts';
import { canonicalize, STRUCTURE_SPLITTING } from '../../src/transforms/index.ts';
import { mutate } from '../fuzz/mime/mutation.ts';
import { Random } from '../fuzz/mime/random.ts';
import { makeMessage } from '../fuzz/mime/structure.ts';
import { splitMessage } from '../support/corpus.ts';
import { draw, type Evasion, EVASIONS } from '../support/evasions.ts';
import { HOSTILE_MAIL } from '../support/hostile-mail.ts';
import { ATTACHMENTS, BY_PROGRAM } from '../support/odd-mail.ts';
import { ENCODINGS, STRUCTURES, TEXTS } from '../support/odd-structures.ts';
import { scan } from '../support/scan.ts';

interface Mode {
  readonly filter: Filter;
  readonly codes: ReadonlySet<string>;
  /** What is signed or encrypted keeps what it has, and what stands beside it may be a part of it to some. */
  readonly skips?: true;
}

/** As it is shipped; and acting on everything that has a cure, which leaves nothing for a second run either. */
const MODES: readonly Mode[] = [
  { filter: defineFilter([canonicalize()]), codes: DEFAULT_CODES },
  { filter: defineFilter([canonicalize({ codes: [...CURED] })]), codes: CURED },
  { filter: defineFilter([canonicalize({ onSigned: 'skip' })]), codes: DEFAULT_CODES, skips: true },
];

type Outcome = 'untouched' | 'refused' | 'rewritten';

/** Text of one byte a character, with line ends as an MTA has them. */
function received(text: string): Buffer {
  return Buffer.from(new LineEnds().write(Buffer.from(text, 'latin1')));
}

/** @throws where a message is neither left as it is, refused or not, nor rewritten for good */
async function check(eml: Buffer, { filter, codes, skips }: Mode): Promise<Outcome> {
  const { message, notes, failures, quarantine, ambiguities, verdict } = await runFilter(filter, { eml });
  if (failures.some(({ error }) => error instanceof MillraceError && error.code === 'MILLRACE_LIMIT')) {
    expect(verdict.kind).toBe('tempfail');
    return 'refused';
  }
  expect(failures).toEqual([]);
  if (notes.length === 0) {
    if (!skips) expect(ambiguities.filter(({ code }) => codes.has(code))).toEqual([]);
    expect(message.toString('latin1')).toBe(eml.toString('latin1'));
    return 'untouched';
  }
  if (quarantine !== undefined) {
    expect(notes).toEqual([expect.stringContaining('canonicalize: refused: ')]);
    expect(message.toString('latin1')).toBe(eml.toString('latin1'));
    return 'refused';
  }
  expect(notes).toEqual([expect.stringContaining('canonicalize: rewritten for ')]);
  const { header, body } = splitMessage(message);
  const { parts } = scan(header, [Buffer.from(body)]);
  const left = parts
    .filter(({ protection }) => !skips || protection === undefined)
    .flatMap((part) => part.ambiguities.map(({ code }) => code))
    .filter((code) => codes.has(code) || STRUCTURE_SPLITTING.has(code));
  if (!skips || !parts.some(({ protection }) => protection !== undefined)) expect(left).toEqual([]);
  else expect(left.filter((code) => code !== 'header-in-content')).toEqual([]);
  const again = await runFilter(filter, { eml: message });
  expect(again.notes).toEqual([]);
  expect(again.message.toString('latin1')).toBe(message.toString('latin1'));
  return 'rewritten';
}

/** Check all, in all modes; how many have come to what. */
async function checkAll(messages: Readonly<Record<string, string>>): Promise<Record<Outcome, number>> {
  const counts = { untouched: 0, refused: 0, rewritten: 0 };
  const wrong: string[] = [];
  for (const [name, text] of Object.entries(messages)) {
    for (const [index, mode] of MODES.entries()) {
      try {
        counts[await check(received(text), mode)]++;
      } catch (error) {
        wrong.push(`${name} (${index}): ${(error as Error).message.slice(0, 600)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  return counts;
}

const LAYERS = Object.values(EVASIONS).map((evasions) => Object.entries<Evasion>(evasions));
const CONSTRUCTS = LAYERS.flat();

describe('canonicalize leaves a message as it is, or with a single reading and nothing to do again', () => {
  it('where it is unusual and legal', async () => {
    const { untouched, rewritten } = await checkAll({
      ...STRUCTURES,
      ...ENCODINGS,
      ...TEXTS,
      ...BY_PROGRAM,
      ...ATTACHMENTS,
    });
    expect(untouched).toBeGreaterThan(rewritten);
  });

  it('where it is made to keep a filter busy', async () => {
    const messages = Object.entries(HOSTILE_MAIL).map(([name, make]) => [name, make(0.002)]);
    const { rewritten, refused } = await checkAll(Object.fromEntries(messages) as Record<string, string>);
    expect(rewritten).toBeGreaterThan(refused);
  });

  it('where readers are known to differ', async () => {
    const messages = CONSTRUCTS.map(([name, evasion]) => [
      name,
      draw([evasion], Buffer.from('MZ content'), 'a.exe'),
    ]);
    const { rewritten, refused } = await checkAll(Object.fromEntries(messages) as Record<string, string>);
    expect(rewritten).toBeGreaterThan(refused);
  });

  it('where a header that never ends reaches a limit', async () => {
    const {
      'lines that end in CR CR LF': never,
      'a field of 120 KB': long,
      'a message in base64, three deep': deep,
    } = Object.fromEntries(CONSTRUCTS);
    const eml = received(draw([never, long, deep], Buffer.from('MZ content'), 'a.exe'));
    for (const mode of MODES) expect(await check(eml, mode)).toBe('refused');
  });

  it('where readers differ in several places', async () => {
    const pairs = fc.tuple(...LAYERS.map((layer) => fc.option(fc.constantFrom(...layer), { freq: 3 })));
    await fc.assert(
      fc.asyncProperty(pairs, async (several) => {
        const evasions = several.flatMap((one) => (one === null ? [] : [one[1]]));
        const eml = received(draw(evasions, Buffer.from('MZ content'), 'a.exe'));
        for (const mode of MODES) await check(eml, mode);
      }),
      { numRuns: 300 },
    );
  });

  it('whatever it is made of', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(3), async (seed, changes) => {
        const random = new Random(seed);
        let eml = makeMessage(random);
        for (let i = 0; i < changes; i++) eml = mutate(random, eml, makeMessage(random));
        for (const mode of MODES) await check(received(eml.toString('latin1')), mode);
      }),
      { numRuns: 300 },
    );
  });
});
