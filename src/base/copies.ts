/*
 * Copies of borrowed bytes that have to wait for their turn. Those of some size lie in blocks that are used again: as garbage they would
 * stay until the next collection, and there may be thousands of them between two (measured with 16 messages of 50 MB at once: 79 MB).
 */

/** As large as what a socket gives at once. */
const BLOCK_BYTES = 64 * 1024;
/** Smaller copies cost less than a block. */
const LEAST_BYTES = 4096;
/** Free blocks that are kept. */
const MOST_FREE = 32;

const free: ArrayBufferLike[] = [];

/** A copy, for whoever calls {@link dropCopy} once when it is needed no more. */
export function keepCopy(bytes: Buffer): Buffer {
  if (bytes.length < LEAST_BYTES || bytes.length > BLOCK_BYTES) return Buffer.from(bytes);
  const block = free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES).buffer;
  const copy = Buffer.from(block, 0, bytes.length);
  bytes.copy(copy);
  return copy;
}

/** The copy (or what is left of it) is needed no more: its bytes may be written to. */
export function dropCopy({ buffer }: Buffer): void {
  if (buffer.byteLength === BLOCK_BYTES && free.length < MOST_FREE) free.push(buffer);
}
