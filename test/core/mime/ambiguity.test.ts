import { describe, expect, it } from 'vitest';
import { AMBIGUITY_CODES, type AmbiguityCode } from '../../../src/core/mime/index.ts';
import { chunksOf, twoPieceSplits } from '../../support/chunks.ts';
import { scan, scanMessage, shapeOf } from '../../support/scan.ts';

const V = 'MIME-Version: 1.0\r\n';
const BINARY = 'Content-Type: application/octet-stream\r\n';
const MIXED = `${V}Content-Type: multipart/mixed; boundary=B\r\n\r\n`;
const multipart = (parameters: string) =>
  `${V}Content-Type: multipart/mixed; ${parameters}\r\n\r\n--B\r\n\r\nx\r\n--B--`;
const mixed = (body: string) => `${MIXED}${body}`;
const part = (header: string, content = 'x') => `${MIXED}--B\r\n${header}\r\n${content}\r\n--B--\r\n`;
const named = (name: string) => part(`${BINARY}Content-Disposition: attachment; filename="${name}"\r\n`);

/**
 * The first two are found when parts are read: see the tests of readings. Two are about size: see those of content limits. The others are told
 * where a transform reads content: see those of content notes, and of strip-attachments.
 */
const ELSEWHERE = [
  'too-many-readings',
  'base64-turns-odd',
  'line-too-long',
  'text-too-long',
  'binary-in-text',
  'charset-differs',
  'file-in-text',
  'base64-undeclared',
  'base64-junk',
  'base64-padding',
  'base64-tail',
  'base64-short-lines',
  'quoted-printable-escape',
  'quoted-printable-lower-case',
  'quoted-printable-blanks',
  'encoded-line-too-long',
] as const;
type Elsewhere = (typeof ELSEWHERE)[number];
type Structural = Exclude<AmbiguityCode, Elsewhere>;
const STRUCTURAL = AMBIGUITY_CODES.filter(
  (code): code is Structural => !ELSEWHERE.includes(code as Elsewhere),
);

