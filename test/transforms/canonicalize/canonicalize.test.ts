import { describe, expect, it } from 'vitest';
import { type AnyTransform, defineFilter, defineTransform } from '../../../src/core/index.ts';
import { runFilter, type RunFilterResult } from '../../../src/testing/run-filter.ts';
import {
  canonicalize,
  type CanonicalizeOptions,
  footer,
  stripAttachments,
} from '../../../src/transforms/index.ts';
import { CHUNK_SIZES } from '../../support/chunks.ts';
import { splitMessage } from '../../support/corpus.ts';
import { leavesOf } from '../../support/leaves.ts';
import { scan } from '../../support/scan.ts';
import { ODD_PARTS } from '../../support/odd-parts.ts';

const lines = (...all: string[]): Buffer => Buffer.from(all.join('\r\n'), 'latin1');

/** Two boundaries, two transfer encodings, an attachment behind the end: everything that is to have one reading. */
const HOSTILE = lines(
  'From: a@example.org',
  'Subject: hello',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=one; boundary=two',
  '',
  'preamble',
  '--one',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Type: text/html',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Gr\xc3\xbc\xc3\x9fe',
  '--two',
  'Content-Disposition: attachment; filename=x.exe',
  '',
  'MZ',
  ...ODD_PARTS,
  '',
);

const PLAIN = lines(
  'Subject: hello',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="b"',
  '',
  'This is a multi-part message.',
  '--b ',
  'Content-Type: text/plain',
  '',
  'one',
  '--b',
  'Content-Type: text/html; charset="utf-8"',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<p>=C3=BC</p>',
  '--b--',
  '',
);

async function play(
  eml: Buffer,
  options: CanonicalizeOptions = {},
  behind: readonly AnyTransform[] = [],
  chunkSize = 65_535,
): Promise<RunFilterResult> {
  const result = await runFilter(defineFilter([canonicalize(options), ...behind]), { eml, chunkSize });
  expect(result.failures).toEqual([]);
  return result;
}

/** The message with its boundaries by number: they are random. */
function numbered(message: Buffer): string {
  const numbers = new Map<string, string>();
  return message.toString('latin1').replace(/[0-9a-f]{16}=_[0-9a-f]{16}/g, (boundary) => {
    if (!numbers.has(boundary)) numbers.set(boundary, `B${numbers.size + 1}`);
    return numbers.get(boundary)!;
  });
}

function codesOf(message: Buffer): string[] {
  const { header, body } = splitMessage(message);
  return scan(header, [Buffer.from(body)]).ambiguities;
}

const REWRITTEN = [
  'From: a@example.org',
  'Subject: hello',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed;',
  ' boundary="B1"',
  '',
  '--B1',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Gr=C3=BC=C3=9Fe',
  '--two',
  'Content-Disposition: attachment; filename=3Dx.exe',
  '',
  'MZ',
  '--B1',
  'Content-Type: application/octet-stream; name=b.bin',
  'Content-Disposition: attachment; filename=b.bin',
  'Content-Transfer-Encoding: base64',
  '',
  'AAEC',
  '--B1--',
  '',
].join('\r\n');

