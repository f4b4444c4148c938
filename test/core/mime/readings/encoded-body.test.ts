import { describe, expect, it } from 'vitest';
import { EncodedBody } from '../../../../src/core/mime/readings/encoded-body.ts';
import { chunksOf, twoPieceSplits } from '../../../support/chunks.ts';

const PLAIN = '--BOUND\r\nContent-Type: text/plain\r\n\r\nHello\r\n--BOUND--\r\n';
const HIDDEN = Buffer.from('x\r\n--BOUND\r\nContent-Type: a/b\r\n\r\nx\r\n--BOUND--\r\n').toString('base64');

function differs(encoding: string, pieces: Iterable<Buffer>): boolean {
  const body = new EncodedBody(encoding, 'BOUND');
  for (const piece of pieces) body.write(piece);
  return body.end();
}

const BODIES: [what: string, encoding: string, body: string, expected: boolean][] = [
  ['what is split as it stands only', 'base64', PLAIN, false],
  ['what is split when it is decoded, too', 'base64', `${HIDDEN}\r\n${PLAIN}`, true],
  ['no escapes', 'quoted-printable', PLAIN, false],
  ['escapes in the text', 'quoted-printable', PLAIN.replace('Hello', 'H=C3=A9llo'), false],
  ['an escape in a delimiter', 'quoted-printable', `--BOUN=44\r\n\r\nx\r\n${PLAIN}`, true],
  ['an escape in a field', 'quoted-printable', `C=6Fntent-Type: a/b\r\n${PLAIN}`, true],
  ['a soft break in a delimiter', 'quoted-printable', `--BO=\r\nUND\r\n\r\nx\r\n${PLAIN}`, true],
  ['an escape that is escaped', 'quoted-printable', PLAIN.replace('Hello', 'H=3D65llo'), true],
  ['an escaped sign of equality', 'quoted-printable', PLAIN.replace('Hello', 'a=3D"b"'), false],
  ['an encoding that is not known', 'x-any', PLAIN, true],
];

describe('a multipart with a transfer encoding', () => {
  it.each(BODIES)('%s (%s)', (_, encoding, body, expected) => {
    const bytes = Buffer.from(body);
    expect(differs(encoding, [bytes])).toBe(expected);
    for (const size of [1, 2, 7]) expect(differs(encoding, chunksOf(bytes, size))).toBe(expected);
    for (const pieces of twoPieceSplits(bytes)) expect(differs(encoding, pieces)).toBe(expected);
  });
});
