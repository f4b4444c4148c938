import { HeaderList } from '../../../src/core/index.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../src/core/limits.ts';
import type { Forks } from '../../../src/core/mime/readings/forks.ts';
import type { RunFilterResult } from '../../../src/testing/run-filter.ts';
import { splitMessage } from '../../support/corpus.ts';
import { scan, type Scanned } from '../../support/scan.ts';
import { CANONICAL, CODE_NOTE, LOOKING, play, SHIPPED, told, withCrlf, WRAPPING } from './filters.ts';
import { OtherWays } from './other-ways.ts';
import { read, type Reading } from './reading.ts';

/** One try: a message, and how it is cut. Everything that follows depends on these alone. */
export interface Try {
  readonly input: Buffer;
  readonly sizes: readonly number[];
}

/** What came of a message that passed all properties. */
export interface Passed {
  readonly reading: Reading;
  /** What those do who read it in other ways. */
  readonly ways: readonly string[];
  /** Codes that one is told who reads all content. */
  readonly codes: readonly string[];
  readonly outcomes: readonly RunFilterResult[];
}

/** A property that does not hold. */
export class Violation extends Error {
  /** Which one: what stays the same while the input is made smaller. */
  readonly property: string;

  constructor(property: string, detail: string, options?: ErrorOptions) {
    super(`${property}: ${detail}`, options);
    this.property = property;
  }
}

const WHOLE = [1_000_000];
/** A filter takes a turn for each piece, so there are not to be too many. */
const MAX_PIECES = 150;
/** Limits that small messages reach. */
const FEW = { parts: 4, depth: 3, partHeaderBytes: 60 };
/** As many as before for what is inside of a new root: that is one deeper, and there is a part behind it. */
const WRAPPED = { parts: DEFAULT_LIMITS.parts + 2, depth: DEFAULT_LIMITS.depth + 1 };
/** A multipart that has not got the end that it should have. */
const UNENDED = new Set(['missing-close', 'inner-not-closed', 'header-cut-off']);

/** Check every property of a message. @throws Violation for the first that does not hold. */
export async function check(tried: Try): Promise<Passed> {
  const reading = guard('reading', () => checkReading(tried));
  const { names: ways } = guard('reading in other ways', () => checkOtherWays(tried, reading.text));
  const shipped = await checkFilter('the shipped filter', SHIPPED, tried);
  const canonical = await checkFilter('canonicalize', CANONICAL, tried);
  const outcomes = [shipped, canonical];
  const { notes } = await checkFilter('who looks', LOOKING, tried);
  const codes = notes.flatMap((note) => CODE_NOTE.exec(note)?.[1] ?? []);
  const before = scanOf(withCrlf(tried.input));
  for (const outcome of outcomes) if (isNew(outcome)) checkEnds(before, scanOf(outcome.message));
  // Nothing else is wrapped.
  if (reading.scanned.root.protection !== undefined) {
    const wrapping = await checkFilter('wrapping', WRAPPING, tried);
    outcomes.push(wrapping);
    if (isNew(wrapping)) checkWrapped(before, scanOf(wrapping.message, WRAPPED));
  }
  // Nothing of a message that is refused is edited, whatever was meant to be.
  if (shipped.verdict.kind === 'accept') checkTree(before, shipped);
  await checkCanonical(tried, canonical);
  return { reading, ways, codes, outcomes };
}

/** Scanner and serializer: byte for byte, and the same however it is cut. */
function checkReading({ input, sizes }: Try): Reading {
  const whole = checkPieces(input, {}, [sizes, [1], [7], [65_535]]);
  checkPieces(input, FEW, [sizes]);
  return whole;
}

function checkPieces(input: Buffer, limits: Partial<Limits>, cuts: readonly (readonly number[])[]): Reading {
  const whole = checkIdentity('identity', input, WHOLE, limits);
  for (const sizes of cuts) {
    const pieces = checkIdentity('identity in pieces', input, sizes, limits);
    expectSame('reading in pieces', whole.text, pieces.text);
  }
  return whole;
}

function checkIdentity(
  name: string,
  input: Buffer,
  sizes: readonly number[],
  limits: Partial<Limits>,
  forks?: Forks,
): Reading {
  const reading = read(input, sizes, limits, forks);
  const { body } = splitMessage(input);
  expectSame(name, body.toString('latin1'), reading.scanned.output.toString('latin1'));
  return reading;
}

/** The other readings are the same however the message is cut, and who looks at them finds the same by the rules. */
function checkOtherWays({ input, sizes }: Try, text: string): OtherWays {
  const look = (pieces: readonly number[], limits: Partial<Limits>): [OtherWays, Reading] => {
    const ways = new OtherWays(limits);
    return [ways, checkIdentity('identity of who looks', input, pieces, limits, ways.forks)];
  };
  const [whole, reading] = look(WHOLE, {});
  expectSame('reading of who looks', text, reading.text);
  const [pieces, inPieces] = look(sizes, {});
  expectSame('other ways in pieces', whole.text(reading.scanned), pieces.text(inPieces.scanned));
  expectSame('other ways decoded in pieces', whole.decoded(WHOLE), pieces.decoded(sizes));
  const [[few, fewRead], [fewPieces, fewReadPieces]] = [look(WHOLE, FEW), look(sizes, FEW)];
  expectSame(
    'other ways within limits in pieces',
    few.text(fewRead.scanned),
    fewPieces.text(fewReadPieces.scanned),
  );
  return whole;
}

