import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform } from '../../src/core/index.ts';
import { HeaderList } from '../../src/core/headers/header-list.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { createRootPart, type Part, Scanner } from '../../src/core/mime/index.ts';
import { PacedScanner } from '../../src/core/paced-scanner.ts';
import type { Stage } from '../../src/core/stage.ts';

const HEADER = Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n');
const BODY = `${'--b\r\n\r\na\r\n'.repeat(20)}--b--\r\n`;

/** A stage to which each part is more than a turn's work. */
class Slow implements Stage {
  readonly seen: string[] = [];
  readonly #log: string[];
  readonly #name: string;

  constructor(log: string[] = [], name = '') {
    this.#log = log;
    this.#name = name;
  }

  open(part: Part): void {
    if (part.parent === undefined) return;
    for (const end = performance.now() + 6; performance.now() < end;);
    this.#log.push(this.#name);
    if (part.path === this.failsAt) throw new Error('a bug');
  }

  failsAt = '';

  body(part: Part, slice: Buffer): void {
    this.seen.push(`${part.path} ${slice.toString('latin1')}`);
  }

  frame(): void {}
  close(): void {}
  end(): void {
    this.seen.push('end');
  }
  pending(): undefined {}
}

function pacedInto(stage: Stage, isWanted = () => true): PacedScanner {
  return new PacedScanner(
    new Scanner(createRootPart(HeaderList.parse(HEADER)), stage, DEFAULT_LIMITS),
    isWanted,
  );
}

/** Write borrowed bytes. */
function write(scanner: PacedScanner, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  scanner.write(bytes);
  bytes.fill(0x2e);
}

const EXPECTED = [...Array.from({ length: 20 }, (_, i) => `1.${i + 1} a`), 'end'];

describe('a paced scanner', () => {
  it('goes on in later turns, and gives what it would have given at once', async () => {
    const stage = new Slow();
    const scanner = pacedInto(stage);
    write(scanner, BODY.slice(0, 57));
    // Behind what waits already.
    write(scanner, BODY.slice(57));
    expect(scanner.waiting()).toBeDefined();
    expect(stage.seen.length).toBeLessThan(3);
    await scanner.waiting();
    expect(scanner.waiting()).toBeUndefined();
    scanner.end();
    expect(stage.seen).toEqual(EXPECTED);
  });

  it('lets others have their turn meanwhile', async () => {
    const log: string[] = [];
    const scanners = ['a', 'b', 'c'].map((name) => pacedInto(new Slow(log, name)));
    for (const scanner of scanners) write(scanner, BODY);
    let turns = 0;
    const count = (): void => {
      turns++;
      if (scanners.some((scanner) => scanner.waiting() !== undefined)) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(scanners.map((scanner) => scanner.waiting()));
    expect(log.length).toBe(60);
    expect(turns).toBeGreaterThan(40);
    for (const name of ['a', 'b', 'c']) expect(log.indexOf(name)).toBeLessThan(6);
  });

  it('drops what nobody wants any more', async () => {
    const stage = new Slow();
    let isWanted = true;
    const scanner = pacedInto(stage, () => isWanted);
    write(scanner, BODY);
    isWanted = false;
    await scanner.waiting();
    expect(stage.seen.length).toBeLessThan(3);
  });

  it('throws an error that came in a later turn at whoever writes next', async () => {
    const stage = new Slow();
    stage.failsAt = '1.5';
    const scanner = pacedInto(stage);
    write(scanner, BODY);
    await scanner.waiting();
    expect(() => scanner.write(Buffer.from('x'))).toThrow('a bug');
    expect(() => scanner.end()).toThrow('a bug');
  });
});

it('a message that ends while its bytes wait is complete', async () => {
  const seen: string[] = [];
  const filter = defineFilter([
    defineTransform({
      name: 'slow',
      onPart(part) {
        for (const end = performance.now() + 6; performance.now() < end;);
        seen.push(part.path);
        return undefined;
      },
    }),
  ]);
  const { body, outcome } = filter.open({ headers: [['Content-Type', ' multipart/mixed; boundary=b']] });
  const chunks: Buffer[] = [];
  body.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)));
  body.end(Buffer.from(BODY));
  expect((await outcome).verdict.kind).toBe('accept');
  expect(Buffer.concat(chunks).toString()).toBe(BODY);
  expect(seen.length).toBe(21);
});

it('of several messages whose headers are complete at once, each is looked at in a turn of its own', async () => {
  let turn = 0;
  const turns: number[] = [];
  const filter = defineFilter([
    defineTransform({
      name: 'slow',
      onPart() {
        for (const end = performance.now() + 6; performance.now() < end;);
        turns.push(turn);
      },
    }),
  ]);
  let isOver = false;
  const count = (): void => {
    turn++;
    if (!isOver) setImmediate(count);
  };
  // The turn that the test before has begun is over then, and the next one is counted first.
  await new Promise(setImmediate);
  setImmediate(count);
  const open = [1, 2, 3].map(() => filter.open({ headers: [['Subject', ' hello']] }));
  for (const { body } of open) body.resume().end('text\r\n');
  const outcomes = await Promise.all(open.map(({ outcome }) => outcome));
  isOver = true;
  expect(outcomes.map(({ verdict }) => verdict.kind)).toEqual(['accept', 'accept', 'accept']);
  expect(new Set(turns).size).toBe(3);
});
