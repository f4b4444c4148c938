import { readdirSync } from 'node:fs';
import type { Spool } from '../../../src/core/spool/index.ts';

/** Bytes that do not repeat within any block size. */
export function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) bytes.writeUInt32LE(Math.imul(i, 2_654_435_761) >>> 0, i);
  for (let i = length - (length % 4); i < length; i++) bytes[i] = i;
  return bytes;
}

/** Write by the rules: borrowed slices, wait when asked to. */
export async function writeAll(spool: Spool, content: Buffer, chunkSize: number): Promise<void> {
  for (let offset = 0; offset < content.length; offset += chunkSize) {
    const slice = Buffer.from(content.subarray(offset, offset + chunkSize));
    spool.write(slice);
    slice.fill(0x21);
    await spool.pending();
  }
}

/** Read by the rules: a block is valid until the next is asked for. */
export async function readAll(spool: Spool): Promise<Buffer> {
  const blocks: Buffer[] = [];
  const reader = spool.read();
  for (let block = await reader.next(); block !== undefined; block = await reader.next())
    blocks.push(Buffer.from(block));
  return Buffer.concat(blocks);
}

/** Files that this process has open, where the system tells (Linux). */
export function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return -1;
  }
}