/** A message for each code: where it stands, and all that is said about the message. */
const MESSAGES: Record<Structural, [message: string, ...expected: string[]]> = {
  'duplicate-content-type': [part(`${BINARY}${BINARY}`), '1.1 duplicate-content-type'],
  'duplicate-transfer-encoding': [
    `${V}Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\nx`,
    '1 duplicate-transfer-encoding',
  ],
  'duplicate-disposition': [
    part('Content-Disposition: inline\r\nContent-Disposition: attachment\r\n'),
    '1.1 duplicate-disposition',
  ],
  'duplicate-mime-version': [`${V}${V}\r\nx`, '1 duplicate-mime-version'],
  'missing-mime-version': ['Content-Type: text/html\r\n\r\nx', '1 missing-mime-version'],
  'space-before-colon': [part('Content-Type : text/html\r\n'), '1.1 space-before-colon'],
  'encoded-word-in-mime-field': [
    part('Content-Type: text/html; x="=?utf-8?q?a?="\r\n'),
    '1.1 encoded-word-in-mime-field',
  ],
  'control-in-mime-field': [part('Content-Type: text/html; x="a\0b"\r\n'), '1.1 control-in-mime-field'],
  '8bit-in-mime-field': [part('Content-Type: text/html; x="a\xe9b"\r\n'), '1.1 8bit-in-mime-field'],
  'header-bare-cr': [part('X-A: a\rb\r\n'), '1.1 header-bare-cr'],
  'header-mixed-line-ends': [part('X-A: a\nX-B: b\r\n'), '1.1 header-mixed-line-ends'],
  'header-blank-line': [part('X-A: a\r\n \t\r\nX-B: b\r\n'), '1.1 header-blank-line'],
  'header-garbage': [part('this is no field\r\n'), '1.1 header-garbage'],
  'header-end-unclear': [
    part('Content-Type: multipart/mixed; boundary=X\r\n--X\r\n', '--X\r\n\r\nx\r\n--X--'),
    '1.1 header-garbage',
    '1.1 header-end-unclear',
  ],
  'mime-field-broken': [
    part('Content-Transfer-Encoding base64\r\n'),
    '1.1 header-garbage',
    '1.1 mime-field-broken',
  ],
  'header-starts-folded': [
    part(' X-A: a\r\nContent-Type: text/html\r\n'),
    '1.1 header-garbage',
    '1.1 header-starts-folded',
  ],
  'header-mbox-from': [
    part('Content-Type: message/rfc822\r\n', 'From a@b Mon Jan  1 00:00:00 2024\r\nSubject: x\r\n\r\nx'),
    '1.1.1 header-mbox-from',
  ],
  'header-cut-off': [mixed('--B\r\nX-A: a\r\n--B--'), '1.1 header-cut-off'],
  'header-runs-on': [
    mixed('--B\r\nContent-Transfer-Encoding: base64\r\n--B--'),
    '1.1 header-cut-off',
    '1.1 header-runs-on',
  ],
  'header-holds-content': [
    mixed('--B\r\nContent-Transfer-Encoding: base64\r\nQUJD\r\nREVG\r\n--B--'),
    '1.1 header-cut-off',
    '1.1 header-garbage',
    '1.1 header-holds-content',
    '1.1 header-runs-on',
  ],
  'header-too-long': [part(`X-A: ${'a'.repeat(70_000)}\r\n`), '1.1 header-too-long'],
  'invalid-content-type': [part('Content-Type: text\r\n'), '1.1 invalid-content-type'],
  'unknown-transfer-encoding': [
    part('Content-Transfer-Encoding: base46\r\n'),
    '1.1 unknown-transfer-encoding',
  ],
  'malformed-transfer-encoding': [
    part('Content-Transfer-Encoding: "base64"\r\n'),
    '1.1 malformed-transfer-encoding',
  ],
  'transfer-encoding-case': [part('Content-Transfer-Encoding: bAsE64\r\n'), '1.1 transfer-encoding-case'],
  'charset-unknown': [part('Content-Type: text/plain; charset=x-some\r\n'), '1.1 charset-unknown'],
  'charset-utf-7': [part('Content-Type: text/html; charset="unicode-1-1-utf-7"\r\n'), '1.1 charset-utf-7'],
  tnef: [part('Content-Type: application/ms-tnef\r\n'), '1.1 tnef'],
  'duplicate-parameter': [multipart('charset=B; charset=C; boundary=B'), '1 duplicate-parameter'],
  'parameter-plain-and-extended': [
    part("Content-Type: text/html; x=a; x*=utf-8''b\r\n"),
    '1.1 parameter-plain-and-extended',
  ],
  'parameter-sections': [part('Content-Type: text/html; x*0=a; x*2=b\r\n'), '1.1 parameter-sections'],
  'parameter-comment': [multipart('(c) boundary=B'), '1 parameter-comment'],
  'parameter-separator': [multipart('charset=x boundary=B'), '1 parameter-separator'],
  'parameter-unterminated-quote': [
    part('Content-Type: text/html; x="x\r\n'),
    '1.1 parameter-unterminated-quote',
  ],
  'parameter-junk': [multipart('boundary=B; charset="B" junk'), '1 parameter-junk'],
  'too-many-parameters': [
    part(`Content-Type: text/html; ${Array.from({ length: 101 }, (_, i) => `p${i}=v`).join('; ')}\r\n`),
    '1.1 too-many-parameters',
  ],
  'boundary-missing': [multipart('charset=x'), '1 boundary-missing'],
  'boundaries-differ': [multipart('boundary=B; boundary=C'), '1 boundaries-differ', '1 duplicate-parameter'],
  'boundary-without-multipart': [
    part('Content-Type: text/html; boundary=C\r\n'),
    '1.1 boundary-without-multipart',
  ],
  'boundary-too-long': [
    multipart(`boundary=${'b'.repeat(71)}`),
    '1 boundary-too-long',
    '1 missing-close',
    '1 no-parts',
  ],
  'boundary-characters': [multipart('boundary="B "'), '1 boundary-characters'],
  'boundary-extended': [multipart("boundary*=us-ascii''B"), '1 boundary-extended'],
  'boundary-quoted-pair': [multipart('boundary="\\B"'), '1 boundary-quoted-pair'],
  'boundary-overlaps-outer': [
    part('Content-Type: multipart/mixed; boundary=BC\r\n', '--BC\r\n\r\nx\r\n--BC--'),
    '1.1 boundary-overlaps-outer',
  ],
  'delimiter-trailing-junk': [mixed('--B\r\n\r\nx\r\n--Bjunk\r\n--B--'), '1 delimiter-trailing-junk'],
  'delimiter-indented': [mixed('--B\r\n\r\nx\r\n \t--B\r\n--B--'), '1 delimiter-indented'],
  'delimiter-after-bare-cr': [mixed('--B\r\n\r\nx\r--B\r\r\n--B--'), '1 delimiter-after-bare-cr'],
  'delimiter-padding': [mixed('--B \r\n\r\nx\r\n--B--'), '1 delimiter-padding'],
  'delimiter-mixed-line-ends': [mixed('--B\r\n\r\nx\n--B--'), '1 delimiter-mixed-line-ends'],
  'delimiter-flood': [
    mixed(`--B\r\n\r\n${'--Bx\r\n'.repeat(100)}--B--`),
    '1 delimiter-flood',
    '1 delimiter-trailing-junk',
  ],
  'parts-after-close': [mixed('--B\r\n\r\nx\r\n--B--\r\n--B\r\n'), '1 parts-after-close'],
  'no-parts': [mixed('--B--\r\n'), '1 no-parts'],
  'missing-close': [mixed('--B\r\n\r\nx'), '1 missing-close'],
  'inner-not-closed': [
    part('Content-Type: multipart/mixed; boundary=I\r\n', '--I\r\n\r\nx'),
    '1.1 inner-not-closed',
  ],
  'header-in-content': [
    mixed('--B\r\n\r\nx\r\n--Bx\r\nContent-Type: image/png\r\n\r\nx\r\n--B--'),
    '1 delimiter-trailing-junk',
    '1.1 header-in-content',
  ],
  'header-outside-parts': [
    mixed('--B\r\n\r\nx\r\n--B--\r\ncontent-Transfer-Encoding: quoted-printable\r\n'),
    '1 header-outside-parts',
  ],
  'encoded-multipart': [
    `${V}Content-Transfer-Encoding: base64\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nx\r\n--B--`,
    '1 encoded-multipart',
  ],
  'encoded-multipart-differs': [
    `${V}Content-Transfer-Encoding: base64\r\nContent-Type: multipart/mixed; boundary=BOUND\r\n\r\n${Buffer.from('\r\n--BOUND\r\n').toString('base64')}\r\n--BOUND\r\n\r\nx\r\n--BOUND--`,
    '1 encoded-multipart',
    '1 encoded-multipart-differs',
  ],
  'encoded-message': [
    part('Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n'),
    '1.1 encoded-message',
  ],
  'unknown-multipart': [
    `${V}Content-Type: multipart/odd; boundary=B\r\n\r\n--B\r\n\r\nx\r\n--B--`,
    '1 unknown-multipart',
  ],
  'partial-message': [`${V}Content-Type: message/partial; id=x; number=1\r\n\r\nx`, '1 partial-message'],
  'partial-inside': [part('Content-Type: message/partial; id=x; number=1\r\n'), '1.1 partial-inside'],
  'external-body': [part('Content-Type: message/external-body; access-type=url\r\n'), '1.1 external-body'],
  'too-deep': [
    `${V}Content-Type: message/rfc822\r\n\r\n${'Content-Type: message/rfc822\r\n\r\n'.repeat(60)}`,
    '',
  ],
  'too-many-parts': [mixed('--B\r\n\r\nx\r\n'.repeat(1001)), '1.999 too-many-parts'],
  'name-control': [named('a\tb.txt'), '1.1 name-control'],
  'name-bidi': [
    part(`${BINARY}Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEtxt.exe\r\n`),
    '1.1 name-bidi',
  ],
  'name-trailing': [named('a.exe.'), '1.1 name-trailing'],
  'name-path': [named('../a.txt'), '1.1 name-path'],
  'name-double-extension': [named('a.pdf.exe'), '1.1 name-double-extension'],
  'name-homoglyph': [
    named('=?utf-8?q?p=D0=B0y.txt?='),
    '1.1 encoded-word-in-mime-field',
    '1.1 name-homoglyph',
  ],
  'names-differ': [
    part('Content-Type: a/b; name=a.txt\r\nContent-Disposition: attachment; filename=a.exe\r\n'),
    '1.1 names-differ',
  ],
};

