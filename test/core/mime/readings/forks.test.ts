import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../src/core/index.ts';
import { HeaderList } from '../../../../src/core/headers/header-list.ts';
import { createRootPart, type Part } from '../../../../src/core/mime/index.ts';
import { Forks } from '../../../../src/core/mime/readings/forks.ts';
import { ReadingBudget } from '../../../../src/core/mime/readings/reading-budget.ts';
import { Scanner } from '../../../../src/core/mime/scanner.ts';
import type { Stage } from '../../../../src/core/stage.ts';
import { CHUNK_SIZES, chunksOf, twoPieceSplits } from '../../../support/chunks.ts';
import { IGNORED } from '../../../support/ignored-stage.ts';
import { splitMessage } from '../../../support/corpus.ts';

const V = 'MIME-Version: 1.0\r\n';
const MIXED = `${V}Content-Type: multipart/mixed; boundary=B\r\n\r\n`;
const HIDDEN = 'Content-Type: text/html; name=hidden.exe\r\n\r\nhidden';
const base64 = (text: string) => `${Buffer.from(text, 'latin1').toString('base64')}\r\n`;

/** Collects the leaves of readings. */
class Collector implements Stage {
  readonly #content = new Map<Part, string>();
  readonly #found: string[];

  constructor(found: string[]) {
    this.#found = found;
  }

  open(part: Part): void {
    if (part.isLeaf) this.#content.set(part, '');
  }

  body(part: Part, slice: Buffer): void {
    this.#content.set(part, this.#content.get(part)! + slice.toString('latin1'));
  }

  frame(): void {}

  close(part: Part): void {
    if (part.isLeaf) this.#found.push(`${part.reading}: ${part.names.join()} ${this.#content.get(part)}`);
  }

  end(): void {}

  pending(): undefined {}
}

interface Found {
  readonly leaves: string[];
  readonly tooMany: boolean;
  readonly readings: number;
}

/** What is found in other readings; `deadline` as the scanner has it. */
function readings(
  message: string,
  pieces: (body: Buffer) => Iterable<Buffer> = (body) => [body],
  deadline = Infinity,
): Found {
  const { header, body } = splitMessage(Buffer.from(message, 'latin1'));
  const leaves: string[] = [];
  let tooMany = false;
  let count = 0;
  const budget = new ReadingBudget({
    openReading: () => {
      count++;
      return new Collector(leaves);
    },
    tooManyReadings: () => (tooMany = true),
  });
  const root = createRootPart(HeaderList.parse(header));
  const scanner = new Scanner(root, IGNORED, DEFAULT_LIMITS, new Forks(budget, DEFAULT_LIMITS));
  scanner.write(Buffer.alloc(0));
  for (const piece of pieces(body)) {
    // Slices are borrowed.
    const borrowed = Buffer.from(piece);
    for (let at = 0; at < borrowed.length;) at += scanner.write(borrowed.subarray(at), deadline);
    borrowed.fill(0x58);
  }
  scanner.end();
  return { leaves, tooMany, readings: count };
}

