/** A message as a milter gets it: header block without the blank line, and a body. */
export interface MailShape {
  readonly header: string;
  readonly body: Buffer;
}

const PROSE =
  'The quick brown fox jumps over the lazy dog, and nobody has ever asked it why that is so.\r\n' +
  'It was a dark and stormy night; the rain fell in torrents -- except at occasional intervals.\r\n' +
  '\r\n' +
  '> He said that it would be done by Monday at the latest - or so we thought.\r\n';
const HTML =
  '<tr><td class="content" style="font-family:Arial,sans-serif;color:#333"><p>Hello --&nbsp;there</p></td></tr>\r\n' +
  '<!-- a comment --><a href="https://example.org/?a=3D1&amp;b=3D2">link</a><br>\r\n';
const BOUNDARY = '----=_NextPart_000_0012_01D9A1B2.C3D4E5F6';

const topHeader = (boundary: string): string =>
  `From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n`;

/** A text of this many bytes at least, made of whole repetitions. */
function repeated(unit: string, size: number): string {
  return unit.repeat(Math.ceil(size / unit.length));
}

/** A text inside of so many multiparts. */
function nested(count: number, boundary: (level: number) => string, text: string): MailShape {
  const levels = Array.from({ length: count }, (_, level) => level);
  const open = levels.map(
    (level) =>
      `--${boundary(level)}\r\nContent-Type: multipart/mixed; boundary="${boundary(level + 1)}"\r\n\r\n`,
  );
  const close = levels.toReversed().map((level) => `\r\n--${boundary(level)}--\r\n`);
  const innermost = boundary(count);
  return {
    header: topHeader(boundary(0)),
    body: Buffer.from(
      `${open.join('')}--${innermost}\r\n\r\n${text}\r\n--${innermost}--\r\n${close.join('')}`,
      'latin1',
    ),
  };
}

function withParts(...parts: readonly (readonly [type: string, content: string])[]): MailShape {
  const pieces = parts.map(([type, content]) =>
    Buffer.from(`--${BOUNDARY}\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`, 'latin1'),
  );
  return {
    header: topHeader(BOUNDARY),
    body: Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]),
  };
}

/**
 * Messages of all shapes that make a splitter work in different ways, of about this many bytes. The number of parts and
 * levels is in the name, and stays.
 */
export const MAIL_SHAPES = {
  'a base64 attachment': (size: number) =>
    withParts(
      ['text/plain', PROSE],
      [
        'application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64',
        repeated(`${'JVBERi0xLjQKJcOkw7zDtsOf'.repeat(4).slice(0, 76)}\r\n`, size),
      ],
    ),
  'text and HTML': (size: number) =>
    withParts(
      ['text/plain; charset=utf-8', repeated(PROSE, size / 2)],
      ['text/html; charset=utf-8', repeated(HTML, size / 2)],
    ),
  'quoted-printable': (size: number) =>
    withParts([
      'text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable',
      repeated('Gr=C3=BC=C3=9Fe aus M=C3=BCnchen, wo es -- wie immer -- sch=C3=B6n ist =\r\n', size),
    ]),
  'one text without parts': (size: number): MailShape => ({
    header: 'From: a@example.org\r\nContent-Type: text/plain\r\n',
    body: Buffer.from(repeated(PROSE, size), 'latin1'),
  }),
  'lines of dashes': (size: number) =>
    withParts(['text/plain', repeated(`${'-'.repeat(40)}\r\n-- \r\n--\r\n---- text ----\r\n`, size)]),
  'short lines that begin with two dashes': (size: number) =>
    withParts(['text/plain', repeated('--\r\n--x\r\n', size)]),
  'near-delimiters': (size: number) =>
    withParts(['text/plain', repeated(`--${BOUNDARY.slice(0, -1)}x\r\n`, size)]),
  'a boundary of dashes in lines of dashes': (size: number): MailShape => {
    const boundary = '-'.repeat(40);
    const lines = repeated(`${'-'.repeat(76)}\r\n`, size);
    return {
      header: topHeader(boundary),
      body: Buffer.from(`--${boundary}\r\n\r\n${lines}--${boundary}--\r\n`, 'latin1'),
    };
  },
  'indented delimiters': (size: number) =>
    withParts(['text/plain', repeated(` --${BOUNDARY}\r\nsome text\r\n`, size)]),
  'a preamble': (size: number): MailShape => {
    const { header, body } = withParts(['text/plain', PROSE]);
    return { header, body: Buffer.concat([Buffer.from(repeated(PROSE, size), 'latin1'), body]) };
  },
  'empty lines': (size: number) => withParts(['text/plain', repeated('\r\n', size)]),
  '5000 parts': (size: number) =>
    withParts(...Array.from({ length: 5000 }, () => ['text/plain', repeated(PROSE, size / 5000)] as const)),
  '60 levels': (size: number): MailShape => {
    const levels = Array.from({ length: 60 }, (_, level) => level);
    const text = repeated(PROSE, size / 60);
    const open = levels.map(
      (level) =>
        `--level-${level}\r\nContent-Type: text/plain\r\n\r\n${text}\r\n` +
        `--level-${level}\r\nContent-Type: multipart/mixed; boundary="level-${level + 1}"\r\n\r\n`,
    );
    const close = levels.toReversed().map((level) => `\r\n--level-${level}--\r\n`);
    return {
      header: topHeader('level-0'),
      body: Buffer.from(`${open.join('')}--level-60\r\n\r\nx\r\n--level-60--\r\n${close.join('')}`, 'latin1'),
    };
  },
  'near-delimiters in 20 levels': (size: number) =>
    nested(20, (level) => `level-${level}`, repeated('--level-x\r\n', size)),
  'lines of two dashes in 20 levels': (size: number) =>
    nested(20, (level) => `level-${level}`, repeated('--\r\n', size)),
  'lines of dashes in 45 levels of dashes': (size: number) =>
    nested(45, (level) => `${'-'.repeat(40)}${level}`, repeated(`${'-'.repeat(76)}\r\n`, size)),
  'boundaries that begin with each other': (size: number) =>
    nested(20, (level) => 'b'.repeat(level + 1), repeated(`--${'b'.repeat(32)}\r\n`, size)),
  'base64 in 20 levels': (size: number) =>
    nested(20, (level) => `level-${level}`, repeated(`${'JVBERi0xLjQK'.repeat(6)}\r\n`, size)),
  'delimiters in an epilogue': (size: number): MailShape => {
    const { header, body } = withParts(['text/plain', PROSE]);
    return { header, body: Buffer.concat([body, Buffer.from(repeated(`--${BOUNDARY}\r\n`, size))]) };
  },
  'MIME fields in an epilogue': (size: number): MailShape => {
    const { header, body } = withParts(['text/plain', PROSE]);
    return { header, body: Buffer.concat([body, Buffer.from(repeated('Content-X: a\r\n', size))]) };
  },
  'one line without an end': (size: number) => withParts(['text/plain', 'x'.repeat(size)]),
  'lines of 10,000 bytes': (size: number) =>
    withParts(['text/html', repeated(`${repeated(HTML.replaceAll('\r\n', ' '), 10_000)}\r\n`, size)]),
} as const satisfies Record<string, (size: number) => MailShape>;

/** The name of one of them. */
export type MailShapeName = keyof typeof MAIL_SHAPES;
