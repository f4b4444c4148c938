import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** Names that iconv-lite takes for encodings, but that are no charsets. */
const NO_CHARSETS = new Set(['hex', 'base64', 'binary', 'internal']);

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
  if (charset === '' || charset === 'us-ascii' || charset === 'utf-8') return decodeUnlabelled(bytes);
  const buffer = Buffer.from(bytes, 'latin1');
  try {
    if (!NO_CHARSETS.has(charset) && iconv.encodingExists(charset)) return iconv.decode(buffer, charset);
    return new TextDecoder(charset).decode(buffer, { stream: true });
  } catch {
    return decodeUnlabelled(bytes);
  }
}