describe('canonicalize', () => {
  it('writes an ambiguous message anew, as Millrace reads it', async () => {
    const result = await play(HOSTILE);
    expect(numbered(result.message)).toBe(REWRITTEN);
    expect(result.notes).toEqual([expect.stringContaining('canonicalize: rewritten for ')]);
    expect(result.headerEdits).toEqual([
      {
        kind: 'change',
        name: 'Content-Type',
        index: 1,
        value: expect.stringContaining('boundary') as string,
      },
    ]);
    expect(result.parts).toContainEqual({ path: '1', type: 'multipart/mixed', action: 'rewritten' });
    expect(codesOf(result.message)).toEqual([]);
  });

  it.each(CHUNK_SIZES)('does the same at chunk size %i', async (chunkSize) => {
    expect(numbered((await play(HOSTILE, {}, [], chunkSize)).message)).toBe(REWRITTEN);
  });

  it('does the same wherever the message is cut in two', async () => {
    const filter = defineFilter([canonicalize()]);
    for (let at = 0; at <= HOSTILE.length; at++) {
      const processed = await filter.process(
        (async function* () {
          yield Buffer.from(HOSTILE.subarray(0, at));
          yield Buffer.from(HOSTILE.subarray(at));
        })(),
      );
      const blocks: Buffer[] = [];
      for await (const block of processed.message()) blocks.push(Buffer.from(block));
      processed.dispose();
      if (numbered(Buffer.concat(blocks)) !== REWRITTEN)
        expect(at).toBe('the place of a cut that changes nothing');
    }
  });

  it('leaves what it has written alone, and what nobody reads in two ways', async () => {
    const { message } = await play(HOSTILE);
    for (const eml of [message, PLAIN]) {
      const again = await play(eml);
      expect(again).toMatchObject({ bodyChanged: false, headerEdits: [], notes: [] });
      expect(again.message.equals(eml)).toBe(true);
    }
  });

  it('acts on the codes that it is told', async () => {
    const result = await play(PLAIN, { codes: ['delimiter-padding'] });
    expect(numbered(result.message)).toBe(
      [
        'Subject: hello',
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed;',
        ' boundary="B1"',
        '',
        '--B1',
        'Content-Type: text/plain',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'one',
        '--B1',
        'Content-Type: text/html; charset="utf-8"',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        '<p>=C3=BC</p>',
        '--B1--',
        '',
      ].join('\r\n'),
    );
    expect((await play(HOSTILE, { codes: ['delimiter-padding'] })).message.equals(HOSTILE)).toBe(true);
  });

  it('shows transforms behind it the message as it is then', async () => {
    const seen: string[] = [];
    const look = defineTransform({
      name: 'look',
      onPart: (part) =>
        void seen.push(`${part.path} ${part.type} ${part.transferEncoding} ${part.filename ?? ''}`),
      onEnd: (msg) => void seen.push(...msg.ambiguities.map(({ code }) => code)),
    });
    const result = await play(HOSTILE, {}, [
      look,
      stripAttachments({ extensions: ['exe'] }),
      footer({ text: 'F' }),
    ]);
    expect(seen).toEqual([
      '1 multipart/mixed 7bit ',
      '1.1 text/plain quoted-printable ',
      '1.2 application/octet-stream base64 b.bin',
    ]);
    // Those in front would have it held; what is told at the end is what was received.
    expect(result.quarantine).toBeUndefined();
    expect(result.ambiguities.map(({ code }) => code)).toContain('boundaries-differ');
    expect(result.message.toString()).toContain('\r\nF');
    const held = await runFilter(defineFilter([stripAttachments({ extensions: ['exe'] }), canonicalize()]), {
      eml: HOSTILE,
    });
    expect(held.quarantine).toContain('attachment that fits .exe');
  });

  it('sees the whole message before it begins: what makes it ambiguous may be its last line', async () => {
    const body = 'x'.repeat(70);
    const eml = lines(
      ...PLAIN.toString('latin1').split('\r\n').slice(0, -2),
      ...Array.from({ length: 5000 }, () => body),
      '--b--',
      '--b',
      '',
      'late',
      '--b--',
      '',
    );
    const result = await play(eml);
    expect(result.notes).toEqual(['canonicalize: rewritten for parts-after-close']);
    expect(leavesOf(result.message)).toEqual(leavesOf(eml));
    expect(codesOf(result.message)).toEqual([]);
  });

  it('makes line ends regular, and keeps lines short', async () => {
    const eml = lines(
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      'X-Long: a\rb',
      '',
      '--b',
      'X-Part: c\rd',
      'Content-Type: text/plain; x="',
      ' ',
      '',
      `one\rtwo\r\r\nthree${'x'.repeat(2000)}\0`,
      '--b--',
    );
    const { message } = await play(eml);
    const text = message.toString('latin1');
    expect(text).toContain('X-Part: c d\r\n');
    expect(text).toContain('X-Long: a b\r\n');
    expect(text).toContain('one\r\ntwo\r\nthreexxx');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/);
    expect(Math.max(...text.split('\r\n').map(({ length }) => length))).toBeLessThan(999);
  });

  it('leaves no field out but one that is unclean, and that nobody could name to write it anew', async () => {
    const eml = lines('X-1: a', 'X\x83: \rContent', 'X\x83: b', 'X-2: c\rd', 'X\x83: \0', '', 'x', '');
    const { message } = await play(eml);
    expect(message.toString('latin1')).toBe(
      [
        'X-1: a',
        'X\x83: b',
        'X-2: c d',
        'Content-Type: text/plain',
        'Content-Transfer-Encoding: quoted-printable',
        'MIME-Version: 1.0',
        '',
        'x',
        '',
      ].join('\r\n'),
    );
    expect((await play(message)).notes).toEqual([]);
  });

  it('takes out a field that is a delimiter to some', async () => {
    const part = ['--Content-Type: a/b', 'X-Part: c', 'Content-Type: text/plain; a=b; a=c', '', 'x'];
    const type = 'Content-Type: multipart/mixed; boundary=b; boundary=c';
    const eml = lines(
      'MIME-Version: 1.0',
      '--Content-Disposition: x',
      'X-1: d',
      type,
      '',
      '--b',
      ...part,
      '--b--',
    );
    const result = await play(eml, { codes: ['mime-field-broken'] });
    const text = result.message.toString('latin1');
    expect(text).not.toContain('--Content');
    expect(text).toContain('\r\nX-1: d\r\n');
    expect(text).toContain('\r\nX-Part: c\r\n');
    expect(result.headerEdits).toContainEqual({ kind: 'delete', name: '--Content-Disposition', index: 1 });
    expect(codesOf(result.message)).toEqual([]);
  });

  it.each([
    'Content-Type: text/plain; format="flo\x01wed"; charset=utf-8',
    'Content-Type: text/plain; charset="ut\x01f-8"',
    'Content-Type: text/pl\x01ain; charset=utf-8',
    'Content-Type: text/plain; na\x01me=a.txt; charset=utf-8',
    'Content-Type: text/plain\r\nContent-Disposition: inl\x01ine; filename="a\x01.txt"; size="1\x01"',
    'Content-Type: text/plain\r\nContent-ID: <a\x01b>\r\nContent-Description: a\x7fb',
    'Content-Type: text/plain\r\nContent-Transfer-Encoding: 7\x01bit\r\nContent-Transfer-Encoding: 7bit',
  ])('leaves no control in a MIME field: %j', async (fields) => {
    const part = lines(
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      fields,
      '',
      'x',
      '--b--',
    );
    for (const eml of [lines('MIME-Version: 1.0', fields, '', 'x', ''), part]) {
      const { message, notes } = await play(eml);
      // Not even an encoding that only some reader knows is taken away.
      if (notes.some((note) => note.includes('refused'))) expect(fields).toContain('7\x01bit');
      else expect(message.toString('latin1')).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/);
      expect((await play(message)).message.equals(message)).toBe(true);
    }
  });

  it('writes the header of a message without parts anew', async () => {
    const eml = lines(
      'Subject: hello',
      'Content-Type : text/plain; charset=iso-8859-1',
      'Content-Type: text/html',
      'Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==',
      'Content-Description: Gr\xc3\xbc\xc3\x9fe',
      'no field',
      '',
      '\xfc=\r\n',
    );
    const result = await play(eml);
    expect(result.message.toString('latin1')).toBe(
      [
        'Subject: hello',
        'Content-Type: text/plain; charset=iso-8859-1',
        'Content-Description: =?utf-8?B?R3LDvMOfZQ==?=',
        'Content-Transfer-Encoding: quoted-printable',
        'MIME-Version: 1.0',
        '',
        '=FC=3D',
        '',
      ].join('\r\n'),
    );
    expect(leavesOf(result.message)).toEqual(leavesOf(eml));
  });
});

