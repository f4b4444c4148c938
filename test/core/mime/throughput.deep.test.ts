import { type Duplex, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Joiner, Splitter } from 'mailsplit';
import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts';
import { createRootPart, Scanner, Serializer } from '../../../src/core/mime/index.ts';
import { deep } from '../../support/deep.ts';
import { MAIL_SHAPES, type MailShape, type MailShapeName } from '../../support/mail-shapes.ts';

/** What the milter protocol brings at once. */
const CHUNK = 65_535;
const MANY = { parts: 1_000_000, depth: 1_000_000 };

/** CPU time of the process in microseconds for a run. Other programs of the machine are not in it. */
async function cpuTime(run: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Through scanner and serializer. */
function ours({ header, body }: MailShape): void {
  let length = 0;
  const sink = { write: (slice: Buffer) => void (length += slice.length), pending: () => undefined };
  const root = createRootPart(HeaderList.parse(Buffer.from(header, 'latin1')));
  const scanner = new Scanner(root, new Serializer(sink), { ...DEFAULT_LIMITS, ...MANY });
  for (let at = 0; at < body.length; at += CHUNK) scanner.write(body.subarray(at, at + CHUNK));
  scanner.end();
  expect(length).toBe(body.length);
}

/** Through mailsplit's Splitter and Joiner, with the limit of parts raised likewise. */
async function theirs({ header, body }: MailShape): Promise<void> {
  let length = 0;
  const source = function* (): Generator<Buffer> {
    yield Buffer.from(`${header}\r\n`, 'latin1');
    for (let at = 0; at < body.length; at += CHUNK) yield body.subarray(at, at + CHUNK);
  };
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      done();
    },
  });
  const splitter = new Splitter({ maxChildNodes: 1_000_000 });
  // mailsplit declares its streams in a way that TypeScript takes for no `Duplex`.
  const streams = [splitter, new Joiner()] as unknown as Duplex[];
  await pipeline([Readable.from(source()), ...streams, sink]);
  expect(length).toBe(header.length + 2 + body.length);
}

function median(figures: readonly number[]): number {
  return figures.toSorted((one, other) => one - other)[figures.length >> 1];
}

/**
 * How many times as much CPU time mailsplit's Splitter and Joiner take for the same bytes, in one process and in turn; the middle of
 * some rounds, so that what else the process has to do in one of them does not count.
 */
describe('scanner and serializer against mailsplit', () => {
  const rounds = deep ? 5 : 3;
  const [large, medium, small] = deep ? [100e6, 50e6, 20e6] : [12e6, 6e6, 1e6];
  const cases: [shape: MailShapeName, bytes: number, atLeast: number][] = [
    ['a base64 attachment', large, 15],
    ['text and HTML', medium, 4],
    ['quoted-printable', medium, 4],
    ['one text without parts', medium, 4],
    ['lines of dashes', small, 1],
    ['short lines that begin with two dashes', small, 1],
    ['near-delimiters', small, 1],
    ['a boundary of dashes in lines of dashes', medium, 1],
    ['near-delimiters in 20 levels', small, 1],
    ['lines of two dashes in 20 levels', small, 1],
    ['lines of dashes in 45 levels of dashes', medium, 1],
    ['boundaries that begin with each other', small, 1],
    ['base64 in 20 levels', small, 1],
    ['delimiters in an epilogue', medium, 1],
    ['MIME fields in an epilogue', medium, 1],
    ['indented delimiters', small, 1],
    ['empty lines', small, 1],
    ['a preamble', medium, 1],
    ['5000 parts', deep ? medium : small, 1],
    ['60 levels', medium, 1],
    ['one line without an end', medium, 1],
    ['lines of 10,000 bytes', medium, 1],
  ];

  it.each(cases)('%s, %i bytes: at least %i times as fast', { retry: 2 }, async (name, bytes, atLeast) => {
    const shape = MAIL_SHAPES[name](bytes);
    ours(shape);
    await theirs(shape);
    const ratios: number[] = [];
    const own: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const mine = await cpuTime(() => ours(shape));
      own.push(mine);
      ratios.push((await cpuTime(() => theirs(shape))) / mine);
    }
    const rate = Math.round(shape.body.length / median(own));
    if (deep)
      console.log(
        `${name}: ${median(ratios).toFixed(1)} times (${ratios.map((r) => r.toFixed(1)).join(', ')}), ${rate} MB/s`,
      );
    expect(median(ratios)).toBeGreaterThan(atLeast);
  });
});