const MESSAGES: Record<string, [message: string, ...found: string[]]> = {
  'a part behind an indented delimiter, up to where both agree': [
    `${MIXED}--B\r\n\r\none\r\n  --B\r\n${HIDDEN}\r\n--B\r\nContent-Type: text/html; name=last\r\n\r\nlast\r\n--B--\r\n`,
    'delimiter-indented: hidden.exe hidden',
  ],
  'a part behind a delimiter that goes on': [
    `${MIXED}--B\r\n\r\none\r\n--B;junk\r\n${HIDDEN}\r\n--B--\r\n`,
    'delimiter-trailing-junk: hidden.exe hidden',
  ],
  'a part behind a delimiter that goes on, in a multipart that does not end': [
    `${MIXED}--B\r\n\r\none\r\n--B;junk\r\n${HIDDEN}`,
    'delimiter-trailing-junk: hidden.exe hidden',
  ],
  'parts behind two delimiters that are none, up to the end of the multipart that they are of': [
    `${MIXED}--B\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n\r\none\r\n --I\r\n${HIDDEN}\r\n` +
      `--I\r\n\r\ntwo\r\n --I\r\n${HIDDEN}2\r\n--B\r\nContent-Type: text/html; name=last\r\n\r\nlast\r\n--B--\r\n`,
    'delimiter-indented: hidden.exe hidden',
    'delimiter-indented: hidden.exe hidden2',
  ],
  'no part behind a delimiter that goes on for longer than a line may be': [
    `${MIXED}--B\r\n\r\none\r\n--B${'x'.repeat(996)}\r\n${HIDDEN}\r\n--B--\r\n`,
  ],
  'a part behind a delimiter that goes on for as long as a line may be': [
    `${MIXED}--B\r\n\r\none\r\n--B${'x'.repeat(995)}\r\n${HIDDEN}\r\n--B--\r\n`,
    'delimiter-trailing-junk: hidden.exe hidden',
  ],
  'a part behind the closing delimiter': [
    `${MIXED}--B\r\n\r\none\r\n--B--\r\n--B\r\n${HIDDEN}\r\n--B--\r\n`,
    'parts-after-close: hidden.exe hidden',
  ],
  'a part behind the closing delimiter, for those who take it indented': [
    `${MIXED}--B\r\n\r\none\r\n--B--\r\n --B\r\n${HIDDEN}\r\n--B--\r\n`,
    'delimiter-indented: hidden.exe hidden',
  ],
  'parts behind two kinds of delimiters that are none: each kind alone, and both': [
    `${MIXED}--B\r\n\r\none\r\n --B\r\n${HIDDEN}\r\n--Bx\r\n${HIDDEN}2\r\n--B--\r\n`,
    'delimiter-indented, delimiter-trailing-junk: hidden.exe hidden2',
    `delimiter-indented: hidden.exe hidden\r\n--Bx\r\n${HIDDEN}2`,
    'delimiter-trailing-junk: hidden.exe hidden2',
  ],
  'a part behind a delimiter behind CR': [
    `${MIXED}--B\r\n\r\none\r--B\r\n${HIDDEN}\r\n--B--\r\n`,
    'cr-ends-lines: hidden.exe hidden',
  ],
  'parts by the other of two boundaries, in an inner multipart only': [
    `${MIXED}--B\r\nContent-Type: multipart/mixed; boundary=I; boundary=J\r\n\r\n--I\r\n\r\ni\r\n--J\r\n${HIDDEN}\r\n--J--\r\n--I--\r\n--B\r\n\r\nlast\r\n--B--\r\n`,
    'content-type-2: hidden.exe hidden',
  ],
  'parts of the last of two Content-Type fields': [
    `${V}Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n${HIDDEN}\r\n--B--\r\n`,
    'content-type-2: hidden.exe hidden',
  ],
  'parts by a boundary with its backslash, or up to the quote behind it': [
    `${V}Content-Type: multipart/mixed; boundary="a\\"b"\r\n\r\n--a\\"b\r\n${HIDDEN}\r\n--a\\"b--\r\n--a\\\r\n${HIDDEN}2\r\n--a\\--\r\n`,
    'content-type-2: hidden.exe hidden',
    'content-type-3, delimiter-trailing-junk:  ',
    // For those whose boundary ends at the quote, and who look no further.
    'content-type-3, delimiter-trailing-junk: hidden.exe hidden',
    'content-type-3: hidden.exe hidden2',
  ],
  'parts by a section of an extended boundary': [
    `${V}Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\r\n\r\n--a\r\n${HIDDEN}\r\n--a--\r\n`,
    'content-type-2: hidden.exe hidden',
  ],
  'what is in an encoded message, and in one in that': [
    `${MIXED}--B\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(
      `${MIXED}--B\r\n${HIDDEN}\r\n--B\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(
        `${V}${HIDDEN}2`,
      )}--B--\r\n`,
    )}--B--\r\n`,
    'decoded-first: hidden.exe hidden',
    // A file to those who open the outer one only.
    `decoded-first:  ${base64(`${V}${HIDDEN}2`).trimEnd()}`,
    'decoded-first: hidden.exe hidden2',
  ],
  'what is in a file that is a message by its name': [
    `${MIXED}--B\r\nContent-Type: application/octet-stream; name=a.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(`${MIXED}--B\r\n${HIDDEN}\r\n--B--\r\n`)}--B--\r\n`,
    'opened: hidden.exe hidden',
  ],
  'parts by a boundary without its single quotes': [
    `${V}Content-Type: multipart/mixed; boundary='B'\r\n\r\n--B\r\n${HIDDEN}\r\n--B--\r\n`,
    'content-type-2: hidden.exe hidden',
  ],
  'parts by a boundary without the blank at its front': [
    `${V}Content-Type: multipart/mixed; boundary=" B"\r\n\r\n--B\r\n${HIDDEN}\r\n--B--\r\n`,
    'content-type-2: hidden.exe hidden',
  ],
  'parts by a boundary with its fold left out': [
    `${V}Content-Type: multipart/mixed; boundary="B\r\n C"\r\n\r\n--BC\r\n${HIDDEN}\r\n--BC--\r\n`,
    'content-type-2: hidden.exe hidden',
  ],
  'what is in an encoded multipart': [
    `${V}Content-Type: multipart/mixed; boundary=B\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(`--B\r\n${HIDDEN}\r\n--B--`)}`,
    'decoded-first: hidden.exe hidden',
    // To those who do not split it.
    `not-split:  ${base64(`--B\r\n${HIDDEN}\r\n--B--`)}`,
  ],
  'what is in a message of which another field says that it is encoded': [
    `${MIXED}--B\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(HIDDEN)}--B--\r\n`,
    'decoded-first-base64: hidden.exe hidden',
  ],
  'parts by a boundary that is not given': [
    `${V}Content-Type: multipart/mixed\r\n\r\n--B\r\n${HIDDEN}\r\n--B--\r\n`,
    'boundary-guessed: hidden.exe hidden',
  ],
  'parts by an empty boundary': [
    `${V}Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n${HIDDEN}\r\n----\r\n`,
    'boundary-guessed: hidden.exe hidden',
  ],
  'parts by a boundary that is not given, in what is encoded': [
    `${V}Content-Type: multipart/mixed\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(`--B\r\n${HIDDEN}\r\n--B--`)}`,
    'boundary-guessed-base64: hidden.exe hidden',
    `decoded-first:  --B\r\n${HIDDEN}\r\n--B--`,
  ],
  'parts by a boundary that is too long, as it is or cut': [
    `${V}Content-Type: multipart/mixed; boundary=${'B'.repeat(300)}\r\n\r\n--${'B'.repeat(300)}\r\n${HIDDEN}\r\n--${'B'.repeat(70)}\r\n${HIDDEN}\r\n`,
    'boundary-guessed: hidden.exe hidden',
    'boundary-guessed: hidden.exe hidden',
  ],
  'parts by a boundary that is cut': [
    `${V}Content-Type: multipart/mixed; boundary=${'B'.repeat(71)}\r\n\r\n--${'B'.repeat(71)}\r\n\r\nx\r\n--${'B'.repeat(70)}\r\n${HIDDEN}\r\n--${'B'.repeat(71)}--\r\n`,
    'delimiter-trailing-junk: hidden.exe hidden',
  ],
  'the header behind a delimiter that ends in CR': [
    `${MIXED}--B\r\n\r\nx\r\n--B\rContent-Type: text/html; name=hidden.exe\r\n\r\nhidden\r\n--B--\r\n`,
    'cr-ends-lines: hidden.exe hidden',
    'delimiter-trailing-junk:  hidden',
  ],
  'what is in a text that is a message by its name': [
    `${V}Content-Type: text/plain; name=a.mht\r\n\r\nContent-Type: multipart/related; boundary=B\r\n\r\n--B\r\n${HIDDEN}\r\n--B--\r\n`,
    'opened: hidden.exe hidden',
  ],
  'what is behind a header in a text': [
    `${MIXED}--B\r\n\r\none\r\n--X\r\nContent-Type: text/html; name=hidden.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--X\r\nContent-Type: text/plain\r\n\r\ntwo\r\n--B--\r\n`,
    'header-in-text: hidden.exe YWJj\r\n--X\r\nContent-Type: text/plain\r\n\r\ntwo',
  ],
  'what is behind two headers in a text, one that is cut off': [
    `${V}\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--X\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nContent-Type: text/html;=\r\n name=3Dhidden.exe\r\nContent-Transfer-Encoding: base64\r\nDEF`,
    'header-in-text:  YWJj\r\n--X\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
    'header-in-text:  Content-Type: text/html;=\r\n name=3Dhidden.exe\r\nContent-Transfer-Encoding: base64\r\nDEF',
    'header-in-text, decoded-first: hidden.exe ',
    'header-in-text:  ',
  ],
  'what is behind a header in a text, between two delimiters that are none': [
    `${MIXED}--B\r\n\r\none\r\n --B\r\n\r\ntwo\r\nContent-Type: text/html; name=hidden.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--B;junk\r\n\r\nthree\r\n--B--\r\n`,
    'delimiter-indented, delimiter-trailing-junk:  three',
    'delimiter-indented:  two\r\nContent-Type: text/html; name=hidden.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--B;junk\r\n\r\nthree',
    'delimiter-trailing-junk:  three',
    'header-in-text: hidden.exe YWJj\r\n--B;junk\r\n\r\nthree',
    'header-in-text: hidden.exe YWJj\r\n--B;junk\r\n\r\nthree',
  ],
  'a header in a text that ends in the middle of it': [
    `${MIXED}--B\r\n\r\none\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/html; name=hidden.exe\r\nYWJj\r\n--B--\r\n`,
    'header-in-text: hidden.exe ',
  ],
  'what is behind a header outside of all parts': [
    `${MIXED}Content-Transfer-Encoding: x\r\n\r\none\r\n--B\r\n\r\nx\r\n--B--\r\nContent-Type: text/html; name=hidden.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n`,
    'header-in-text:  one',
    'header-in-text: hidden.exe YWJj',
  ],
  'a header that ends at blanks': [
    `${MIXED}--B\r\nContent-Type: multipart/mixed; boundary=I\r\n \t\r\n--I\r\n${HIDDEN}\r\n--I--\r\n--B--\r\n`,
    'header-ends-at-blanks: hidden.exe hidden',
    // To those for whom it goes on, the field behind that is one more Content-Type.
    'content-type-2:  hidden\r\n--I--',
    // The delimiter is no field either.
    'header-ends-at-garbage: hidden.exe hidden',
  ],
  'a header that ends at CR': [
    `${MIXED}--B\r\nContent-Type: multipart/mixed; boundary=I\r\r--I\rContent-Type: text/html; name=hidden.exe\r\rhidden\r--I--\r\n\r\n\r\n--B--\r\n`,
    'cr-ends-lines: hidden.exe hidden',
  ],
  'uuencode outside of all parts': [
    `${MIXED}begin 644 a\r\n#86)C\r\nend\r\n--B\r\n\r\none\r\n--B--\r\nbegin 644 b\r\nbegin 644 c\r\n`,
    'file-outside-parts:  begin 644 a\r\n#86)C\r\nend',
    'file-outside-parts:  begin 644 b\r\nbegin 644 c',
  ],
  'what goes on behind an outer delimiter': [
    `${MIXED}--B\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\naGlk\r\n--B--\r\nZGVu\r\n--I\r\n${HIDDEN}\r\n--I--\r\n`,
    'outer-ignored:  aGlk\r\n--B--\r\nZGVu',
    'outer-ignored: hidden.exe hidden',
  ],
  'a file that is a message, by another name': [
    `${MIXED}--B\r\nContent-Type: application/octet-stream; name=a.doc\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(`MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=W\r\n\r\n--W\r\n${HIDDEN}${' '.repeat(400)}\r\n--W--\r\n`).toString('base64')}\r\n--B--\r\n`,
    'opened-by-content: hidden.exe hidden',
  ],
  'a short one of an unknown type, behind a mark, a line of a mailbox and other fields': [
    `${MIXED}--B\r\nContent-Type: x/y\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=EF=BB=BF\r\n>From a\r\nX-A: a\r\n b\r\n${HIDDEN}\r\n--B--\r\n`,
    'opened-by-content: hidden.exe hidden',
  ],
  'a message file that says in two fields how it is encoded': [
    `${MIXED}--B\r\nContent-Type: x/y; name=a.eml\r\nContent-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(HIDDEN).toString('base64')}\r\n--B--\r\n`,
    'opened:  ',
    'opened-base64: hidden.exe hidden',
  ],
  'a header without a field that has a blank in front of its colon': [
    `${MIXED}--B\r\nContent-Type : text/plain\r\nContent-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n${HIDDEN}\r\n--I--\r\n--B--\r\n`,
    'content-type-2: hidden.exe hidden',
    'spaced-colon-is-garbage: hidden.exe hidden',
  ],
};