/** A filter raises no error, and does the same however the message is cut. */
async function checkFilter(
  name: string,
  filter: Parameters<typeof play>[0],
  { input, sizes }: Try,
): Promise<RunFilterResult> {
  const sized = async (size: number): Promise<RunFilterResult> => {
    try {
      return await play(filter, input, size);
    } catch (error) {
      throw violationOf(`${name} throws`, error);
    }
  };
  const whole = await sized(1_000_000);
  for (const { transform, error } of whole.failures)
    throw violationOf(`${name} fails in ${transform ?? 'no transform'}`, error);
  if (whole.verdict.kind === 'tempfail')
    throw new Violation(`${name} tempfails`, JSON.stringify(whole.verdict));
  const size = Math.max(sizes[0], Math.ceil(input.length / MAX_PIECES));
  const pieces = await sized(size);
  expectSame(`${name} in pieces`, told(whole), told(pieces));
  // No command takes out of a message's header what is no field, and no MTA hands such a header over.
  const isTold = HeaderList.parse(splitMessage(input).header).malformed === 0;
  if (!whole.bodyChanged && whole.headerEdits.length === 0 && (isTold || !isRewritten(whole)))
    expectSame(
      `${name} changes nothing`,
      withCrlf(input).toString('latin1'),
      whole.message.toString('latin1'),
    );
  return whole;
}

function isNew({ bodyChanged, verdict }: RunFilterResult): boolean {
  return bodyChanged && verdict.kind === 'accept';
}

/** What a filter has written ends all that it begins, save what was without an end before. */
function checkEnds(before: Scanned, after: Scanned): void {
  const [had, has] = [before, after].map(({ ambiguities }) =>
    ambiguities.filter((line) => UNENDED.has(line.split(' ')[1])),
  );
  if (has.length > had.length)
    throw new Violation('a new body ends what it begins', `${had.join()} became ${has.join()}`);
}

/** In the new root is the tree that was, and behind it one part more. */
function checkWrapped(before: Scanned, after: Scanned): void {
  checkEnds(before, after);
  const moved = (path: string): string => `1.1${path.slice(1)}`;
  const inside = before.parts.map(({ path, type }) => `${moved(path)} ${type}`);
  // A message that ends in the header of its last part has the blank line behind that now: a message in it may begin.
  const cutOff = before.ambiguities
    .filter((line) => line.endsWith(' header-cut-off'))
    .map((line) => `${moved(line.split(' ')[0])}.1`);
  const tree = after.parts
    .filter(({ path }) => !cutOff.includes(path))
    .map(({ path, type }) => `${path} ${type}`);
  expectSame(
    'the tree in a wrapping',
    ['1 multipart/mixed', ...inside, '1.2 text/plain'].join('\n'),
    tree.join('\n'),
  );
}

/** The tree is the one that was, but for the leaves that stand in the place of what was taken out. */
function checkTree(before: Scanned, { message, parts }: RunFilterResult): void {
  const gone = parts.filter(({ action }) => action === 'replaced').map(({ path }) => path);
  const tree = before.parts
    .filter(({ path }) => !gone.some((taken) => path.startsWith(`${taken}.`)))
    .map(({ path, type }) => `${path} ${gone.includes(path) ? 'text/plain' : type}`);
  const after = scanOf(message).parts.map(({ path, type }) => `${path} ${type}`);
  expectSame('the tree after an edit', tree.join('\n'), after.join('\n'));
}

function isRewritten({ notes }: RunFilterResult): boolean {
  return notes.some((note) => note.startsWith('canonicalize: rewritten'));
}

/** What is written anew is left alone the next time; what is refused stays as it is. */
async function checkCanonical({ input }: Try, outcome: RunFilterResult): Promise<void> {
  const { message } = outcome;
  if (!isRewritten(outcome)) {
    expectSame('canonicalize leaves alone', withCrlf(input).toString('latin1'), message.toString('latin1'));
    return;
  }
  const again = await play(CANONICAL, message, 1_000_000);
  expectSame('canonicalize twice', message.toString('latin1'), again.message.toString('latin1'));
  if (again.notes.length > 0) throw new Violation('canonicalize twice', again.notes.join());
}

function scanOf(message: Buffer, limits: Partial<Limits> = {}): Scanned {
  const { header, body } = splitMessage(message);
  return scan(header, [Buffer.from(body)], limits);
}

function guard<Result>(name: string, run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof Violation) throw error;
    throw violationOf(`${name} throws`, error);
  }
}

function violationOf(property: string, error: unknown): Violation {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Violation(property, text, { cause: error });
}

function expectSame(property: string, expected: string, found: string): void {
  if (found === expected) return;
  let at = 0;
  while (found[at] === expected[at]) at++;
  const near = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 100));
  throw new Violation(property, `at ${at}\n  expected ${near(expected)}\n  found    ${near(found)}`);
}
