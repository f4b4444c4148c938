/** Something that grows, and a message that has so much of it. */
export interface Growth {
  readonly name: string;
  readonly title: string;
  readonly what: string;
  /** Each twice the one before. */
  readonly sizes: readonly number[];
  message(size: number): Buffer;
}

const LINE = 'the quick brown fox jumps over a lazy dog while seven wizards pack a box\r\n';

const doubled = (from: number, times: number): number[] =>
  Array.from({ length: times }, (_, i) => from * 2 ** i);

const head = (...fields: readonly string[]): string =>
  [
    'From: <from@example.org>',
    'To: <to@example.org>',
    'Subject: growth',
    'MIME-Version: 1.0',
    ...fields,
  ].join('\r\n');

const text = (bytes: number): string => LINE.repeat(Math.ceil(bytes / LINE.length));

/** A leaf of plain text, as a part. */
const leaf = (bytes: number): string => `Content-Type: text/plain; charset=utf-8\r\n\r\n${text(bytes)}`;

/** All limits of a message are beyond the largest sizes here: what is measured is work, not refusal. */
export const GROWTHS: readonly Growth[] = [
  {
    name: 'scaling-size',
    title: 'message size',
    what: 'bytes of a message',
    sizes: doubled(64 * 1024, 7),
    message: (size) => Buffer.from(`${head()}\r\n${leaf(size)}`, 'latin1'),
  },
  {
    name: 'scaling-parts',
    title: 'number of parts',
    what: 'parts of a message',
    sizes: doubled(15, 7),
    message: (size) =>
      Buffer.from(
        `${head('Content-Type: multipart/mixed; boundary="=_many"')}\r\n\r\n${`--=_many\r\n${leaf(500)}`.repeat(size)}--=_many--\r\n`,
        'latin1',
      ),
  },
  {
    name: 'scaling-depth',
    title: 'depth of nesting',
    what: 'multiparts inside each other',
    sizes: doubled(3, 5),
    message(size) {
      let part = leaf(2000);
      for (let level = size; level > 0; level--) {
        const boundary = `=_level_${level}_`;
        part = `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\n${part}--${boundary}--\r\n`;
      }
      return Buffer.from(`${head()}\r\n${part}`, 'latin1');
    },
  },
  {
    name: 'scaling-headers',
    title: 'number of header fields',
    what: 'header fields of a message',
    sizes: doubled(30, 6),
    message: (size) =>
      Buffer.from(
        `${head(...Array.from({ length: size }, (_, i) => `X-Field-${i}: the value of a field of usual length, number ${i}`))}\r\n${leaf(500)}`,
        'latin1',
      ),
  },
];