const signed = (boundary: string) => [
  `Content-Type: multipart/signed; ${boundary}; protocol="application/pgp-signature"; micalg=pgp-sha256`,
  '',
  'signed preamble',
  '--s',
  'Content-Type: text/plain',
  '',
  'Gr\xc3\xbc\xc3\x9fe\rx ',
  '--s',
  'Content-Type: application/pgp-signature',
  '',
  'signature',
  '--s--',
  'signed epilogue',
];

describe('canonicalize and what is signed', () => {
  const mixed = (boundary: string) =>
    lines(
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b; boundary=c',
      '',
      '--b',
      ...signed(boundary),
      '--b--',
      '',
    );

  it('keeps it byte for byte in a message that is ambiguous elsewhere', async () => {
    const result = await play(mixed('boundary=s'));
    expect(result.bodyChanged).toBe(true);
    expect(result.message.includes(lines(...signed('boundary=s')))).toBe(true);
    expect(result.message.includes('boundary=c')).toBe(false);
  });

  it('refuses where the ambiguity is inside, or leaves that part alone', async () => {
    const eml = mixed('boundary*=s');
    const refused = await play(eml);
    expect(refused.message.equals(eml)).toBe(true);
    expect(refused.quarantine).toBe(
      'ambiguous, and cannot be rewritten: boundary-extended in a signed or encrypted part',
    );
    expect(refused.parts[0]).toBeDefined();
    const skipped = await play(eml, { onSigned: 'skip' });
    expect(skipped.quarantine).toBeUndefined();
    expect(skipped.message.includes(lines(...signed('boundary*=s')))).toBe(true);
    expect(skipped.message.includes('boundary=c')).toBe(false);
  });

  it('refuses where there is something inside that it has no cure for, whatever the codes are', async () => {
    const long = lines(...signed('boundary=s'))
      .toString('latin1')
      .replace(/^--s\r\n/m, `--s\r\nX-A: ${'a'.repeat(70_000)}\r\n`);
    const eml = Buffer.from(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${long}\r\n--b--\r\n`,
      'latin1',
    );
    const codes = ['missing-mime-version'];
    const refused = await play(eml, { codes });
    expect(refused.message.equals(eml)).toBe(true);
    expect(refused.notes).toEqual(['canonicalize: refused: header-too-long in a signed or encrypted part']);
    const skipped = await play(eml, { codes, onSigned: 'skip' });
    expect(skipped.notes).toEqual(['canonicalize: rewritten for missing-mime-version']);
    expect(skipped.message.includes(Buffer.from(long, 'latin1'))).toBe(true);
  });

  it('refuses where that has no sure end, beside which any text may be a part of it', async () => {
    const encrypted = ['Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"', '', 'x'];
    const text = [
      'Content-Type: text/plain',
      '',
      'Content-Disposition: attachment; filename=a.exe',
      '',
      'MZ',
    ];
    const eml = lines(
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      ...encrypted,
      '--b',
      ...text,
      '--b--',
      '',
    );
    const refused = await play(eml);
    expect(refused.message.equals(eml)).toBe(true);
    expect(refused.notes).toEqual(['canonicalize: refused: boundary-missing in a signed or encrypted part']);
    const skipped = await play(eml, { onSigned: 'skip' });
    expect(skipped).toMatchObject({ bodyChanged: false, headerEdits: [], notes: [] });
    const other = Buffer.from(
      eml.toString('latin1').replace('boundary=b', 'boundary=b; boundary=c'),
      'latin1',
    );
    const once = await play(other, { onSigned: 'skip' });
    expect(once.bodyChanged).toBe(true);
    expect((await play(once.message, { onSigned: 'skip' })).notes).toEqual([]);
  });

  it('leaves a message alone that is signed as a whole', async () => {
    const eml = lines('MIME-Version: 1.0', ...signed('boundary=s; boundary=t'));
    expect((await play(eml)).quarantine).toContain('boundaries-differ, duplicate-parameter in a signed');
    const skipped = await play(eml, { onSigned: 'skip' });
    expect(skipped).toMatchObject({ bodyChanged: false, headerEdits: [] });
    expect(skipped.quarantine).toBeUndefined();
  });
});

const PARTIAL = lines('MIME-Version: 1.0', 'Content-Type: message/partial; id=x; number=1', '', 'x', '');

describe('canonicalize where it cannot', () => {
  it.each([
    [
      'quarantine',
      { verdict: { kind: 'accept' }, quarantine: 'ambiguous, and cannot be rewritten: partial-message' },
    ],
    ['reject', { verdict: { kind: 'reject', status: '5.6.0' } }],
    ['tempfail', { verdict: { kind: 'tempfail', status: '4.6.0' } }],
    ['note', { verdict: { kind: 'accept' } }],
  ] as const)('follows on-refused = %s', async (onRefused, expected) => {
    const result = await play(PARTIAL, { onRefused });
    expect(result).toMatchObject({ ...expected, notes: ['canonicalize: refused: partial-message'] });
    expect(result.message.equals(PARTIAL)).toBe(true);
    if (onRefused === 'note') expect(result.quarantine).toBeUndefined();
  });

  it('says so to the transforms behind the next barrier', async () => {
    const found: string[] = [];
    const between = defineTransform({ name: 'between', onPart: () => undefined });
    const look = defineTransform({
      name: 'look',
      when: { verdict: 'ambiguous' },
      onPart: (_part, msg) => void found.push(...msg.findings),
    });
    await play(PARTIAL, { onRefused: 'note' }, [between, look]);
    expect(found).toEqual(['ambiguous']);
  });

  it('never loses what only some readers show', async () => {
    const empty = lines(
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=a; boundary=b',
      '',
      '--b',
      '',
      'text',
      '--b--',
    );
    expect((await play(empty)).quarantine).toContain('no-parts');
    const unknown = lines(
      'MIME-Version: 1.0',
      'Content-Type: text/plain',
      'Content-Type: text/html',
      'Content-Transfer-Encoding: base-64',
      '',
      'aGVsbG8=',
    );
    expect((await play(unknown)).quarantine).toContain('unknown-transfer-encoding');
  });

  it('says which option is wrong', () => {
    expect(() => canonicalize({ codes: ['boundary-extendet'] })).toThrow(/did you mean "boundary-extended"/);
    expect(() => canonicalize({ codes: [] })).toThrow(/codes must name something/);
    expect(() => canonicalize({ onRefused: 'drop' as 'note' })).toThrow(/onRefused must be one of/);
    expect(() => canonicalize({ onSigned: 'wrap' as 'skip' })).toThrow(/onSigned must be one of/);
    expect(() => canonicalize({ onAmbiguous: 'note' } as object)).toThrow(/unknown option "onAmbiguous"/);
  });
});

describe('the form of a part', () => {
  const rewritten = async (fields: readonly string[], content: string): Promise<string> => {
    const eml = lines(
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=one; boundary=two',
      '',
      '--one',
      ...fields,
      '',
      content,
      '--one--',
      '',
    );
    const result = await runFilter(defineFilter([canonicalize()]), { eml });
    expect(result.failures).toEqual([]);
    expect(result.bodyChanged).toBe(true);
    return splitMessage(result.message).body.toString('latin1');
  };
  const disposition = async (value: string): Promise<string | undefined> =>
    /^Content-Disposition:.*(?:\r\n[ \t].*)*/m.exec(
      await rewritten([`Content-Disposition: ${value}`, 'Content-Disposition: x'], 'x'),
    )?.[0];

  it('has no MIME-Version, which is for messages', async () => {
    const twice = ['MIME-Version: 1.0', 'MIME-Version: 1.0', 'Content-Type: text/html'];
    expect(await rewritten(twice, 'x')).not.toContain('MIME-Version');
  });

  it('is base64 for text whose characters are not bytes', async () => {
    const body = await rewritten(
      ['Content-Type: text/plain; charset=utf-16le', 'Content-Transfer-Encoding: 8bit'],
      'a\0\n\0',
    );
    expect(body).toContain('Content-Transfer-Encoding: base64');
    // An MTA has made CR LF of the line end.
    expect(body).toContain(Buffer.from('a\0\r\n\0').toString('base64'));
  });

  it('has no line of blanks in its fields', async () => {
    const body = await rewritten(['X-A: a', ' \t', ' b', 'Content-Type: text/html'], 'x');
    expect(body).toContain('X-A: a\r\n b\r\n');
  });

  it.each([
    ['attachment; filename="a.exe. "', 'Content-Disposition: attachment; filename=a.exe'],
    ['', 'Content-Disposition: inline'],
    ['"a b"', 'Content-Disposition: attachment'],
  ])('has a disposition that all take alike: %s', async (given, expected) => {
    expect(await disposition(given)).toBe(expected);
  });

  it('keeps the extension of a name that is too long', async () => {
    const body = await disposition(`attachment; filename="${'x'.repeat(300)}.tar"`);
    const name = body!
      .replace(/\r\n[ \t]*filename\*\d+\*=/g, '')
      .replace(/^.*?utf-8''/s, '')
      .replaceAll(';', '');
    expect([name.length, name.slice(-4)]).toEqual([255, '.tar']);
  });

  it('has a name that does not end with blanks where it is cut', async () => {
    const body = await disposition(`attachment; filename="a.exe${' '.repeat(300)}x"`);
    expect(body).toMatch(/\bfilename="?a\.exe"?$/);
  });

  it('ends with a line end where it is the message', async () => {
    const fields = ['MIME-Version: 1.0', 'Content-Type: text/html', 'Content-Type: text/plain'];
    const eml = lines(...fields, '', 'no line end');
    const result = await runFilter(defineFilter([canonicalize()]), { eml });
    expect(result.message.toString('latin1')).toMatch(/\r\nno line end=?\r\n$/);
  });
});
