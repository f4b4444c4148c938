/** A message that is made to keep a filter busy; `scale` 1 is its full size. */
export type HostileMail = (scale: number) => string;

const MIXED = 'From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n';
const times = (count: number, line: (i: number) => string): string =>
  Array.from({ length: Math.max(1, Math.round(count)) }, (_, i) => line(i)).join('');
/** A message with this field in its header. */
const inHeader = (field: string): string =>
  `From: a@example.org\r\n${field}\r\nMIME-Version: 1.0\r\n\r\ntext\r\n`;
/** A message whose first part has this field. */
const inPart = (field: string): string => `${MIXED}\r\n--b\r\n${field}\r\n\r\ntext\r\n--b--\r\n`;
/** A message that is attached, with such a header. */
const inAttached = (fields: string): string =>
  `${MIXED}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n${fields}\r\n\r\ntext\r\n--b--\r\n`;
/** A text part of this content. */
const inText = (content: string, type = 'text/plain'): string =>
  `${MIXED}\r\n--b\r\nContent-Type: ${type}\r\n\r\n${content}\r\n--b--\r\n`;
const attachment = (filename: string): string => `Content-Disposition: attachment; filename=${filename}`;
const folded = (bytes: number): string => `X-Folded: a\r\n${' b\r\n'.repeat(bytes / 4)} c`;
const sections = (bytes: number): string =>
  `Content-Type: text/plain;\r\n${times(bytes / 19, (i) => ` name*${i}=abcd;\r\n`)} a=b`;

/** A structure of many levels, each inside the one before. */
function levels(count: number, open: (level: number) => string, close: (level: number) => string): string {
  const list = Array.from({ length: Math.round(count) }, (_, i) => i);
  return `${list.map(open).join('')}text\r\n${list.toReversed().map(close).join('')}`;
}

/** Bytes of what fits into the limit of a whole header, of the MIME fields in it, and of a part's. */
const HEADER = 240_000;
const MIME_HEADER = 60_000;
const PART_HEADER = 60_000;

/** One of each kind, at the sizes that are quoted for such mail. */
export const WORST_MAIL: readonly string[] = [
  'a folded header of 1 MB',
  'a folded header within the limit',
  '10,000 header fields',
  'Content-Type fields within the limit',
  '200 KB of comments at a transfer encoding',
  '0.8 MB of parameters',
  'parameters within the limit',
  'a name of encoded words in many charsets',
  'a line of 5 MB',
  'ends of bodies',
  '5 MB of line ends',
  '50,000 headers in a text',
  '20,000 parts',
  '500 levels of multiparts',
  'a boundary of 60 KB in a part',
  '100,000 near-boundaries',
];

