import { isUtf8 } from 'node:buffer';
import { createTextDecoder } from './charset/index.ts';

/**
 * Bytes (a latin1 "binary" string) as text: UTF-8 where they are valid UTF-8 (RFC 6532), else latin1, so that nothing
 * is lost.
 */
export function decodeUnlabelled(bytes: string): string {
  if (!/[^\0-\x7f]/.test(bytes)) return bytes;
  const buffer = Buffer.from(bytes, 'latin1');
  return isUtf8(buffer) ? buffer.toString('utf8') : bytes;
}

/** Bytes in a charset as text; {@link decodeUnlabelled} for a charset that nobody knows. Never throws. */
export function decodeCharset(bytes: string, label: string): string {
  const charset = label.trim().toLowerCase();
  const decoder = charset === 'us-ascii' || charset === 'utf-8' ? undefined : createTextDecoder(charset);
  if (decoder === undefined) return decodeUnlabelled(bytes);
  return decoder.write(Buffer.from(bytes, 'latin1')) + decoder.end();
}