/** Those that are read at the same time end in one order or another. */
const sorted = ({ leaves, ...found }: Found) => ({ ...found, leaves: leaves.toSorted() });

describe('other readings of the structure', () => {
  it.each(Object.keys(MESSAGES))('find %s', (name) => {
    const [message, ...expected] = MESSAGES[name];
    const found = readings(message);
    expect(found.tooMany).toBe(false);
    expect(found.leaves.map((leaf) => leaf.trimEnd()).toSorted()).toEqual(
      expected.map((leaf) => leaf.trimEnd()).toSorted(),
    );
  });

  it('do not depend on where the body is cut', () => {
    for (const [message] of Object.values(MESSAGES)) {
      const whole = sorted(readings(message));
      for (const size of CHUNK_SIZES)
        expect(sorted(readings(message, (body) => chunksOf(body, size)))).toEqual(whole);
      const { body } = splitMessage(Buffer.from(message, 'latin1'));
      for (const pieces of twoPieceSplits(body))
        expect(sorted(readings(message, () => pieces))).toEqual(whole);
    }
  });

  it('make room for others where they end, however the body is cut', () => {
    const twoWays = (id: number) =>
      `--B\r\nContent-Type: multipart/mixed; boundary=I${id}; boundary=J${id}\r\n\r\n--I${id}\r\n\r\none\r\n--J${id}\r\n${HIDDEN}${id}\r\n--J${id}--\r\n--I${id}--\r\n`;
    const ids = [1, 2, 3, 4, 5, 6];
    const message = `${MIXED}${ids.map(twoWays).join('')}--B--\r\n`;
    const found = sorted(readings(message));
    expect(found).toMatchObject({ tooMany: false, readings: 6 });
    expect(found.leaves.map((leaf) => leaf.trimEnd())).toEqual(
      ids.map((id) => `content-type-2: hidden.exe hidden${id}`),
    );
    const { body } = splitMessage(Buffer.from(message, 'latin1'));
    for (const pieces of twoPieceSplits(body)) expect(sorted(readings(message, () => pieces))).toEqual(found);
  });

  it.each([
    [
      'one behind the other',
      `multipart/digest; boundary=A\r\n\r\n--A\r\nContent-Type: multipart/d boundary="B"e\r\n\r\n--A\r\nl\r\n` +
        'Content-Transfer-Encoding: 4\r\n--B--\r\n--A\r\nContent-Transfer-Encoding: base64\r\nn\r\n\r\n',
    ],
    [
      'beside and in each other',
      `multipart/mixed; boundary=B; boundary=C; boundary=D\r\n\r\n` +
        ['B', 'C', 'D', ' B', ' C', 'D;x', 'B', 'C;y', ' D', 'D', 'Bz', 'C', 'B--', ' B', 'C--', 'D--']
          .map((line, i) => `${line.replace(/[A-Z]/, '--$&')}\r\n${HIDDEN}${i}\r\n`)
          .join(''),
    ],
    [
      'over slices of a larger body',
      `multipart/mixed; boundary=B; boundary=C\r\n\r\n` +
        ['B', ' B', 'C', 'B', 'C;x', 'Bx', 'C', ' C', 'B', 'Cx']
          .map(
            (line, i) =>
              `${line.replace(/[A-Z]/, '--$&')}\r\n${HIDDEN}${i}\r\n${'and more of it\r\n'.repeat(71)}`,
          )
          .join(''),
    ],
  ])('that are too many, %s, are the same ones wherever the body is cut', (_, type) => {
    const message = `${V}Content-Type: ${type}`;
    const whole = sorted(readings(message));
    expect(whole.tooMany).toBe(true);
    for (const size of [...CHUNK_SIZES, 100])
      expect(sorted(readings(message, (body) => chunksOf(body, size)))).toEqual(whole);
    const { body } = splitMessage(Buffer.from(message, 'latin1'));
    const splits = [...twoPieceSplits(body)];
    const step = Math.ceil(splits.length / 800);
    for (const pieces of splits.filter((_pieces, i) => i % step === 0))
      expect(sorted(readings(message, () => pieces))).toEqual(whole);
  });

  it('are none of mail that all readers take apart alike', () => {
    const plain = `${MIXED}--B\r\nContent-Type: text/plain (a comment); charset=x\r\n\r\none\r\n--B \r\n\r\n-- \r\ntwo\r\n--Bravo\r\n--B--\r\nend`;
    expect(readings(plain.replace('--Bravo', '-Bravo')).readings).toBe(0);
  });

  it('are four ways at most', () => {
    const fields = Array.from({ length: 6 }, (_, i) => `boundary=b${i}`).join('; ');
    const found = readings(`${V}Content-Type: multipart/mixed; ${fields}\r\n\r\nx`);
    expect(found).toMatchObject({ tooMany: true, readings: 4 });
  });

  it('are four at once at most, however deep they are nested', () => {
    let message = `${V}${HIDDEN}`;
    for (let i = 0; i < 6; i++) {
      message = `${V}Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(message)}`;
    }
    expect(readings(message)).toMatchObject({ tooMany: true, readings: 4 });
  });

  it('of headers in a text are 32, and more of them are nothing odd', () => {
    const header = 'Content-Transfer-Encoding: base64\r\n\r\nYWJj\r\n';
    const { tooMany, leaves } = readings(`${V}\r\n${header.repeat(40)}`);
    expect([tooMany, leaves.length]).toEqual([false, 32]);
  });

  it('of the last of those headers go up to the next one, however the body is cut', () => {
    const header = 'Content-Transfer-Encoding: base64\r\n\r\nYWJj\r\n';
    const message = `${MIXED}--B\r\n\r\n${header.repeat(33)}${'behind\r\n'.repeat(1000)}--B--\r\n`;
    for (const size of CHUNK_SIZES) {
      const { leaves } = readings(message, (body) => chunksOf(body, size));
      expect(leaves).toHaveLength(32);
      expect(leaves.at(-1)).not.toContain('behind');
    }
  });

  it('of those headers are the first ones in the order of the message, however the body is cut', () => {
    const text = (name: string, end: string): string =>
      ['Content-Type: x/y; name=', name, end, 'Content-Transfer-Encoding: base64', end, end].join('') +
      `${'YWJj'.repeat(18)}${end}`;
    // Those in front are headers only to those for whom CR ends a line.
    const first = `x\r${text('first', '\r').repeat(40)}\r\n`;
    const message = `${MIXED}--B\r\n\r\none\r--B\r\n\r\n${first}${text('second', '\r\n')}--B--\r\n`;
    for (const size of CHUNK_SIZES) {
      const { leaves } = readings(message, (body) => chunksOf(body, size));
      const headers = leaves.filter((leaf) => leaf.startsWith('header-in-text'));
      expect(headers).toHaveLength(32);
      expect(headers.filter((leaf) => leaf.includes('second'))).toEqual([]);
    }
  });

  it.each([
    ['an encoding that nobody knows', 'Content-Transfer-Encoding: base-64\r\n\r\nYWJj\r\n'],
    ['a field twice', 'Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n'],
    ['the digits of URLs', `Content-Transfer-Encoding: base64\r\n\r\n${'A_-a'.repeat(10)}\r\n`],
    ['padding inside', `Content-Transfer-Encoding: base64\r\n\r\nYWI=\r\n${'YWJj'.repeat(10)}\r\n`],
    ['text in front', `Content-Transfer-Encoding: base64\r\n\r\nHello!\r\n${'YWJj'.repeat(10)}\r\n`],
  ])('of headers in a text are too many where one behind the 32nd is odd: %s', (_, odd) => {
    const header = `Content-Transfer-Encoding: base64\r\n\r\n${'YWJj'.repeat(19)}\r\n${'YWJj'.repeat(5)}YWI=\r\n\r\nSome text.\r\n\r\n`;
    const first = `${V}\r\n${header.repeat(32)}`;
    expect(readings(`${first}${header.repeat(8)}`).tooMany).toBe(false);
    expect(readings(`${first}${odd}`).tooMany).toBe(true);
    expect(readings(`${first}${odd}${header}`).tooMany).toBe(true);
  });

  it('of one kind may be many, one after the other', () => {
    const pair = `--B\r\n\r\none\r\n --B\r\n${HIDDEN}\r\n`;
    const found = readings(`${MIXED}${pair.repeat(50)}--B--\r\n`);
    expect(found).toMatchObject({ tooMany: false, readings: 50 });
    expect(new Set(found.leaves)).toEqual(new Set(['delimiter-indented: hidden.exe hidden']));
  });
});

describe('with a deadline that is over', () => {
  it.each(Object.entries(MESSAGES))('the same is found: %s', (_, [message]) => {
    expect(sorted(readings(message, undefined, 0))).toEqual(sorted(readings(message)));
  });

  it.each([
    ['headers in a text', 'text/plain', `${'x'.repeat(60)}\r\n`.repeat(50), HIDDEN.repeat(50), 256],
    ['headers in base64, which has none', 'text/plain', '', `${'QUJD'.repeat(19)}\r\n`.repeat(100), Infinity],
  ])('the scanner stops where readings may begin, and not before: %s', (_, type, before, behind, atMost) => {
    const root = createRootPart(HeaderList.parse(Buffer.from(`Content-Type: ${type}\r\n`)));
    const budget = new ReadingBudget({ openReading: () => IGNORED, tooManyReadings: () => undefined });
    const scanner = new Scanner(root, IGNORED, DEFAULT_LIMITS, new Forks(budget, DEFAULT_LIMITS));
    const body = Buffer.from(before + behind);
    const first = scanner.write(body, 0);
    expect(first).toBeGreaterThan(before.length);
    expect(first).toBeLessThanOrEqual(Math.min(body.length, before.length + atMost));
  });
});