// One message whose inner ones all lack MIME-Version.
MESSAGES['too-deep'].splice(
  1,
  1,
  ...Array.from({ length: 49 }, (_, i) => `1${'.1'.repeat(i + 1)} missing-mime-version`),
  `1${'.1'.repeat(49)} too-deep`,
);

describe('every ambiguity code', () => {
  it.each(STRUCTURAL)('%s has a message that shows it, and only it', (code) => {
    const [message, ...expected] = MESSAGES[code];
    expect(scanMessage(message).ambiguities).toEqual(expected.toSorted());
    expect(expected.some((line) => line.endsWith(` ${code}`))).toBe(true);
  });

  it('of content is the same wherever the input is cut', () => {
    const text = 'Content-Type: image/png\r\n';
    const bodies = [
      `--B\r\n\r\n${text}--Bx\r\n${text}\r\n--B--`,
      `--B\r\n\r\n${text}--Bx\r\nno\r\n--B--`,
      `--B\r\n\r\n${text} --B\r\n--B\r\n\r\n${text}--B--`,
      `--B\r\n\r\n${text}\r\n--B--\r\nx\r\n--B\r\n${text}`,
      `${text}--B\r\n\r\n${text}\r--B\r\n${text}--B--`,
    ];
    for (const body of bodies) {
      const whole = shapeOf(scan(MIXED, [Buffer.from(body)]));
      for (const size of [1, 2, 7])
        expect(shapeOf(scan(MIXED, chunksOf(Buffer.from(body), size)))).toBe(whole);
      for (const pieces of twoPieceSplits(Buffer.from(body)))
        expect(shapeOf(scan(MIXED, pieces))).toBe(whole);
    }
  });

  it.each(['boundary="B', 'boundary=B; boundary=C', 'boundary=B C', "boundary=B; boundary*=us-ascii''C"])(
    'tells that boundaries differ in %s',
    (parameters) => {
      expect(scanMessage(multipart(parameters)).ambiguities).toContain('1 boundaries-differ');
    },
  );

  it('stands in the list once', () => {
    expect(new Set(AMBIGUITY_CODES).size).toBe(AMBIGUITY_CODES.length);
  });
});

