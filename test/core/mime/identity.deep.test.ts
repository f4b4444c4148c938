import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../support/chunks.ts';
import {
  adversarialGenerator,
  adversarialMissing,
  corpusMessages,
  corpusMissing,
  mailOracle,
  readAsMta,
  splitMessage,
  titled,
} from '../../support/corpus.ts';
import { deep } from '../../support/deep.ts';
import { scan, shapeOf } from '../../support/scan.ts';

/** A message, and where it is from. */
interface Sample {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Chunk sizes, and the longest message that is cut so. Small chunks cost about a microsecond each, so in the usual run long messages are
 * left out with them: all but a few of them.
 */
const LONGEST = new Map<number, number>(
  deep
    ? CHUNK_SIZES.map((size) => [size, Infinity])
    : [
        [1, 20_000],
        [7, 1_000_000],
        [65_535, Infinity],
      ],
);

/** Shorter messages are cut in two at every place; in the usual run so manieth of them. */
const EVERY_SPLIT = 6 * 1024;
const SPLIT_SAMPLE = deep ? 1 : 60;

function expectIdentity(name: string, message: Buffer, isSplit: boolean): void {
  const { header, body } = splitMessage(message);
  const whole = scan(header, [Buffer.from(body)]);
  const shape = shapeOf(whole);
  expect(whole.output.equals(body), `${name} in one piece`).toBe(true);
  const expectSame = (pieces: Iterable<Buffer>, how: string): void => {
    const scanned = scan(header, pieces);
    if (!scanned.output.equals(body)) expect.fail(`${name} ${how} has other bytes`);
    if (shapeOf(scanned) !== shape) expect(shapeOf(scanned), `${name} ${how}`).toBe(shape);
  };
  for (const [size, longest] of LONGEST) {
    if (body.length <= longest) expectSame(chunksOf(body, size), `in chunks of ${size}`);
  }
  if (!isSplit || message.length >= EVERY_SPLIT) return;
  for (const pieces of twoPieceSplits(body)) expectSame(pieces, `cut at ${pieces[0].length}`);
}

function expectIdentityOfAll(samples: Iterable<Sample>): number {
  let count = 0;
  for (const { name, bytes } of samples) expectIdentity(name, bytes, count++ % SPLIT_SAMPLE === 0);
  return count;
}

/** The bytes that scanner and serializer make of a message, with its header in front. */
function passedOn(message: Buffer): Buffer {
  const { header, body } = splitMessage(message);
  const front = message.subarray(0, message.length - body.length);
  return Buffer.concat([front, scan(header, [Buffer.from(body)]).output]);
}

/** Have the oracle compare each message with what comes out; its output where it does not agree. */
function askOracle(samples: Iterable<Sample>): string {
  const directory = mkdtempSync(join(tmpdir(), 'identity-'));
  try {
    const [before, after] = ['before', 'after'].map((name) => join(directory, name));
    for (const path of [before, after]) mkdirSync(path);
    let count = 0;
    for (const { bytes } of samples) {
      const name = `${count++}.eml`;
      writeFileSync(join(before, name), bytes);
      writeFileSync(join(after, name), passedOn(bytes));
    }
    execFileSync('python3', [mailOracle(), 'identity', '-q', before, after], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return '';
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return `${String(error)}\n${stdout}${stderr}`;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function* corpus(): Generator<Sample> {
  for (const message of corpusMessages()) yield { name: message.name, bytes: readAsMta(message) };
}

describe.skipIf(corpusMissing)(titled('corpus messages', corpusMissing), () => {
  it('leave as they came in, and are read the same whatever the chunks', { timeout: 3_600_000 }, () => {
    expect(expectIdentityOfAll(corpus())).toBe(1714);
  });

  it('also with the line ends that they have on disk', { timeout: 600_000 }, () => {
    for (const message of corpusMessages()) {
      if (deep || message.flags.has('ambiguous'))
        expectIdentity(message.name, readFileSync(message.file), false);
    }
  });

  it('leave as they came in to an oracle', { timeout: 600_000 }, () => {
    expect(askOracle(corpus())).toBe('');
  });
});

describe.skipIf(adversarialMissing)(titled('hostile messages', adversarialMissing), () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'hostile-'));
    execFileSync('python3', [adversarialGenerator(), directory]);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  function* hostile(): Generator<Sample> {
    for (const name of readdirSync(directory)) {
      if (name.endsWith('.eml')) yield { name, bytes: readFileSync(join(directory, name)) };
    }
  }

  it('leave as they came in, and are read the same whatever the chunks', { timeout: 3_600_000 }, () => {
    expect(expectIdentityOfAll(hostile())).toBe(249);
  });

  it('leave as they came in to an oracle', { timeout: 600_000 }, () => {
    expect(askOracle(hostile())).toBe('');
  });
});
