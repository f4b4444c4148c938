import { HEX_VALUE, NO_HEX } from './hex.ts';

const PERCENT = 0x25;

/**
 * What `%` and two hexadecimal digits stand for, in place of them (RFC 3986 section 2.1, RFC 2231 section 4); a `%` that has no two behind it
 * stays. No more than a copy is made, however many there are.
 *
 * @param text bytes as a latin1 "binary" string, as is what comes back
 */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  const bytes = Buffer.from(text, 'latin1');
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    const value =
      byte === PERCENT && at + 2 < bytes.length ? valueOf(bytes[at + 1], bytes[at + 2]) : undefined;
    if (value !== undefined) at += 2;
    bytes[length++] = value ?? byte;
  }
  return bytes.toString('latin1', 0, length);
}

function valueOf(high: number, low: number): number | undefined {
  const [one, other] = [HEX_VALUE[high], HEX_VALUE[low]];
  return one === NO_HEX || other === NO_HEX ? undefined : (one & 15) * 16 + (other & 15);
}
