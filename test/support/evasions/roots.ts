import { toBase64 } from '../transfer-encoders.ts';
import { CTE, type Evasion } from './draft.ts';

/** Constructs in the message's header, and in the message as a whole. */
export const ROOTS = {
  'no MIME-Version': (d) => void (d.fields = d.fields.replace(/MIME.*\r\n/, '')),
  'MIME-Version twice': (d) => void (d.fields += 'MIME-Version: 2.0\r\n'),
  'From of a mailbox': (d) => void (d.fields = `From a@example.org Mon Jan  1 10:00:00 2024\r\n${d.fields}`),
  'garbage in the header': (d) => void (d.fields += 'this is no field\r\n'),
  'a blank line of blanks': (d) => void (d.fields += 'X-A: a\r\n \t\r\n'),
  'lone CR in a field': (d) => void (d.fields += 'X-A: a\rX-B: b\r\n'),
  'NUL in a field': (d) => void (d.fields += 'X-A: a\0b\r\n'),
  'a fold first': (d) => void (d.fields = ` X-A: a\r\n${d.fields}`),
  'a transfer encoding': (d) => void (d.rootEncoding = `${CTE}: base64\r\n`),
  'a transfer encoding, quoted-printable': (d) => void (d.rootEncoding = `${CTE}: quoted-printable\r\n`),
  'a line of a control': (d) => void (d.fields += 'X-A: a\r\n\x0c\r\n'),
  'a blank line first': (d) => void (d.fields = `\r\n${d.fields}`),
  'a blank line of a blank first': (d) => void (d.fields = ` \r\n${d.fields}`),
  'a mark of UTF-8 first': (d) => void (d.fields = `\xef\xbb\xbf${d.fields}`),
  'a mark of UTF-8 in front of the type': (d) => void (d.rootType = `\xef\xbb\xbf${d.rootType}`),
  'no type': (d) => void (d.rootType = ''),
  'a field without a name': (d) => void (d.fields += ': a\r\n'),
  'a field of 100 KB': (d) => void (d.fields += `X-A: ${'a'.repeat(100_000)}\r\n`),
  'a name with a blank in it': (d) => void (d.fields += 'X A: a\r\n'),
  'a line of a dot': (d) => void (d.fields += '.\r\n'),
  'a line of NUL': (d) => void (d.fields += '\0\r\n'),
  'a type in a line of its own': (d) =>
    void (d.rootType = 'Content-Type:\r\n multipart/mixed;\r\n boundary="B"\r\n'),
  'a parameter without a fold': (d) => void (d.rootType = d.rootType.replace('; ', ';\r\n')),
  'the type behind a name in parentheses': (d) => void (d.rootType = d.rootType.replace(':', '(c):')),
  'lines that end in LF': (d) => void (d.finish = (text) => text.replaceAll('\r\n', '\n')),
  'lines that end in CR': (d) => void (d.finish = (text) => text.replaceAll('\r\n', '\r')),
  'lines that end in CR CR LF': (d) => void (d.finish = (text) => text.replaceAll('\r\n', '\r\r\n')),
  'lines of the header that end in CR': (d) =>
    void (d.finish = (text) => {
      const end = text.indexOf('\r\n\r\n');
      return text.slice(0, end).replaceAll('\r\n', '\r') + text.slice(end);
    }),
  'a body that begins with a mark of UTF-8': (d) => void (d.preamble = '\xef\xbb\xbf'),
  'a body that begins with NUL': (d) => void (d.preamble = '\0'),
  'nothing but the attachment': (d) => void (d.compose = (entity) => `${d.fields}${entity}`),
  'nothing but the attachment, MIME-Version last': (d) =>
    void (d.compose = (entity) =>
      `From: a@example.org\r\n${entity.replace('\r\n\r\n', '\r\nMIME-Version: 1.0\r\n\r\n')}`),
  'a message for a message': (d) =>
    void (d.compose = (entity) => `${d.fields}Content-Type: message/rfc822\r\n\r\n${d.fields}${entity}`),
  'a message in base64 for a message': (d) =>
    void (d.compose = (entity) =>
      `${d.fields}Content-Type: message/rfc822\r\n${CTE}: base64\r\n\r\n${toBase64(Buffer.from(`${d.fields}${entity}`, 'latin1'))}`),
  'the message behind the message': (d) =>
    void (d.compose = (entity) =>
      `${d.fields}Content-Type: text/plain\r\n\r\nSee below.\r\n\r\n${d.fields}${entity}`),
  'a header twice, with a blank line between': (d) =>
    void (d.finish = (text) => `From: a@example.org\r\n\r\n${text}`),
} satisfies Record<string, Evasion>;
