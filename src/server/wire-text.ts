import { isUtf8 } from 'node:buffer';
import { bytesToText } from '../protocol/wire-strings.ts';

/**
 * Bytes from the milter wire (as latin1) as text: UTF-8 where they are valid UTF-8 (RFC 6531), latin1 otherwise, so
 * that no two different byte strings become the same text by a replacement character.
 */
export function wireText(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  return isUtf8(Buffer.from(bytes, 'latin1')) ? bytesToText(bytes) : bytes;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
