import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunksOf } from '../../support/chunks.ts';
import {
  adversarialGenerator,
  adversarialMissing,
  corpusMessages,
  corpusMissing,
  readAsMta,
  splitMessage,
  titled,
} from '../../support/corpus.ts';
import { scan, shapeOf } from '../../support/scan.ts';

/** Small chunks cost about a microsecond each, so long messages are left out with them: all but a few of them. */
const LONGEST = new Map([
  [1, 20_000],
  [7, 1_000_000],
  [65535, Infinity],
]);

function expectIdentity(name: string, message: Buffer): void {
  const { header, body } = splitMessage(message);
  const whole = scan(header, [Buffer.from(body)]);
  const shape = shapeOf(whole);
  expect(whole.output.equals(body), `${name} in one piece`).toBe(true);
  for (const [size, longest] of LONGEST) {
    if (body.length > longest) continue;
    const scanned = scan(header, chunksOf(body, size));
    expect(scanned.output.equals(body), `${name} in chunks of ${size}`).toBe(true);
    expect(shapeOf(scanned), `${name} in chunks of ${size}`).toBe(shape);
  }
}

describe.skipIf(corpusMissing)(titled('corpus messages', corpusMissing), () => {
  it('leave as they came in, and are read the same whatever the chunks', () => {
    const messages = corpusMessages();
    expect(messages.length).toBeGreaterThan(1000);
    for (const message of messages) expectIdentity(message.name, readAsMta(message));
  });

  it('also with the line ends that they have on disk', () => {
    for (const message of corpusMessages()) {
      if (message.flags.has('ambiguous')) expectIdentity(message.name, readFileSync(message.file));
    }
  });
});

describe.skipIf(adversarialMissing)(titled('hostile messages', adversarialMissing), () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'hostile-'));
    execFileSync('python3', [adversarialGenerator(), directory]);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('leave as they came in, and are read the same whatever the chunks', () => {
    const files = readdirSync(directory).filter((file) => file.endsWith('.eml'));
    expect(files.length).toBeGreaterThan(150);
    for (const file of files) expectIdentity(file, readFileSync(join(directory, file)));
  });
});
