/*
 * Packets built by hand, apart from the encoder under test: a mistake there must not hide itself.
 */

/** `len | code | payload`; parts are strings (latin1, no NUL added), numbers (u32 big-endian) or bytes. */
export function packet(code: string, ...parts: Array<string | number | Buffer>): Buffer {
  const payload = Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? u32(part) : Buffer.from(part as string, 'latin1'))),
  );
  return Buffer.concat([u32(payload.length + 1), Buffer.from(code, 'latin1'), payload]);
}

export function u32(value: number): Buffer {
  return Buffer.from([(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
}

/** OPTNEG of version 6 with everything that Postfix and Sendmail offer. */
export const OFFER = packet('O', 6, 0x1ff, 0x1fffff);

/** An offer like Stalwart's: replies to everything. */
export const PLAIN_OFFER = packet('O', 6, 0xff, 0x42);

export const CONNECT = packet('C', 'mail.example\0', '4', Buffer.from([0x30, 0x39]), '192.0.2.7\0');
export const HELO = packet('H', 'mail.example\0');
export const MAIL = packet('M', '<a@example.org>\0', 'SIZE=1000\0');
export const RCPT = packet('R', '<b@example.org>\0');
export const DATA = packet('T');
export const SUBJECT = packet('L', 'Subject\0', ' hello\0');
export const END_OF_HEADERS = packet('N');
export const BODY = packet('B', 'first line\r\nsecond line\r\n');
export const END_OF_MESSAGE = packet('E');
export const ABORT = packet('A');
export const QUIT = packet('Q');
export const QUIT_NEW_CONNECTION = packet('K');

/** A whole session with one message, macros as Postfix sends them, except its leave-taking. */
export const SESSION_START: readonly Buffer[] = [
  packet('D', 'C', 'j\0', 'mx.example\0'),
  CONNECT,
  packet('D', 'H'),
  HELO,
];
export const MESSAGE: readonly Buffer[] = [
  packet('D', 'M', 'i\0', 'Q123\0', '{mail_addr}\0', 'a@example.org\0'),
  MAIL,
  packet('D', 'R', '{rcpt_addr}\0', 'b@example.org\0'),
  RCPT,
  DATA,
  packet('D', 'L', 'i\0', 'Q123\0'),
  SUBJECT,
  packet('L', 'X-Folded\0', ' one\n\ttwo\0'),
  END_OF_HEADERS,
  BODY,
  END_OF_MESSAGE,
];
