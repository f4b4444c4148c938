/** Chunk sizes that every streaming thing is tested with; 65535 is the largest body packet of the milter protocol. */
export const CHUNK_SIZES = [1, 2, 7, 4096, 65535] as const;

/** The bytes in pieces of `size`, copied, so that a test can overwrite each after it was handed over. */
export function* chunksOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield Buffer.from(bytes.subarray(from, from + size));
}

/** Every way to cut the bytes into two pieces, empty ones included. */
export function* twoPieceSplits(bytes: Buffer): Generator<[Buffer, Buffer]> {
  for (let at = 0; at <= bytes.length; at++) {
    yield [Buffer.from(bytes.subarray(0, at)), Buffer.from(bytes.subarray(at))];
  }
}

/** Hand over pieces one by one and overwrite each afterwards: a slice is borrowed, and who keeps it must have copied it. */
export function feed(pieces: Iterable<Buffer>, write: (piece: Buffer) => void): void {
  for (const piece of pieces) {
    write(piece);
    piece.fill(0x2e);
  }
}
