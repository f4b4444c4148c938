import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../support/chunks.ts';
import { splitMessage } from '../../support/corpus.ts';
import { scan, scanMessage, shapeOf } from '../../support/scan.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/messages');

const EXPECTED: Record<string, { tree: string[]; ambiguities: string[] }> = {
  'plain.eml': { tree: ['1 text/plain'], ambiguities: [] },
  'newsletter.eml': {
    tree: [
      '1 multipart/mixed',
      '1.1 multipart/alternative',
      '1.1.1 text/plain',
      '1.1.2 multipart/related',
      '1.1.2.1 text/html',
      '1.1.2.2 image/gif',
      '1.2 application/pdf',
    ],
    ambiguities: [],
  },
  'forwarded.eml': {
    tree: [
      '1 multipart/mixed',
      '1.1 text/plain',
      '1.2 message/rfc822',
      '1.2.1 multipart/alternative',
      '1.2.1.1 text/plain',
      '1.2.1.2 text/html',
      '1.3 multipart/digest',
      '1.3.1 message/rfc822',
      '1.3.1.1 text/plain',
      '1.3.2 message/rfc822',
      '1.3.2.1 text/plain',
    ],
    ambiguities: [],
  },
  // Boundaries o, oo and ooo; a delimiter of oo and one of o end what is inside; the last header is cut off.
  'unclosed.eml': {
    tree: [
      '1 multipart/mixed',
      '1.1 multipart/mixed',
      '1.1.1 multipart/mixed',
      '1.1.1.1 text/plain',
      '1.1.2 text/html',
      '1.2 text/plain',
      '1.3 text/plain',
    ],
    ambiguities: [
      '1 missing-close',
      '1.1 boundary-overlaps-outer',
      '1.1 delimiter-padding',
      '1.1 inner-not-closed',
      '1.1.1 boundary-overlaps-outer',
      '1.1.1 inner-not-closed',
      '1.2 header-cut-off',
    ],
  },
  // The boundary is ----near: one line opens, one closes, all others only look like it.
  'near-delimiters.eml': {
    tree: ['1 multipart/mixed', '1.1 text/plain'],
    ambiguities: [
      '1 delimiter-indented',
      '1 delimiter-padding',
      '1 delimiter-trailing-junk',
      '1 parts-after-close',
    ],
  },
  // The lines behind the last cut-off header are near-delimiters of both, of both, and of the outer one alone; the line in
  // front of the closing delimiter is as long as the delimiter that cut the header off.
  'prefix-boundaries.eml': {
    tree: [
      '1 multipart/mixed',
      '1.1 multipart/mixed',
      '1.1.1 text/plain',
      '1.1.2 text/plain',
      '1.1.3 text/plain',
    ],
    ambiguities: [
      '1 delimiter-after-bare-cr',
      '1 delimiter-indented',
      '1.1 boundary-overlaps-outer',
      '1.1 delimiter-after-bare-cr',
      '1.1 delimiter-indented',
      '1.1 inner-not-closed',
      '1.1.1 header-cut-off',
      '1.1.2 header-cut-off',
    ],
  },
  'line-ends.eml': {
    tree: ['1 multipart/mixed', '1.1 text/plain', '1.2 text/html', '1.3 text/plain'],
    ambiguities: ['1 delimiter-after-bare-cr', '1 delimiter-mixed-line-ends', '1 delimiter-trailing-junk'],
  },
};

const MIXED = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="B"\r\n\r\n';

/** `path type` of each part. */
function tree(message: string, limits = {}): string[] {
  return scanMessage(message, limits).parts.map((part) => `${part.path} ${part.type}`);
}

function contentOf(message: string, path: string): string | undefined {
  return scanMessage(message).content.get(path)?.toString('latin1');
}

function codes(message: string, limits = {}): string[] {
  return scanMessage(message, limits).ambiguities;
}

/** Two parts with this delimiter between them. */
const between = (delimiter: string, closing = '\r\n--B--\r\n') =>
  `${MIXED}--B\r\n\r\none${delimiter}Content-Type: text/html\r\n\r\ntwo${closing}`;

/** A multipart in a multipart; the body is the inner one's and what follows. */
const innerMultipart = (boundary: string, body: string) =>
  `${MIXED}--B\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n${body}`;

/** A part with these fields and this content. */
const attached = (fields: string, body: string) => `${MIXED}--B\r\n${fields}\r\n\r\n${body}\r\n--B--\r\n`;

