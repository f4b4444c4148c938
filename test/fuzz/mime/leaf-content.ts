import type { Part } from '../../../src/core/mime/index.ts';
import {
  EmbeddedNames,
  type Readings,
  readingsOf,
  TnefNames,
} from '../../../src/core/mime/readings/index.ts';
import type { ByteCoder } from '../../../src/core/mime/transfer/byte-coder.ts';
import { IdentityCoder } from '../../../src/core/mime/transfer/identity.ts';
import { createDecoder } from '../../../src/core/mime/transfer/index.ts';

/** What a leaf's content is to those who decode it, in all ways. */
export interface LeafContent {
  /** By the rules first, one text for each way. */
  readonly texts: readonly string[];
  /** How many ways there are beside the first, and whether something is embedded. */
  readonly others: number;
  readonly isEmbedded: boolean;
}

/** Cut at the given places, one after the other and again from the first. */
export function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const to = from + sizes[i % sizes.length];
    yield Buffer.from(bytes.subarray(from, to));
    from = to;
  }
}

/**
 * Decode a leaf, in pieces of these sizes.
 * @param most of the other ways
 */
export function leafContent(
  part: Part,
  content: Buffer,
  sizes: readonly number[],
  most?: number,
): LeafContent {
  const readings = readingsOf(part, most);
  const primary = readings.primary ?? createDecoder(part.transferEncoding) ?? new IdentityCoder('binary');
  const late = lateOnes(primary, readings, content, sizes);
  const others = readings.others.map((coder) => decoded(coder, content, sizes));
  return {
    texts: [...late, ...others],
    others: others.length,
    isEmbedded: late.slice(1).some((text) => text !== ''),
  };
}

/** What comes of content by the rules, and what is read only where there is something, side by side; and names in it. */
function lateOnes(
  primary: ByteCoder,
  readings: Readings,
  content: Buffer,
  sizes: readonly number[],
): string[] {
  const { rare, inside } = readings;
  const texts = ['', ...rare.map(() => ''), ...inside.map(() => '')];
  const put = (index: number, bytes: Buffer): void => void (texts[index] += bytes.toString('latin1'));
  // Each finds its names in order; which of the two is first depends on what comes at once.
  const names = [new Set<string>(), new Set<string>()];
  const finders = [EmbeddedNames, TnefNames].map(
    (Finder, i) => new Finder((name) => void names[i].add(name)),
  );
  const take = (bytes: Buffer): void => {
    put(0, bytes);
    for (const finder of finders) finder.write(bytes);
    for (const [i, coder] of inside.entries()) put(1 + rare.length + i, coder.write(bytes));
  };
  for (const piece of cut(content, sizes)) {
    take(primary.write(piece));
    for (const [i, coder] of rare.entries()) put(1 + i, coder.write(piece));
    piece.fill(0x2e);
  }
  take(primary.end());
  for (const finder of finders) finder.end();
  for (const [i, coder] of [...rare, ...inside].entries()) put(1 + i, coder.end());
  return [...texts, ...names.map((found) => [...found].join('|'))];
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
