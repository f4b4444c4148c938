import { isUtf8 } from 'node:buffer';

/**
 * One header field. Immutable: an edit of a list puts another field in its place.
 *
 * Bytes are kept as latin1 "binary" strings (one char is one byte); {@link HeaderField.value} is what people read.
 */
export class HeaderField {
  /** The field name as written, without blanks before the colon. */
  readonly name: string;
  /** The bytes behind the colon, the leading blank included, folds as received, without the final line end. */
  readonly rawValue: string;
  /**
   * The whole field as received, from the first byte of its name to its line end; undefined for a field that came
   * without its own bytes around it (from the MTA, or by an edit).
   */
  readonly source: string | undefined;
  #lowerName: string | undefined;
  #value: string | undefined;

  constructor(name: string, rawValue: string, source?: string) {
    this.name = name;
    this.rawValue = rawValue;
    this.source = source;
  }

  /** The name in lower case. */
  get lowerName(): string {
    return (this.#lowerName ??= this.name.toLowerCase());
  }

  /**
   * The value unfolded (RFC 5322 section 2.2.3) and without blanks at its ends; read as UTF-8 where the bytes are
   * valid UTF-8 (RFC 6532), as latin1 otherwise. Encoded words (RFC 2047) stay encoded.
   */
  get value(): string {
    return (this.#value ??= decodeText(trimBlanks(unfold(this.rawValue))));
  }
}

/** An author's Unicode value as the raw value of a field: UTF-8 bytes behind one blank. */
export function encodeValue(value: string): string {
  return ' ' + (isAscii(value) ? value : Buffer.from(value, 'utf8').toString('latin1'));
}

/** Folds written as LF, the form in which the MTA hands values over and takes them. */
export function withLfFolds(rawValue: string): string {
  return rawValue.includes('\r') ? rawValue.replaceAll('\r\n', '\n') : rawValue;
}

/** Folds written as CR LF, the form of a message on its way. */
export function withCrlfFolds(rawValue: string): string {
  return rawValue.includes('\n') ? withLfFolds(rawValue).replaceAll('\n', '\r\n') : rawValue;
}

function unfold(rawValue: string): string {
  return rawValue.includes('\n') ? withLfFolds(rawValue).replaceAll('\n', '') : rawValue;
}

/** Not `trim()`: that would also take a 0xA0 byte, which is a part of many UTF-8 characters. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d;
}

function decodeText(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  const buffer = Buffer.from(bytes, 'latin1');
  return isUtf8(buffer) ? buffer.toString('utf8') : bytes;
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}