/** So many parts. */
const manyParts = (count: number) => `${MIXED}${'--B\r\n\r\nx\r\n'.repeat(count)}--B--\r\n`;

describe('what is in the messages of test/fixtures', () => {
  const files = readdirSync(FIXTURES).filter((file) => file.endsWith('.eml'));

  it.each(files)('%s leaves as it came in and is read the same at every split', (file) => {
    const { header, body } = splitMessage(readFileSync(join(FIXTURES, file)));
    const whole = scan(header, [Buffer.from(body)]);
    expect(whole.output.equals(body)).toBe(true);
    const shape = shapeOf(whole);
    for (const pieces of twoPieceSplits(body)) {
      const scanned = scan(header, pieces);
      expect(scanned.output.equals(body)).toBe(true);
      expect(shapeOf(scanned)).toBe(shape);
    }
    for (const size of CHUNK_SIZES) {
      const scanned = scan(header, chunksOf(body, size));
      expect(scanned.output.equals(body)).toBe(true);
      expect(shapeOf(scanned)).toBe(shape);
    }
  });

  it('is read the same at every split where an inner boundary stands inside of an outer one', () => {
    const header = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="--bx"\r\n';
    const inner = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n';
    const body = Buffer.from(`----bx\r\n${inner}----bx\r\n\r\ntwo\r\n----bx--\r\n`);
    const shape = shapeOf(scan(header, [Buffer.from(body)]));
    expect(shape).toContain('open 1.2 text/plain');
    for (const pieces of twoPieceSplits(body)) expect(shapeOf(scan(header, pieces))).toBe(shape);
    for (const size of CHUNK_SIZES) expect(shapeOf(scan(header, chunksOf(body, size)))).toBe(shape);
  });

  it.each(
    [
      ['very many near-delimiters', '--Bx\r\n'.repeat(70)],
      ['very many boundaries inside of lines', '> --B\r\n'.repeat(70)],
      ['many levels', ''],
    ].flatMap(([name, flood]) =>
      [' \t--B\r\n', 'x\r--B\r\n', '--B x\r\n', '--B\rx\r\n', '\r--B--\r\n', '--B\r\n\r\nlast\r\n'].map(
        (line) => [`${name}, ${JSON.stringify(line)}`, flood, line] as const,
      ),
    ),
  )('is read the same at every split, and as elsewhere, behind %s', (_, flood, line) => {
    const levels = flood === '' ? Array.from({ length: 9 }, (__, i) => `I${i}`) : [];
    const start = levels.reduce(
      (text, level) => `${text}Content-Type: multipart/mixed; boundary=${level}\r\n\r\n--${level}\r\n`,
      '--B\r\n',
    );
    const header = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n';
    const body = Buffer.from(`${start}\r\n${flood}one\r\n${line}two\r\n--B--\r\n`);
    const shape = shapeOf(scan(header, [Buffer.from(body)]));
    for (const pieces of twoPieceSplits(body)) expect(shapeOf(scan(header, pieces))).toBe(shape);
    for (const size of CHUNK_SIZES) expect(shapeOf(scan(header, chunksOf(body, size)))).toBe(shape);
    const told = (text: string) =>
      scanMessage(`${MIXED}${text}`)
        .ambiguities.filter((code) => /^1 delimiter-(?!flood)/.test(code))
        .toSorted();
    const plain = told(`--B\r\n\r\n${flood.slice(0, 6)}one\r\n${line}two\r\n--B--\r\n`);
    expect(told(body.toString('latin1'))).toEqual(plain);
  });

  it('is all expected here', () => {
    expect(files.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it.each(files)('%s has the tree and the ambiguities that it was written to have', (file) => {
    const { header, body } = splitMessage(readFileSync(join(FIXTURES, file)));
    const { parts, ambiguities } = scan(header, [Buffer.from(body)]);
    expect({ tree: parts.map((part) => `${part.path} ${part.type}`), ambiguities }).toEqual(EXPECTED[file]);
  });
});

describe('events', () => {
  it('come in the order of the bytes', () => {
    const message = `${MIXED}preamble\r\n--B\r\n\r\none\r\n--B\r\n\r\ntwo\r\n--B--\r\nepilogue`;
    expect(scanMessage(message).events).toEqual([
      'open 1 multipart/mixed multipart',
      'frame 1',
      'open 1.1 text/plain leaf',
      'body 1.1',
      'close 1.1',
      'open 1.2 text/plain leaf',
      'body 1.2',
      'close 1.2',
      'frame 1',
      'close 1',
      'end',
    ]);
  });

  it('give the line break in front of a delimiter to the delimiter', () => {
    const { parts, content } = scanMessage(
      `${MIXED}pre\r\n--B\r\n\r\none\r\n\r\n--B \t\r\n\r\ntwo\n--B--\r\nend`,
    );
    expect(parts[1].delimiter.toString()).toBe('\r\n--B\r\n');
    expect(parts[2].delimiter.toString()).toBe('\r\n--B \t\r\n');
    expect(content.get('1.1')!.toString()).toBe('one\r\n');
    expect(content.get('1.2')!.toString()).toBe('two');
    expect(content.get('1')!.toString()).toBe('pre\n--B--\r\nend');
  });

  it('give a part that is open and closed with nothing between no content', () => {
    const { parts, content, ambiguities } = scanMessage(`${MIXED}--B\r\n\r\n--B\r\n\r\n\r\n--B--`);
    expect(parts[1].delimiter.toString()).toBe('--B\r\n');
    expect(parts[1].separator.toString()).toBe('\r\n');
    expect(parts[2].delimiter.toString()).toBe('--B\r\n');
    expect([...content.keys()]).toEqual(['1']);
    expect(ambiguities).toEqual([]);
  });

  it('tell nothing before the first byte, and all of an empty body at its end', () => {
    expect(scan(MIXED, []).events).toEqual(['open 1 multipart/mixed multipart', 'close 1', 'end']);
    expect(scan('Subject: x\r\n', []).events).toEqual(['open 1 text/plain leaf', 'close 1', 'end']);
  });
});

describe('delimiters (RFC 2046 section 5.1.1)', () => {
  const two = ['1 multipart/mixed', '1.1 text/plain', '1.2 text/html'];

  it.each([
    ['CR LF', '\r\n--B\r\n'],
    ['LF', '\n--B\n'],
    ['blanks behind', '\r\n--B \t \r\n'],
    ['many blanks behind', `\r\n--B${' '.repeat(995)}\r\n`],
  ])('are found with %s', (_, delimiter) => {
    expect(tree(between(delimiter))).toEqual(two);
  });

  it.each([
    ['something behind', '\r\n--Bx\r\n'],
    ['something behind blanks', '\r\n--B x\r\n'],
    ['a dash behind', '\r\n--B-\r\n'],
    ['three dashes behind', '\r\n--B---\r\n'],
    ['a CR behind', '\r\n--B\r\r\n'],
    ['a NUL behind', '\r\n--B\0\r\n'],
    ['a blank in front', '\r\n --B\r\n'],
    ['text in front', '\r\nx--B\r\n'],
    ['a dash in front', '\r\n---B\r\n'],
    ['a bare CR in front', '\r--B\r\n'],
    ['another case', '\r\n--b\r\n'],
    ['more blanks behind than a line may have', `\r\n--B${' '.repeat(996)}\r\n`],
  ])('are not what has %s', (_, delimiter) => {
    expect(tree(between(delimiter))).toEqual(['1 multipart/mixed', '1.1 text/plain']);
  });

  it('may end the message without a line end', () => {
    for (const closing of ['\r\n--B--', '\r\n--B-- ', '\r\n--B--\r', '\n--B--']) {
      expect(scanMessage(between('\r\n--B\r\n', closing)).ambiguities).not.toContain('1 missing-close');
      expect(contentOf(between('\r\n--B\r\n', closing), '1.2')).toBe('two');
    }
  });

  it('take the boundary literally', () => {
    for (const boundary of ["a.*+?()[]'=_,-./:", '-', '--', '----', 'a b', '0'.repeat(70), 'x'.repeat(256)]) {
      const message = `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\n\r\n1\r\n--${boundary}--`;
      expect(tree(message)).toEqual(['1 multipart/mixed', '1.1 text/plain']);
      expect(contentOf(message, '1.1')).toBe('1');
    }
  });

  it('do not count blanks at the end of a boundary', () => {
    const message =
      'Content-Type: multipart/mixed; boundary="AB "\r\n\r\n--AB \r\n\r\n1\r\n--AB\r\n\r\n2\r\n--AB --\r\nend';
    expect(tree(message)).toEqual(['1 multipart/mixed', '1.1 text/plain', '1.2 text/plain']);
    expect(contentOf(message, '1')).toBe('\r\n--AB --\r\nend');
  });
});

describe('nesting (RFC 2046 section 5.1.2)', () => {
  it('lets an outer delimiter end everything inside', () => {
    const message = innerMultipart('I', '--I\r\n\r\none\r\n--B\r\n\r\ntwo\r\n--I--\r\n--B--\r\n');
    expect(tree(message)).toEqual([
      '1 multipart/mixed',
      '1.1 multipart/mixed',
      '1.1.1 text/plain',
      '1.2 text/plain',
    ]);
    expect(contentOf(message, '1.2')).toBe('two\r\n--I--');
    expect(codes(message)).toEqual(['1.1 inner-not-closed']);
  });

  it('does not take a boundary for the one that begins with it', () => {
    for (const boundary of ['BB', 'B1', 'B-']) {
      const message = innerMultipart(
        boundary,
        `--${boundary}\r\n\r\none\r\n--${boundary}--\r\n--B\r\n\r\ntwo\r\n--B--`,
      );
      expect(tree(message)).toEqual([
        '1 multipart/mixed',
        '1.1 multipart/mixed',
        '1.1.1 text/plain',
        '1.2 text/plain',
      ]);
      expect(codes(message)).toEqual(['1.1 boundary-overlaps-outer']);
    }
  });

  it('gives a line that closes the outer and opens the inner multipart to the outer one', () => {
    const message = innerMultipart('B--', '--B--\r\n\r\none\r\n');
    expect(tree(message)).toEqual(['1 multipart/mixed', '1.1 multipart/mixed']);
  });

  it('gives a boundary used twice to the inner multipart until it is closed, then to the outer one', () => {
    const message = innerMultipart('B', '--B\r\n\r\none\r\n--B--\r\n--B\r\n\r\ntwo\r\n--B--\r\nend');
    expect(tree(message)).toEqual([
      '1 multipart/mixed',
      '1.1 multipart/mixed',
      '1.1.1 text/plain',
      '1.2 text/plain',
    ]);
    expect(codes(message)).toEqual(['1.1 boundary-overlaps-outer']);
  });

  it('takes what follows a closing delimiter for epilogue', () => {
    const message = `${MIXED}--B\r\n\r\none\r\n--B--\r\n--B\r\n\r\ntwo\r\n--B--\r\n`;
    expect(tree(message)).toEqual(['1 multipart/mixed', '1.1 text/plain']);
    expect(contentOf(message, '1')).toBe('\r\n--B--\r\n--B\r\n\r\ntwo\r\n--B--\r\n');
  });

  it('leaves the line break behind an inner closing delimiter to the outer delimiter', () => {
    const { parts } = scanMessage(innerMultipart('I', '--I\r\n\r\none\r\n--I--\r\n--B\r\n\r\ntwo\r\n--B--'));
    expect(parts[3].delimiter.toString()).toBe('\r\n--B\r\n');
  });

  it('goes into multiparts in messages in multiparts', () => {
    const message =
      innerMultipart('I', '--I\r\nContent-Type: message/rfc822\r\n\r\n') +
      'Subject: in\r\nContent-Type: multipart/alternative; boundary=M\r\n\r\n--M\r\n\r\none\r\n--B\r\n\r\ntwo\r\n--B--';
    expect(tree(message)).toEqual([
      '1 multipart/mixed',
      '1.1 multipart/mixed',
      '1.1.1 message/rfc822',
      '1.1.1.1 multipart/alternative',
      '1.1.1.1.1 text/plain',
      '1.2 text/plain',
    ]);
    const { parts } = scanMessage(message);
    expect(parts.map((part) => part.attached)).toEqual([false, false, false, true, true, false]);
    expect(parts[3].headers.get('subject')).toBe('in');
    expect(parts[3].delimiter.length).toBe(0);
  });
});

describe('messages in messages (RFC 2046 section 5.2)', () => {
  it.each([
    'Content-Type: message/rfc822',
    'Content-Type: message/global',
    'Content-Type: Message/RFC822\r\nContent-Disposition: attachment; filename=a.eml',
    'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit',
  ])('are descended into: %s', (fields) => {
    const { parts } = scanMessage(attached(fields, 'Content-Type: text/html\r\n\r\nx'));
    expect(parts.map(({ path }) => path)).toEqual(['1', '1.1', '1.1.1']);
    expect(parts[1].isMessage).toBe(true);
    expect(parts[2].type).toBe('text/html');
  });

  it.each(['base64', 'quoted-printable', 'x-unknown'])('stay leaves when encoded: %s', (encoding) => {
    const message = attached(
      `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: ${encoding}`,
      'eA==',
    );
    const { parts } = scanMessage(message);
    expect(parts[1].isLeaf).toBe(true);
    expect(contentOf(message, '1.1')).toBe('eA==');
    expect(codes(message)).toContain('1.1 encoded-message');
  });

  it('are what a digest has by default', () => {
    const digest = MIXED.replace('mixed', 'digest');
    expect(
      tree(`${digest}--B\r\n\r\nSubject: in\r\n\r\ntext\r\n--B\r\nContent-Type: text/html\r\n\r\nx\r\n--B--`),
    ).toEqual(['1 multipart/digest', '1.1 message/rfc822', '1.1.1 text/plain', '1.2 text/html']);
  });

  it('may be the whole message', () => {
    expect(tree('Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ntext')).toEqual([
      '1 message/rfc822',
      '1.1 text/plain',
    ]);
  });

  it('without anything in them have an empty root', () => {
    const { parts } = scanMessage(attached('Content-Type: message/rfc822', ''));
    expect(parts.map(({ path }) => path)).toEqual(['1', '1.1', '1.1.1']);
    expect(parts[2].headers.length).toBe(0);
  });
});

describe('headers of parts', () => {
  it('may be missing', () => {
    const { parts, ambiguities } = scanMessage(`${MIXED}--B\r\n\r\ntext\r\n--B--`);
    expect(parts[1].headers.length).toBe(0);
    expect(parts[1].type).toBe('text/plain');
    expect(ambiguities).toEqual([]);
  });

  it('end at a delimiter, which belongs to the multipart around', () => {
    const message = `${MIXED}--B\r\nContent-Type: text/html\r\n--B\r\n\r\ntwo\r\n--B--`;
    const { parts, ambiguities } = scanMessage(message);
    expect(parts.map(({ type }) => type)).toEqual(['multipart/mixed', 'text/html', 'text/plain']);
    expect(parts[1].separator.length).toBe(0);
    expect(parts[2].delimiter.toString()).toBe('--B\r\n');
    expect(ambiguities).toEqual(['1.1 header-cut-off']);
  });

  it('do not mislead the search when cut off', () => {
    // The outer delimiter is found early; the line in front of it is as long as the one that cuts the header off.
    const message = innerMultipart('I', '--I\r\nX: y\r\n--I\r\n\r\none\r\n--I--\r\nabc\r\n--B--');
    expect(codes(message)).toEqual(['1.1.1 header-cut-off']);
  });

  it('make no container when cut off, whatever they say', () => {
    for (const type of ['multipart/mixed; boundary=B', 'multipart/mixed; boundary=C', 'message/rfc822']) {
      const { parts } = scanMessage(`${MIXED}--B\r\nContent-Type: ${type}\r\n--B\r\n\r\ntwo\r\n--B--`);
      expect(parts.map(({ path }) => path)).toEqual(['1', '1.1', '1.2']);
      expect(parts[1].isLeaf).toBe(true);
    }
  });

  it('go on in the content where they are too long', () => {
    const message = `${MIXED}--B\r\nSubject: 1\r\nSubject: 2\r\nSubject: 3\r\n\r\ntext\r\n--B--`;
    const { parts, content, ambiguities } = scanMessage(message, { partHeaderBytes: 30 });
    expect(parts[1].headers.getAll('subject')).toEqual(['1', '2']);
    expect(content.get('1.1')!.toString()).toBe('Subject: 3\r\n\r\ntext');
    expect(ambiguities).toEqual(['1.1 header-too-long']);
    expect(scanMessage(message, { partHeaderBytes: 38 }).ambiguities).toEqual([]);
    expect(scanMessage(message, { partHeaderBytes: 37 }).ambiguities).toEqual(['1.1 header-too-long']);
  });

  it.each([
    ['as much as a message may have', 'Subject: 1\r\nSubject: 2\r\n folded\r\nSubject: 3\r\n', 3, ''],
    [
      'more than one may have',
      'Subject: 1\r\nSubject: 2\r\n folded\r\nSubject: 3\r\nX: 45678901234567890123\r\n',
      3,
      'X: 4567',
    ],
    ['a line that is longer than all of it may be', `X: 1\r\nY: ${'y'.repeat(90)}\r\n`, 1, 'Y: yyy'],
    [
      'more fields than one may have',
      Array.from('ABCDEFGHI', (name) => `${name}: 1\r\n`).join(''),
      7,
      'H: 1\r\nI: 1',
    ],
    [
      'too many fields, though they are short',
      Array.from('ABCDEFGHI', (name) => `${name}:1\r\n`).join(''),
      7,
      'H:1',
    ],
    ['as many fields as one may have', Array.from('ABCDEFG', (name) => `${name}:12\r\n`).join(''), 7, ''],
    ['more of MIME than one may have', 'Content-A: 1\r\n 2345678901\r\nX: 3\r\nMIME-X: 5\r\n', 2, 'MIME-X'],
    ['less of MIME than one may have', 'Content-A: 1\r\n 23456789\r\nX: 3\r\nMIME-X: 5\r\n', 3, ''],
  ])('of an attached message have %s', (_, header, fields, rest) => {
    const limits = { partHeaderBytes: 40, headerBytes: 64, headerFields: 7, mimeHeaderBytes: 36 };
    const message = `${MIXED}--B\r\nContent-Type: message/rfc822\r\n\r\n${header}\r\ntext\r\n--B--`;
    const { parts, content, ambiguities } = scanMessage(message, limits);
    expect([...parts[2].headers]).toHaveLength(fields);
    expect(ambiguities).toEqual(rest === '' ? [] : ['1.1.1 header-too-long']);
    expect(
      content
        .get('1.1.1')!
        .toString()
        .startsWith(rest === '' ? 'text' : rest),
    ).toBe(true);
    const body = splitMessage(Buffer.from(message, 'latin1'));
    const shape = shapeOf(scan(body.header, [Buffer.from(body.body)], limits));
    for (const pieces of twoPieceSplits(body.body))
      expect(shapeOf(scan(body.header, pieces, limits))).toBe(shape);
    for (const size of CHUNK_SIZES)
      expect(shapeOf(scan(body.header, chunksOf(body.body, size), limits))).toBe(shape);
  });

  it.each([
    ['fields', 'A:1\r\nB:2\r\nC:3\r\n', 'C:3\r\n\r\ntext'],
    ['lines that are no fields', 'A:1\r\n--B2\r\n--B3\r\n', '--B3\r\n\r\ntext'],
    ['folded lines', 'A:1\r\n 2\r\n\t3\r\n', 'text'],
  ])('end before there are more than a message may have: %s', (_, header, content) => {
    const scanned = scanMessage(`${MIXED}--B\r\n${header}\r\ntext\r\n--B--`, { headerFields: 2 });
    expect(scanned.content.get('1.1')!.toString()).toBe(content);
    expect(scanned.ambiguities.includes('1.1 header-too-long')).toBe(content !== 'text');
  });

  it('do not hide a delimiter behind a line that is too long', () => {
    const message = `${MIXED}--B\r\nSubject: ${'x'.repeat(100)}\r\n--B\r\n\r\ntwo\r\n--B--`;
    expect(scanMessage(message, { partHeaderBytes: 50 }).parts.map(({ path }) => path)).toEqual([
      '1',
      '1.1',
      '1.2',
    ]);
  });
});

describe('limits', () => {
  it('of parts make everything behind the last one its content', () => {
    expect(codes(manyParts(4), { parts: 5 })).toEqual([]);
    const { content, ambiguities } = scanMessage(manyParts(6), { parts: 5 });
    expect(ambiguities).toEqual(['1.4 too-many-parts']);
    expect(content.get('1.4')!.toString()).toBe('x\r\n--B\r\n\r\nx\r\n--B\r\n\r\nx\r\n--B--\r\n');
  });

  it('of parts hold for messages and for cut-off headers too', () => {
    const message = `${MIXED}--B\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\n--B--`;
    expect(codes(message, { parts: 2 })).toEqual(['1.1 too-many-parts']);
    expect(scanMessage(message, { parts: 2 }).parts[1].isLeaf).toBe(true);
    const cut = `${MIXED}--B\r\n--B\r\n--B\r\n--B\r\n\r\nx`;
    expect(scanMessage(cut, { parts: 3 }).parts.length).toBe(3);
    expect(codes(cut, { parts: 3 })).toContain('1.2 too-many-parts');
  });

  it('of depth make a leaf of what would go deeper, and outer delimiters still count', () => {
    const message =
      `${MIXED}--B\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n\r\none\r\n--I--\r\n` +
      '--B\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\n--B--';
    expect(tree(message, { depth: 2 })).toEqual([
      '1 multipart/mixed',
      '1.1 multipart/mixed',
      '1.2 message/rfc822',
    ]);
    expect(codes(message, { depth: 2 })).toEqual(['1.1 too-deep', '1.2 too-deep']);
    expect(codes(message, { depth: 3 })).toEqual([]);
  });
});