export const HOSTILE_MAIL: Readonly<Record<string, HostileMail>> = {
  'a folded header of 1 MB': (scale) => inHeader(folded(1e6 * scale)),
  'a folded header within the limit': (scale) => inHeader(folded(HEADER * scale)),
  'a folded header of a part': (scale) => inPart(folded(PART_HEADER * scale)),
  'a folded header of an attached message': (scale) => inAttached(folded(HEADER * scale)),
  'header fields of an attached message': (scale) =>
    inAttached(times(1900 * scale, (i) => `X-${i % 7}: ${'a'.repeat(100)}\r\n`).trimEnd()),
  'short fields of an attached message': (scale) =>
    inAttached(times(60_000 * scale, () => 'X:\r\n').trimEnd()),
  'lone CRs in the header of an attached message': (scale) =>
    inAttached(`X: ${'a\r'.repeat((HEADER * scale) / 2)}b`),
  'Content-Type fields of an attached message': (scale) =>
    inAttached(
      `${times(1000 * scale, (i) => `X-${i % 7}: ${'a'.repeat(100)}\r\n`)}${times(
        100 * scale,
        () => `Content-Type: text/plain; name=a.exe; name=b.exe; ${'a=b;'.repeat(20)}\r\n`,
      )}`.trimEnd(),
    ),
  '10,000 header fields': (scale) => inHeader(times(10_000 * scale, (i) => `X-${i}: a\r\n`).trimEnd()),
  'header fields within the limit': (scale) =>
    inHeader(times(1900 * scale, (i) => `X-${i % 7}: ${'a'.repeat(100)}\r\n`).trimEnd()),
  'Content-Type fields within the limit': (scale) =>
    inHeader(
      times(
        440 * scale,
        () => `Content-Type: text/plain; name=a.exe; name=b.exe; ${'a=b;'.repeat(20)}\r\n`,
      ).trimEnd(),
    ),
  '200 KB of comments at a transfer encoding': (scale) =>
    inHeader(`Content-Transfer-Encoding: ${'('.repeat(200_000 * scale)}`),
  'comments at a transfer encoding of a part': (scale) =>
    inPart(`Content-Transfer-Encoding: ${'('.repeat(PART_HEADER * scale)}`),
  '0.8 MB of parameters': (scale) => inHeader(sections(800_000 * scale)),
  'parameters within the limit': (scale) => inHeader(sections(MIME_HEADER * scale)),
  'parameters of a part': (scale) => inPart(sections(PART_HEADER * scale)),
  'parameters without values': (scale) =>
    inHeader(`Content-Type: text/plain${'; a'.repeat((MIME_HEADER * scale) / 3)}`),
  quotes: (scale) => inHeader(`Content-Type: text/plain; name=${'"'.repeat(MIME_HEADER * scale)}`),
  backslashes: (scale) => inHeader(`Content-Type: text/plain; name="${'\\'.repeat(MIME_HEADER * scale)}`),
  'a name of encoded words': (scale) =>
    inHeader(attachment(`"${'=?utf-8?B?w6Q=?= '.repeat((MIME_HEADER * scale) / 17)}"`)),
  'a name of encoded words in many charsets': (scale) =>
    inHeader(
      attachment(
        `"${times((MIME_HEADER * scale) / 44, (i) => `=?iso-2022-jp*${i % 10}?Q?a?= =?gb18030?Q?=E4?= `)}"`,
      ),
    ),
  'a name of half encoded words': (scale) =>
    inHeader(attachment(`"${'=?a?B?'.repeat((MIME_HEADER * scale) / 6)}"`)),
  'a name of percent signs': (scale) =>
    inHeader(attachment(`"${'%41%zz'.repeat((MIME_HEADER * scale) / 6)}"`)),
  'a name of dots': (scale) => inHeader(attachment(`"${'.'.repeat(MIME_HEADER * scale)}"`)),
  'a name of suffixes': (scale) => inHeader(attachment(`"${'a.'.repeat((MIME_HEADER * scale) / 2)}"`)),
  'a name of NULs': (scale) => inPart(attachment(`"${'a\0'.repeat((PART_HEADER * scale) / 2)}"`)),
  'a name of slashes': (scale) => inHeader(attachment(`"${'a/:\\'.repeat((MIME_HEADER * scale) / 4)}"`)),
  'a name of blanks': (scale) => inHeader(attachment(`"${' '.repeat(MIME_HEADER * scale)}x"`)),
  'lines that are no field': (scale) => inHeader(`X: a\r\n${'garbage\r\n'.repeat((HEADER * scale) / 9)}Y: b`),
  'lone CRs in a header': (scale) => inHeader(`X: ${'a\r'.repeat((HEADER * scale) / 2)}b`),
  'a line of 5 MB': (scale) => inText('x'.repeat(5e6 * scale)),
  'a line of 5 MB in HTML': (scale) => inText('x'.repeat(5e6 * scale), 'text/html'),
  'a tag of 5 MB': (scale) => inText(`<a ${'x'.repeat(5e6 * scale)}`, 'text/html'),
  'tags that do not end': (scale) => inText('<a '.repeat(1e6 * scale), 'text/html'),
  'ends of bodies': (scale) => inText('</body>'.repeat(500_000 * scale), 'text/html'),
  'comments that do not end': (scale) => inText('<!--'.repeat(500_000 * scale), 'text/html'),
  'nested elements': (scale) => inText('<div>'.repeat(500_000 * scale), 'text/html'),
  '5 MB of line ends': (scale) => inText('\r\n'.repeat(2.5e6 * scale)),
  'a line of base64 of 5 MB': (scale) =>
    inText('QUJD'.repeat(1.25e6 * scale), 'application/pdf\r\nContent-Transfer-Encoding: base64'),
  'base64 of one character a line': (scale) =>
    inText('Q\r\n'.repeat(1e6 * scale), 'application/pdf\r\nContent-Transfer-Encoding: base64'),
  'base64 of padding': (scale) =>
    inText('QQ==\r\n'.repeat(500_000 * scale), 'application/pdf\r\nContent-Transfer-Encoding: base64'),
  'a line of quoted-printable of 5 MB': (scale) =>
    inText('=41'.repeat(1.6e6 * scale), 'text/plain\r\nContent-Transfer-Encoding: quoted-printable'),
  'blanks in quoted-printable': (scale) =>
    inText(`${' '.repeat(3e6 * scale)}x`, 'text/plain\r\nContent-Transfer-Encoding: quoted-printable'),
  'text that begins files': (scale) => inText('begin 644 a.exe\r\n'.repeat(200_000 * scale)),
  '50,000 headers in a text': (scale) =>
    inText('Content-Transfer-Encoding: base64\r\n\r\nQUJD\r\n\r\n'.repeat(50_000 * scale)),
  '2000 headers in a text with files behind': (scale) =>
    inText(
      `Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${`${'QUJD'.repeat(18)}\r\n`.repeat(28)}\r\n`.repeat(
        2000 * scale,
      ),
    ),
  'UTF-32 in odd base64': (scale) =>
    inText(
      Buffer.from('text, '.repeat(100_000 * scale), 'utf16le')
        .toString('base64')
        .replace(/.{72}/g, '$&\r\n=\r\n'),
      'text/plain; charset=utf-32\r\nContent-Transfer-Encoding: base64',
    ),
  'yEnc that does not end': (scale) =>
    inText('=ybegin line=128 size=1 name=a.exe\r\n'.repeat(100_000 * scale)),
  '20,000 parts': (scale) => `${MIXED}\r\n${'--b\r\n\r\nx\r\n'.repeat(20_000 * scale)}--b--\r\n`,
  '20,000 parts with names': (scale) =>
    `${MIXED}\r\n${times(20_000 * scale, (i) => `--b\r\n${attachment(`"a${i}.txt"`)}\r\n\r\nx\r\n`)}--b--\r\n`,
  'parts whose content begins late': (scale) =>
    `${MIXED}\r\n${times(900 * scale, () => `--b\r\nContent-Transfer-Encoding: base64\r\n\r\n${'\r\n'.repeat(1500)}TVqQ\r\n`)}--b--\r\n`,
  'images of disks that are none': (scale) =>
    `${MIXED}\r\n${times(100 * scale, () => `--b\r\nContent-Transfer-Encoding: base64\r\n\r\n${'AAAA'.repeat(13_000)}\r\n`)}--b--\r\n`,
  'parts with large headers': (scale) =>
    `${MIXED}\r\n${times(100 * scale, () => `--b\r\n${sections(PART_HEADER)}\r\n\r\nx\r\n`)}--b--\r\n`,
  'parts with names of encoded words': (scale) =>
    `${MIXED}\r\n${times(100 * scale, () => `--b\r\n${attachment(`"${'=?utf-8?B?w6Q=?= '.repeat(3000)}"`)}\r\n\r\nx\r\n`)}--b--\r\n`,
  '500 levels of multiparts': (scale) =>
    `From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b0"\r\n\r\n${levels(
      500 * scale,
      (level) => `--b${level}\r\nContent-Type: multipart/mixed; boundary="b${level + 1}"\r\n\r\n`,
      (level) => `--b${level}--\r\n`,
    )}`,
  '500 levels of messages': (scale) =>
    `From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n${levels(
      500 * scale,
      () => 'Content-Type: message/rfc822\r\n\r\n',
      () => '',
    )}`,
  'a boundary of 60 KB': (scale) => {
    const boundary = 'b'.repeat(60_000 * scale);
    return `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n${`--${boundary}\r\n\r\nx\r\n`.repeat(20)}`;
  },
  'a boundary of 60 KB in a part': (scale) => {
    const boundary = 'b'.repeat(60_000 * scale);
    return `${MIXED}\r\n--b\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n${`--${boundary}\r\n\r\nx\r\n`.repeat(20)}`;
  },
  '100,000 near-boundaries': (scale) =>
    inText('--boundarx\r\n'.repeat(100_000 * scale))
      .replaceAll('"b"', '"boundary"')
      .replaceAll('--b\r', '--boundary\r'),
  'boundaries with something behind': (scale) => inText('--bx\r\n'.repeat(100_000 * scale)),
  'boundaries behind blanks': (scale) => inText(' --b\r\n'.repeat(100_000 * scale)),
  'a boundary of dashes in dashes': (scale) => {
    const dashes = '-'.repeat(70);
    return `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${dashes}"\r\n\r\n--${dashes}\r\n\r\n${'-'.repeat(5e6 * scale)}`;
  },
};
