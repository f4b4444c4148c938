import { gzipSync } from 'node:zlib';
import { toBase64, toQuoted, toUuencode } from '../transfer-encoders.ts';
import { zip } from '../zip.ts';
import { CTE, type Evasion } from './draft.ts';

/** What the attachment may be inside of. */
export const WRAPS = {
  'a message': (d) =>
    void (d.wrap = (entity) => `Content-Type: message/rfc822\r\n\r\nMIME-Version: 1.0\r\n${entity}`),
  'a message in a message': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\n${entity}`),
  'an international message': (d) =>
    void (d.wrap = (entity) => `Content-Type: message/global\r\n\r\n${entity}`),
  'a message in base64': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: message/rfc822\r\n${CTE}: base64\r\n\r\n${toBase64(Buffer.from(entity, 'latin1'))}`),
  'a message in quoted-printable': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: message/rfc822\r\n${CTE}: quoted-printable\r\n\r\n${toQuoted(Buffer.from(entity, 'latin1'))}`),
  'a message in base64, three deep': (d) =>
    void (d.wrap = (entity) => {
      let text = entity;
      for (let i = 0; i < 3; i++)
        text = `Content-Type: message/rfc822\r\n${CTE}: base64\r\n\r\n${toBase64(Buffer.from(text, 'latin1'))}`;
      return text;
    }),
  'a file that is a message': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: application/octet-stream; name=a.eml\r\n\r\nMIME-Version: 1.0\r\n${entity}`),
  'a file that is a message, in base64': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a.eml\r\n${CTE}: base64\r\n\r\n${toBase64(Buffer.from(`From: a\r\nMIME-Version: 1.0\r\n${entity}`, 'latin1'))}`),
  'a digest': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: multipart/digest; boundary=DIG\r\n\r\n--DIG\r\n\r\n${entity}\r\n--DIG--\r\n`),
  'a multipart in base64': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: multipart/mixed; boundary=ENC\r\n${CTE}: base64\r\n\r\n${toBase64(Buffer.from(`--ENC\r\n${entity}\r\n--ENC--\r\n`, 'latin1'))}`),
  'an unknown multipart': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: multipart/x-new; boundary=NEW\r\n\r\n--NEW\r\n${entity}\r\n--NEW--\r\n`),
  'a message with a name': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: message/rfc822; name=a.eml\r\nContent-Disposition: attachment; filename=a.eml\r\n\r\nSubject: a\r\n${entity}`),
  'a message in uuencode': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: message/rfc822\r\n${CTE}: x-uuencode\r\n\r\n${toUuencode(Buffer.from(entity, 'latin1'))}`),
  'a message in base64, with fields that call it 7bit': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: message/rfc822\r\n${CTE}: 7bit\r\n${CTE}: base64\r\n\r\n${toBase64(Buffer.from(entity, 'latin1'))}`),
  'a message that begins with a blank line': (d) =>
    void (d.wrap = (entity) => `Content-Type: message/rfc822\r\n\r\n\r\n${entity}`),
  'a message that begins as in a mailbox': (d) =>
    void (d.wrap = (entity) => `Content-Type: message/rfc822\r\n\r\nFrom a\r\n${entity}`),
  'a message for delivery': (d) =>
    void (d.wrap = (entity) => `Content-Type: message/delivery-status\r\n\r\n${entity}`),
  'the header of a message': (d) =>
    void (d.wrap = (entity) => `Content-Type: text/rfc822-headers\r\n\r\n${entity}`),
  'an HTTP message': (d) =>
    void (d.wrap = (entity) => `Content-Type: message/http\r\n\r\nHTTP/1.1 200 OK\r\n${entity}`),
  news: (d) => void (d.wrap = (entity) => `Content-Type: message/news\r\n\r\n${entity}`),
  'an external body': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: message/external-body; access-type=local-file\r\n\r\n${entity}`),
  'a multipart in a multipart in a multipart': (d) =>
    void (d.wrap = (entity) => {
      let text = entity;
      for (const name of ['I3', 'I2', 'I1'])
        text = `Content-Type: multipart/mixed; boundary=${name}\r\n\r\n--${name}\r\n${text}\r\n--${name}--\r\n`;
      return text;
    }),
  'a multipart in quoted-printable': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: multipart/mixed; boundary=ENC\r\n${CTE}: quoted-printable\r\n\r\n${toQuoted(Buffer.from(`--ENC\r\n${entity}\r\n--ENC--\r\n`, 'latin1'))}`),
  'a multipart in base64, not encoded': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: multipart/mixed; boundary=ENC\r\n${CTE}: base64\r\n\r\n--ENC\r\n${entity}\r\n--ENC--\r\n`),
  'a multipart whose encoding its parts inherit': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: multipart/mixed; boundary=ENC\r\n${CTE}: base64\r\n\r\n--ENC\r\n${entity.replace(d.encoding, '').replace(/([A-Za-z0-9+/]{32})/g, '$1\r\n')}\r\n--ENC--\r\n`),
  'a web archive': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: application/octet-stream; name=a.mht\r\n${CTE}: base64\r\n\r\n${toBase64(Buffer.from(`MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=W\r\n\r\n--W\r\n${entity}\r\n--W--\r\n`, 'latin1'))}`),
  'a text that is a message': (d) => void (d.wrap = (entity) => `Content-Type: text/plain\r\n\r\n${entity}`),
  'a double file of Apple': (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: multipart/appledouble; boundary=AD\r\n\r\n--AD\r\nContent-Type: application/applefile\r\n\r\n\r\n--AD\r\n${entity}\r\n--AD--\r\n`),
  signed: (d) =>
    void (d.wrap = (entity) =>
      `Content-Type: multipart/signed; boundary=S; protocol="application/pgp-signature"\r\n\r\n--S\r\n${entity}\r\n--S\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--S--\r\n`),
} satisfies Record<string, Evasion>;

/** How it may be packed. */
export const PACKS = {
  'a zip': (d) => void (d.payload = zip([{ name: 'a.txt', content: d.payload }])),
  'a zip with sizes behind the content': (d) =>
    void (d.payload = zip([{ name: 'a.txt', content: d.payload, streamed: true }])),
  'a zip without a directory': (d) =>
    void (d.payload = zip([{ name: 'a.txt', content: d.payload }], { directory: false })),
  'a zip in a zip': (d) =>
    void (d.payload = zip([{ name: 'a.zip', content: zip([{ name: 'a.txt', content: d.payload }]) }])),
  gzip: (d) => void (d.payload = gzipSync(d.payload)),
  'a zip in gzip': (d) => void (d.payload = gzipSync(zip([{ name: 'a.txt', content: d.payload }]))),
  TNEF: (d) => void (d.payload = Buffer.concat([Buffer.from('789f3e22010002', 'hex'), d.payload])),
  'a zip behind other bytes': (d) =>
    void (d.payload = Buffer.concat([
      Buffer.from('MZ'.padEnd(500, 'x')),
      zip([{ name: 'a.txt', content: d.payload }]),
    ])),
  'a zip that stores': (d) => void (d.payload = zip([{ name: 'a.txt', content: d.payload, method: 0 }])),
  'gzip twice': (d) => void (d.payload = gzipSync(gzipSync(d.payload))),
} satisfies Record<string, Evasion>;