describe('the codes of names and words', () => {
  it.each([
    ['a.docx .js', 'name-double-extension'],
    ['A.PDF   .Exe', 'name-double-extension'],
    ['a.tar.gz', undefined],
    ['report.2024.pdf', undefined],
    ['v1.2', undefined],
  ])('%s', (name, code) => {
    expect(scanMessage(named(name)).ambiguities).toEqual(code === undefined ? [] : [`1.1 ${code}`]);
  });

  it.each([
    ['\u03b1bc.txt', true],
    ['a\uff0eexe', true],
    ['a\u2215b', true],
    ['\u043f\u0438\u0441\u044c\u043c\u043e.txt', false],
    ['\u043f\u043b\u0430\u043d v2.doc', false],
    ['caf\u00e9.txt', false],
    ['\u30c6\u30b9\u30c8\uff21.txt', false],
  ])('of the name %s, signs that look alike', (name, isAlike) => {
    const fields = `${BINARY}Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(name)}\r\n`;
    expect(scanMessage(part(fields)).ambiguities).toEqual(isAlike ? ['1.1 name-homoglyph'] : []);
  });

  it.each([
    'base64',
    'BASE64',
    'Base64',
    '7bit',
    '7Bit',
    '7BIT',
    'Quoted-Printable',
    'Quoted-printable',
    'QUOTED-PRINTABLE',
    'X-uuencode',
  ])('the case of %s is usual', (encoding) => {
    expect(scanMessage(part(`Content-Transfer-Encoding: ${encoding}\r\n`)).ambiguities).toEqual([]);
  });

  it.each(['bASE64', 'BaSe64', 'quoted-PRINTABLE', '7bIt', '8biT'])('the case of %s is not', (encoding) => {
    const { ambiguities } = scanMessage(part(`Content-Transfer-Encoding: ${encoding}\r\n`));
    expect(ambiguities).toEqual(['1.1 transfer-encoding-case']);
  });

  it('a name says that a part is TNEF', () => {
    expect(scanMessage(named('WinMail.dat')).ambiguities).toEqual(['1.1 tnef']);
  });

  it('a charset counts for text only', () => {
    const image = 'Content-Type: image/png; charset=x-some\r\n';
    expect(scanMessage(part(image)).ambiguities).toEqual([]);
  });
});

describe('what is not ambiguous', () => {
  it.each([
    ['a plain message', 'Subject: x\r\n\r\ntext'],
    ['text with a type', `${V}Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n\r\nx`],
    ['LF everywhere', mixed('--B\r\n\r\nx\r\n--B--').replaceAll('\r\n', '\n')],
    ['a preamble and an epilogue', mixed('In many parts.\r\n--B\r\n\r\nx\r\n--B--\r\nend\r\n')],
    [
      'the same name twice',
      part('Content-Type: a/b; name="a.txt"\r\nContent-Disposition: attachment; filename=a.txt\r\n'),
    ],
    ['a folded field', part('Content-Type: text/html;\r\n\tcharset=utf-8\r\n')],
    ['a part of an attached message that lacks MIME-Version', part('Content-Type: text/html\r\n')],
    [
      'sections by the rules',
      part("Content-Disposition: attachment; filename*0*=utf-8''a; filename*1=b.txt\r\n"),
    ],
    ['dashes', mixed('--B\r\n\r\n-- \r\n--\r\n-B\r\n--A\r\n--b\r\n--B--')],
  ])('%s', (_, message) => {
    expect(scanMessage(message).ambiguities).toEqual([]);
  });
});
