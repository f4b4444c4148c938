import { IdentityCoder } from '../../../src/core/mime/transfer/identity.ts';
import { createDecoder } from '../../../src/core/mime/transfer/index.ts';
import { type Readings, readingsOf } from '../../../src/core/mime/readings/index.ts';
import type { ByteCoder } from '../../../src/core/mime/transfer/byte-coder.ts';
import { scan, shapeOf, type Scanned } from '../../support/scan.ts';
import { splitMessage } from '../../support/corpus.ts';
import type { Limits } from '../../../src/core/limits.ts';

/** All that Millrace reads in a message, as far as it must not depend on where the message is cut. */
export interface Reading {
  readonly scanned: Scanned;
  /** Tree, ambiguities, headers, and content by part, in one text. */
  readonly text: string;
  /** How many ways to decode its leaves there are beside the first, and in how many something is embedded. */
  readonly others: number;
  readonly embedded: number;
}

/** Cut at the given places, one after the other and again from the first. */
function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const to = from + sizes[i % sizes.length];
    yield Buffer.from(bytes.subarray(from, to));
    from = to;
  }
}

/** Read a message, in pieces of these sizes. */
export function read(message: Buffer, sizes: readonly number[], limits: Partial<Limits> = {}): Reading {
  const { header, body } = splitMessage(message);
  const scanned = scan(header, cut(body, sizes), limits);
  const lines = [shapeOf(scanned)];
  let [others, embedded] = [0, 0];
  for (const part of scanned.parts) {
    const content = scanned.content.get(part.path) ?? Buffer.alloc(0);
    const front = Buffer.concat([part.delimiter, part.headers.rawBytes(), part.separator]);
    const facts = [
      part.path,
      part.charset,
      part.transferEncoding,
      part.disposition,
      part.boundary,
      part.protection,
    ];
    lines.push([...facts, ...part.names, front.toString('latin1'), content.toString('latin1')].join('|'));
    if (!part.isLeaf) continue;
    const readings = readingsOf(part);
    others += readings.others.length;
    const primary = readings.primary ?? createDecoder(part.transferEncoding) ?? new IdentityCoder('binary');
    const late = lateOnes(primary, readings, content, sizes);
    if (late.slice(1).some((text) => text !== '')) embedded++;
    lines.push(...late, ...readings.others.map((coder) => decoded(coder, content, sizes)));
  }
  return { scanned, text: lines.join('\n'), others, embedded };
}

/** What comes of content by the rules, and what is read only where there is something, side by side. */
function lateOnes(
  primary: ByteCoder,
  readings: Readings,
  content: Buffer,
  sizes: readonly number[],
): string[] {
  const { rare, inside } = readings;
  const texts = ['', ...rare.map(() => ''), ...inside.map(() => '')];
  const put = (index: number, bytes: Buffer): void => void (texts[index] += bytes.toString('latin1'));
  for (const piece of cut(content, sizes)) {
    const bytes = primary.write(piece);
    put(0, bytes);
    for (const [i, coder] of inside.entries()) put(1 + rare.length + i, coder.write(bytes));
    for (const [i, coder] of rare.entries()) put(1 + i, coder.write(piece));
    piece.fill(0x2e);
  }
  const last = primary.end();
  put(0, last);
  for (const [i, coder] of inside.entries()) put(1 + rare.length + i, coder.write(last));
  for (const [i, coder] of [...rare, ...inside].entries()) put(1 + i, coder.end());
  return texts;
}

function decoded(coder: ByteCoder, content: Buffer, sizes: readonly number[]): string {
  const pieces: string[] = [];
  for (const piece of cut(content, sizes)) {
    pieces.push(coder.write(piece).toString('latin1'));
    piece.fill(0x2e);
  }
  pieces.push(coder.end().toString('latin1'));
  return pieces.join('');
}
