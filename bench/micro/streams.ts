/** Write chunks into a Node stream and read it to its end; the number of things that came out. */
export function pump(
  first: NodeJS.WritableStream,
  last: NodeJS.ReadableStream,
  chunks: readonly Buffer[],
): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    first.on('error', reject);
    last.on('error', reject);
    last.on('data', () => count++);
    last.on('end', () => resolve(count));
    let next = 0;
    const more = (): void => {
      while (next < chunks.length) if (!first.write(chunks[next++])) return void first.once('drain', more);
      first.end();
    };
    more();
  });
}

/** Bytes in pieces, as they come from a socket. */
export function inChunks(bytes: Buffer, size = 65_536): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

/** Bytes that look random, the same on every run. */
export function randomBytes(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let random = 99_991;
  for (let at = 0; at < length; at++) {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = random >>> 24;
  }
  return bytes;
}
