import * as fc from 'fast-check';

/** Sizes at which every stream is cut. */
const CHUNK_SIZES = [1, 2, 7, 4096, 65535];

/** Something that takes slices and gives bytes. */
export interface Sink {
  write(slice: Buffer): Buffer;
  end(): Buffer;
}

export function cut(input: Buffer, size: number): Buffer[] {
  const slices: Buffer[] = [];
  for (let at = 0; at < input.length; at += size) slices.push(input.subarray(at, at + size));
  return slices;
}

/** Sends slices through, each in a buffer that is overwritten after the call, as the socket's is. */
export function run(sink: Sink, slices: Iterable<Buffer>): Buffer {
  const out: Buffer[] = [];
  for (const slice of slices) {
    const borrowed = Buffer.from(slice);
    out.push(Buffer.from(sink.write(borrowed)));
    borrowed.fill(0x3f);
  }
  out.push(Buffer.from(sink.end()));
  return Buffer.concat(out);
}

/** All ways to cut that a test tries: the fixed sizes, and every split into two. */
export function* cuttings(input: Buffer): Generator<Buffer[]> {
  for (const size of CHUNK_SIZES) yield cut(input, size);
  for (let at = 0; at <= input.length; at++) yield [input.subarray(0, at), input.subarray(at)];
}

/** Bytes together with a random way to cut them. */
export function sliced(bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer[]> {
  return fc
    .tuple(bytes, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }))
    .map(([input, sizes]) => {
      const slices: Buffer[] = [];
      let at = 0;
      for (const size of sizes) {
        slices.push(input.subarray(at, at + size));
        at += size;
      }
      slices.push(input.subarray(at));
      return slices;
    });
}

/** Buffers made of the tokens given, in any order: the shape of input in which a codec has something to decide. */
export function soup(...tokens: string[]): fc.Arbitrary<Buffer> {
  return fc
    .array(fc.constantFrom(...tokens), { maxLength: 60 })
    .map((parts) => Buffer.from(parts.join(''), 'latin1'));
}

export const bytes = (maxLength = 400): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
