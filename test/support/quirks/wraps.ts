import { toBase64, toQuoted, toUuencode } from '../transfer-encoders.ts';
import { signedCms, signedCmsInPieces } from '../cms.ts';
import { CTE, type Evasion } from '../evasions/draft.ts';

const wrapped =
  (wrap: (entity: string) => string): Evasion =>
  (draft) =>
    void (draft.wrap = wrap);
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const inBase64 = (header: string, content: string | Buffer): string =>
  `${header}${CTE}: base64\r\n\r\n${toBase64(typeof content === 'string' ? bytes(content) : content)}`;

const SMIME = 'Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n';

/** What the attachment may be inside of. */
export const WRAPS = {
  'a signed message of S/MIME': wrapped((entity) => inBase64(SMIME, signedCms(entity))),
  'a signed message of S/MIME in pieces': wrapped((entity) =>
    inBase64(SMIME, signedCmsInPieces(entity, 1000)),
  ),
  'a signed message of S/MIME in pieces of 20': wrapped((entity) =>
    inBase64(SMIME, signedCmsInPieces(entity, 20)),
  ),
  'a signed message of S/MIME by its other name': wrapped((entity) =>
    inBase64('Content-Type: application/x-pkcs7-mime; name=smime.p7m\r\n', signedCms(entity)),
  ),
  'a signed message of S/MIME by its file name': wrapped((entity) =>
    inBase64('Content-Type: application/octet-stream; name=smime.p7m\r\n', signedCms(entity)),
  ),
  'a signed message of S/MIME, twice': wrapped((entity) =>
    inBase64(SMIME, signedCms(inBase64(SMIME, signedCms(entity)))),
  ),
  'a signed message of S/MIME, not encoded': wrapped(
    (entity) => `${SMIME}${CTE}: binary\r\n\r\n${withoutLoneLf(entity)}\r\n`,
  ),
  'a signed message of S/MIME in a multipart': wrapped((entity) =>
    inBase64(
      SMIME,
      signedCms(`Content-Type: multipart/mixed; boundary=SM\r\n\r\n--SM\r\n${entity}\r\n--SM--\r\n`),
    ),
  ),
  'an international message in base64': wrapped((entity) =>
    inBase64('Content-Type: message/global\r\n', entity),
  ),
  'an international message in quoted-printable': wrapped(
    (entity) => `Content-Type: message/global\r\n${CTE}: quoted-printable\r\n\r\n${toQuoted(bytes(entity))}`,
  ),
  'news in base64': wrapped((entity) => inBase64('Content-Type: message/news\r\n', entity)),
  'a message of an unknown kind in base64': wrapped((entity) =>
    inBase64('Content-Type: message/x-unknown\r\n', entity),
  ),
  'a message of an unknown kind': wrapped((entity) => `Content-Type: message/x-unknown\r\n\r\n${entity}`),
  'a message of an unknown kind, of what is not encoded': (d) => {
    d.encoding = 'Content-Transfer-Encoding: 8bit\r\n';
    d.encode = (payload) => `${payload.toString('latin1')}\r\n`;
    d.wrap = (entity) => `Content-Type: message/x-unknown\r\n\r\nFrom: a\r\n${entity}`;
  },
  'a message that is misspelt': wrapped((entity) => `Content-Type: message/rfc-822\r\n\r\n${entity}`),
  'a message without a kind': wrapped((entity) => `Content-Type: message\r\n\r\n${entity}`),
  'a message of text': wrapped((entity) => `Content-Type: text/rfc822\r\n\r\n${entity}`),
  'a message of text in base64': wrapped((entity) => inBase64('Content-Type: text/rfc822\r\n', entity)),
  'headers of a message in base64': wrapped((entity) =>
    inBase64('Content-Type: text/rfc822-headers\r\n', entity),
  ),
  'a web archive by type': wrapped((entity) =>
    inBase64(
      'Content-Type: application/x-mimearchive\r\n',
      `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=W\r\n\r\n--W\r\n${entity}\r\n--W--\r\n`,
    ),
  ),
  'a web archive by type of multipart': wrapped((entity) =>
    inBase64(
      'Content-Type: multipart/related\r\n',
      `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=W\r\n\r\n--W\r\n${entity}\r\n--W--\r\n`,
    ),
  ),
  'a web archive by the name of a text processor': wrapped((entity) =>
    inBase64(
      'Content-Type: application/msword; name=a.doc\r\n',
      `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=W\r\n\r\n--W\r\n${entity}\r\n--W--\r\n`,
    ),
  ),
  'a web archive by no name': wrapped((entity) =>
    inBase64(
      'Content-Type: application/octet-stream\r\n',
      `Content-Type: multipart/related; boundary=W\r\n\r\n--W\r\n${entity}\r\n--W--\r\n`,
    ),
  ),
  'a message by another type in quoted-printable': wrapped(
    (entity) =>
      `Content-Type: application/rfc822\r\n${CTE}: quoted-printable\r\n\r\n${toQuoted(bytes(`Received: a\r\n\tb\r\n${entity}`))}`,
  ),
  'a message by another type in uuencode': wrapped(
    (entity) =>
      `Content-Type: application/x-unknown\r\n${CTE}: x-uuencode\r\n\r\n${toUuencode(bytes(`From: a\r\n${entity}`))}`,
  ),
  'a message file that says in two fields how it is encoded': wrapped(
    (entity) =>
      `Content-Type: application/octet-stream; name=a.eml\r\n${CTE}: 7bit\r\n${CTE}: base64\r\n\r\n${toBase64(bytes(`From: a\r\n${entity}`))}`,
  ),
  'the same, behind a blank line of a blank': wrapped(
    (entity) =>
      `Content-Type: application/octet-stream; name=a.eml\r\n${CTE}: 7bit\r\n${CTE}: base64\r\n \r\n${toBase64(bytes(`From: a\r\n${entity}`))}`,
  ),
  'a message file of an unknown encoding': wrapped(
    (entity) =>
      `Content-Type: application/octet-stream; name=a.eml\r\n${CTE}: x-unknown\r\n\r\n${toBase64(bytes(`From: a\r\n${entity}`))}`,
  ),
  'a saved message of news': wrapped((entity) =>
    inBase64('Content-Type: application/octet-stream; name=a.nws\r\n', `From: a\r\n${entity}`),
  ),
  'a saved message of an Apple': wrapped((entity) =>
    inBase64(
      'Content-Type: application/octet-stream; name=a.emlx\r\n',
      `${entity.length + 9}\nFrom: a\r\n${entity}`,
    ),
  ),
  'a mailbox': wrapped((entity) =>
    inBase64(
      'Content-Type: application/mbox; name=a.mbox\r\n',
      `From a Mon Jan  1 10:00:00 2024\nFrom: a\r\nMIME-Version: 1.0\r\n${entity}`,
    ),
  ),
  'a mailbox, not encoded': wrapped(
    (entity) =>
      `Content-Type: application/mbox; name=a.mbox\r\n\r\nFrom a Mon Jan  1 10:00:00 2024\nFrom: a\r\nMIME-Version: 1.0\r\n${entity}`,
  ),
  'a message with a mark of UTF-8': wrapped((entity) =>
    inBase64('Content-Type: application/octet-stream; name=a.eml\r\n', `\xef\xbb\xbfFrom: a\r\n${entity}`),
  ),
  'a message behind blank lines': wrapped((entity) =>
    inBase64('Content-Type: application/octet-stream; name=a.eml\r\n', `\r\n\r\nFrom: a\r\n${entity}`),
  ),
  'a message file in uuencode': wrapped(
    (entity) =>
      `Content-Type: application/octet-stream; name=a.eml\r\n${CTE}: x-uuencode\r\n\r\n${toUuencode(bytes(`From: a\r\n${entity}`))}`,
  ),
  'a message file, its name extended': wrapped((entity) =>
    inBase64("Content-Type: application/octet-stream; name*=utf-8''a%2Eeml\r\n", `From: a\r\n${entity}`),
  ),
  'a message file, its name encoded': wrapped((entity) =>
    inBase64(
      'Content-Type: application/octet-stream; name="=?utf-8?Q?a=2Eeml?="\r\n',
      `From: a\r\n${entity}`,
    ),
  ),
  'a message file with a dot behind': wrapped((entity) =>
    inBase64('Content-Type: application/octet-stream; name="a.eml."\r\n', `From: a\r\n${entity}`),
  ),
  'a message file with a blank behind': wrapped((entity) =>
    inBase64('Content-Type: application/octet-stream; name="a.eml "\r\n', `From: a\r\n${entity}`),
  ),
  'a message file in upper case': wrapped((entity) =>
    inBase64('Content-Type: application/octet-stream; name=A.EML\r\n', `From: a\r\n${entity}`),
  ),
  'a message with odd base64': wrapped(
    (entity) =>
      `Content-Type: message/rfc822\r\n${CTE}: base64\r\n\r\n${toBase64(bytes(entity)).replace(/.{40}/, '$&\r\n=\r\n')}`,
  ),
  'a message with an encoding of x': wrapped(
    (entity) => `Content-Type: message/rfc822\r\n${CTE}: x-unknown\r\n\r\n${toBase64(bytes(entity))}`,
  ),
  'a digest in base64': wrapped((entity) =>
    inBase64('Content-Type: multipart/digest; boundary=DIG\r\n', `--DIG\r\n\r\n${entity}\r\n--DIG--\r\n`),
  ),
  'a digest of parts with a type': wrapped(
    (entity) =>
      `Content-Type: multipart/digest; boundary=DIG\r\n\r\n--DIG\r\nFrom: a\r\nSubject: b\r\n${entity}\r\n--DIG--\r\n`,
  ),
  'a digest of a message in base64': wrapped(
    (entity) =>
      `Content-Type: multipart/digest; boundary=DIG\r\n\r\n--DIG\r\n${CTE}: base64\r\n\r\n${toBase64(bytes(entity))}\r\n--DIG--\r\n`,
  ),
  'an alternative': wrapped(
    (entity) =>
      `Content-Type: multipart/alternative; boundary=ALT\r\n\r\n--ALT\r\n${entity}\r\n--ALT\r\nContent-Type: text/html\r\n\r\n<p>one</p>\r\n--ALT--\r\n`,
  ),
  'the header set of a multipart': wrapped(
    (entity) =>
      `Content-Type: multipart/header-set; boundary=HS\r\n\r\n--HS\r\nContent-Type: application/x-headers\r\n\r\nx\r\n--HS\r\n${entity}\r\n--HS--\r\n`,
  ),
  'ranges of bytes': wrapped(
    (entity) =>
      `Content-Type: multipart/byteranges; boundary=BR\r\n\r\n--BR\r\nContent-Range: bytes 0-99/100\r\n${entity}\r\n--BR--\r\n`,
  ),
  'a report': wrapped(
    (entity) =>
      `Content-Type: multipart/report; report-type=delivery-status; boundary=REP\r\n\r\n--REP\r\nContent-Type: text/plain\r\n\r\none\r\n--REP\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a\r\n\r\n--REP\r\n${entity}\r\n--REP--\r\n`,
  ),
  'the third part of a signed one': wrapped(
    (entity) =>
      `Content-Type: multipart/signed; boundary=S; protocol="application/pgp-signature"\r\n\r\n--S\r\nContent-Type: text/plain\r\n\r\none\r\n--S\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--S\r\n${entity}\r\n--S--\r\n`,
  ),
  'the first part of an encrypted one': wrapped(
    (entity) =>
      `Content-Type: multipart/encrypted; boundary=E; protocol="application/pgp-encrypted"\r\n\r\n--E\r\n${entity}\r\n--E\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--E--\r\n`,
  ),
  'voice mail': wrapped(
    (entity) => `Content-Type: multipart/voice-message; boundary=V\r\n\r\n--V\r\n${entity}\r\n--V--\r\n`,
  ),
  'form data': wrapped(
    (entity) => `Content-Type: multipart/form-data; boundary=F\r\n\r\n--F\r\n${entity}\r\n--F--\r\n`,
  ),
  'a multipart in base64 in two fields': wrapped(
    (entity) =>
      `Content-Type: multipart/mixed; boundary=ENC\r\n${CTE}: 8bit\r\n${CTE}: base64\r\n\r\n${toBase64(bytes(`--ENC\r\n${entity}\r\n--ENC--\r\n`))}`,
  ),
  'a multipart in uuencode': wrapped(
    (entity) =>
      `Content-Type: multipart/mixed; boundary=ENC\r\n${CTE}: x-uuencode\r\n\r\n${toUuencode(bytes(`--ENC\r\n${entity}\r\n--ENC--\r\n`))}`,
  ),
  'a multipart in quoted-printable, its delimiters escaped': wrapped(
    (entity) =>
      `Content-Type: multipart/mixed; boundary=ENC\r\n${CTE}: quoted-printable\r\n\r\n--ENC\r\nContent-Type: text/plain\r\n\r\none\r\n=2D-ENC\r\n${entity.replaceAll('=', '=3D')}\r\n=2D-ENC--\r\n`,
  ),
  'a multipart of 20 levels': wrapped((entity) => {
    let text = entity;
    for (let i = 0; i < 20; i++)
      text = `Content-Type: multipart/mixed; boundary=L${i}x\r\n\r\n--L${i}x\r\n${text}\r\n--L${i}x--\r\n`;
    return text;
  }),
  'messages of ten levels': wrapped(
    (entity) => `${'Content-Type: message/rfc822\r\n\r\n'.repeat(10)}${entity}`,
  ),
  'messages of six levels in base64': wrapped((entity) => {
    let text = entity;
    for (let i = 0; i < 6; i++) text = inBase64('Content-Type: message/rfc822\r\n', text);
    return text;
  }),
  'messages of six levels in base64, in a text': wrapped((entity) => {
    let text = entity;
    for (let i = 0; i < 6; i++) text = inBase64('Content-Type: message/rfc822\r\n', text);
    return `Content-Type: text/plain\r\n\r\none\r\n\r\n${text}`;
  }),
  'a partial message in base64': wrapped((entity) =>
    inBase64('Content-Type: message/partial; id=a; number=1; total=1\r\n', `From: a\r\n${entity}`),
  ),
  'a message in a file in a message, each in base64': wrapped((entity) =>
    inBase64(
      'Content-Type: message/rfc822\r\n',
      inBase64(
        'Content-Type: application/octet-stream; name=a.eml\r\n',
        inBase64('Content-Type: message/rfc822\r\n', entity),
      ),
    ),
  ),
  'a text that is quoted-printable and has the header in it': wrapped(
    (entity) =>
      `Content-Type: text/plain\r\n${CTE}: quoted-printable\r\n\r\n${toQuoted(bytes(`one\r\n\r\n--X\r\n${entity}`))}`,
  ),
  'HTML in base64 that has a frame of a message': wrapped((entity) =>
    inBase64('Content-Type: text/html\r\n', `<html>\r\n${entity}`),
  ),
  'a rich text': wrapped((entity) => `Content-Type: text/rtf\r\n\r\n{\\rtf1 ${entity}}`),
} satisfies Record<string, Evasion>;

/** A signed message in which no length is LF: what plays messages makes CRLF of one. */
function withoutLoneLf(entity: string): string {
  for (let content = entity; ; content += '\r\n') {
    const signed = signedCms(content).toString('latin1');
    if (!/\n/.test(signed.replace(content, ''))) return signed;
  }
}
