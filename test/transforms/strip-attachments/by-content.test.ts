import { describe, expect, it } from 'vitest';
import { defineFilter } from '../../../src/core/index.ts';
import { runFilter } from '../../../src/testing/run-filter.ts';
import { stripAttachments, type StripAttachmentsOptions } from '../../../src/transforms/index.ts';
import { CHUNK_SIZES } from '../../support/chunks.ts';
import { isoStart, OLE2_START, programStart, zipStart } from '../../support/file-starts.ts';
import { toBase64, toQuoted, toUuencode } from '../../support/transfer-encoders.ts';

const EXE = { extensions: ['exe'] };
const PROGRAM = programStart();
/** Without what an MTA would make line ends of. */
const PLAIN = PROGRAM.toString('latin1').replace(/[\r\n]/g, ' ');

interface File {
  readonly content: Buffer;
  readonly type?: string;
  readonly name?: string;
  readonly encoding?: string;
  /** As it stands in the message. */
  readonly encoded?: string;
  readonly fields?: readonly string[];
}

/** A part with the file, named and typed as wanted. */
function part({ content, type, name, encoding = 'base64', encoded, fields = [] }: File): string {
  const header = [
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    `Content-Transfer-Encoding: ${encoding}`,
    ...(name === undefined ? [] : [`Content-Disposition: attachment; filename="${name}"`]),
    ...fields,
  ];
  return `${header.join('\r\n')}\r\n\r\n${encoded ?? toBase64(content)}`;
}
const TEXT = 'Content-Type: text/plain\r\n\r\nHello\r\n';
const mail = (...parts: string[]) =>
  Buffer.from(
    `From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n${[
      TEXT,
      ...parts,
    ]
      .map((one) => `--b\r\n${one}`)
      .join('')}--b--\r\n`,
    'latin1',
  );
const run = (options: StripAttachmentsOptions, eml: Buffer, chunkSize?: number) =>
  runFilter(defineFilter([stripAttachments(options)]), {
    eml,
    ...(chunkSize === undefined ? {} : { chunkSize }),
  });
/** Why the file has been taken out; undefined where the message is as it was. */
async function reason(options: StripAttachmentsOptions, ...files: File[]): Promise<string | undefined> {
  const eml = mail(...files.map(part));
  const result = await run(options, eml);
  expect(result.failures).toEqual([]);
  const removed = result.parts.find(({ action }) => action === 'replaced');
  if (removed === undefined) {
    expect(result.quarantine).toBeUndefined();
    expect(result.message.equals(eml)).toBe(true);
  }
  return removed?.reason;
}

describe('a file that begins as those of a rule do', () => {
  it('is taken out, whatever it is called', async () => {
    const renamed = { content: PROGRAM, type: 'text/plain', name: 'a.txt' };
    expect(await reason(EXE, renamed)).toBe('fits .exe by content');
    const byType = { types: ['application/x-msdownload'] };
    expect(await reason(byType, renamed)).toBe('fits application/x-msdownload by content');
    expect(await reason({ types: ['application/vnd.microsoft.portable-executable'] }, renamed)).toContain(
      'by content',
    );
    expect(await reason({ extensions: ['js', 'iso'], types: ['video/*'] }, renamed)).toBeUndefined();
    expect(await reason({ ...EXE, byContent: false }, renamed)).toBeUndefined();
    expect(await reason(EXE, { content: PROGRAM, type: 'application/octet-stream' })).toContain('.exe');
    expect(await reason(EXE, { content: PROGRAM })).toContain('.exe');
  });

  it('is taken out at every split of the message', async () => {
    const eml = mail(part({ content: PROGRAM.subarray(0, 100), type: 'text/plain', name: 'a.txt' }));
    const whole = await run(EXE, eml);
    expect(whole.parts).toContainEqual(
      expect.objectContaining({ path: '1.2', action: 'replaced', reason: 'fits .exe by content' }),
    );
    for (let size = 1; size < eml.length; size++) {
      const result = await run(EXE, eml, size);
      expect(result.message.equals(whole.message)).toBe(true);
      expect(result.notes).toEqual(['strip-attachments: removed 1 (.exe by content)']);
    }
  });

  it.each<[string, string, string]>([
    ['base64', 'base64', toBase64(PROGRAM)],
    ['quoted-printable', 'quoted-printable', toQuoted(PROGRAM)],
    ['uuencode', 'x-uuencode', toUuencode(PROGRAM)],
    ['nothing', 'binary', `${PLAIN}\r\n`],
    ['what is no encoding', 'x-whatever', `${PLAIN}\r\n`],
    ['what sounds like base64', 'x-base-64', toBase64(PROGRAM)],
    ['base64 that is said not to be encoded', '8bit', toBase64(programStart(3000))],
    ['base64 with junk between', 'base64', `${toBase64(PROGRAM).replaceAll('\r\n', '!\r\n*')}\r\n`],
    ['base64 behind text', 'base64', `Here is the file:\r\n${toBase64(PROGRAM)}`],
    ['base64 without line ends', 'base64', `${programStart(9000).toString('base64')}\r\n`],
    ['base64 behind next to nothing', 'base64', `${'\r\n'.repeat(5000)}${toBase64(PROGRAM)}`],
    ['quoted-printable behind nothing', 'quoted-printable', `${'=\r\n'.repeat(5000)}${toQuoted(PROGRAM)}`],
  ])('is taken out of %s, however it comes in', async (_, encoding, encoded) => {
    const file = { content: PROGRAM, type: 'application/octet-stream', name: 'a.dat', encoding, encoded };
    const eml = mail(part(file), part({ content: Buffer.from('kept'), name: 'b.dat' }));
    const whole = await run(EXE, eml);
    expect(whole.parts.map(({ action }) => action)).toEqual(['kept', 'replaced', 'kept']);
    for (const size of CHUNK_SIZES)
      expect((await run(EXE, eml, size)).message.equals(whole.message)).toBe(true);
    const kept = await run({ extensions: ['pdf'] }, eml);
    expect(kept.message.equals(eml)).toBe(true);
  });

  it.each([0, 1])('is taken out by either of two encodings (%i)', async (which) => {
    const fields = ['Content-Transfer-Encoding: 7bit', 'Content-Transfer-Encoding: base64'];
    if (which === 1) fields.reverse();
    for (const front of ['', '!!!!!!!!!!\r\n'.repeat(300)]) {
      const content = front + toBase64(PROGRAM);
      const eml = mail(`Content-Type: image/png\r\n${fields.join('\r\n')}\r\n\r\n${content}`);
      for (const size of CHUNK_SIZES)
        expect((await run(EXE, eml, size)).parts[1]).toMatchObject({
          action: 'replaced',
          reason: 'fits .exe by content',
        });
    }
  });

  it('is the message itself', async () => {
    const eml = Buffer.from(`From: a@example.org\r\n${part({ content: PROGRAM, type: 'text/plain' })}`);
    for (const size of CHUNK_SIZES) {
      const result = await run(EXE, eml, size);
      expect(result.message.toString()).toContain('was removed');
      expect(result.message.toString()).not.toContain('TVqQ');
    }
  });

  it('may be inside of an attached message, or an image in HTML', async () => {
    const inner = mail(part({ content: PROGRAM, type: 'image/png', name: 'a.png' })).toString('latin1');
    const eml = mail(
      `Content-Type: message/rfc822\r\n\r\n${inner.replaceAll('--b', '--c').replace('"b"', '"c"')}`,
    );
    const result = await run(EXE, eml);
    expect(result.parts).toContainEqual(
      expect.objectContaining({ path: '1.2.1.2', reason: 'fits .exe by content' }),
    );
  });

  it('is treated as other matches are', async () => {
    const eml = mail(part({ content: PROGRAM, type: 'text/plain', name: 'a.txt' }));
    const stuffed = mail(
      part({
        content: PROGRAM,
        name: 'a.txt',
        encoded: `${'\r\n'.repeat(5000)}${toBase64(PROGRAM)}`,
      }),
    );
    for (const size of CHUNK_SIZES) {
      for (const one of [eml, stuffed]) {
        const rejected = await run({ ...EXE, onMatch: 'reject' }, one, size);
        expect(rejected.verdict).toMatchObject({
          kind: 'reject',
          text: 'attachments of this kind are not accepted (.exe by content)',
        });
        const held = await run({ ...EXE, onMatch: 'quarantine', onAmbiguous: 'note' }, one, size);
        expect(held.quarantine).toBe('attachment fits .exe by content');
        expect(held.message.equals(one)).toBe(true);
        expect((await run({ ...EXE, onMatch: 'drop' }, one, size)).message.equals(mail())).toBe(true);
      }
    }
    const told = await run({ ...EXE, header: true, notice: '{name}: {rule}' }, eml);
    expect(told.headerEdits[0]).toMatchObject({
      name: 'X-Attachment-Removed',
      value: expect.stringContaining('name="a.txt"; type=text/plain; rule=".exe by content"'),
    });
    expect(told.message.toString()).toContain('a.txt: .exe by content\r\n');
  });

  it('stays in a signed part, and has the message held', async () => {
    const signed = mail(part({ content: PROGRAM, name: 'a.txt' })).toString('latin1');
    const eml = Buffer.from(
      signed.replace('multipart/mixed', 'multipart/signed; protocol="application/pgp-signature"'),
      'latin1',
    );
    const result = await run(EXE, eml);
    expect(result.quarantine).toBe('attachment fits .exe by content inside a signed or encrypted part');
    expect(result.message.equals(eml)).toBe(true);
  });
});

describe('in another reading of the message', () => {
  /** The part with the file is behind a delimiter that only some readers take for one. */
  const hidden = (file: string) => mail(`Content-Type: text/plain\r\n\r\nx\r\n --b\r\n${file}`);

  it.each([PROGRAM, programStart(60_000)])('a file has the message held (%#)', async (content) => {
    const eml = hidden(part({ content, type: 'text/plain', name: 'a.txt' }));
    for (const size of CHUNK_SIZES) {
      const result = await run(EXE, eml, size);
      expect(result.quarantine).toContain('attachment that fits .exe by content');
      expect(result.message.equals(eml)).toBe(true);
      expect(result.notes).toContain(
        'strip-attachments: match .exe by content in a part that only some mail readers find',
      );
      const rejected = await run({ ...EXE, onMatch: 'reject' }, eml, size);
      expect(rejected.verdict).toMatchObject({ kind: 'reject' });
    }
    const noted = await run({ ...EXE, byContent: false }, eml);
    expect(noted.quarantine ?? '').not.toContain('.exe');
  });

  it('a file that is none is nothing', async () => {
    const eml = hidden(part({ content: Buffer.from('hello'), type: 'text/plain', name: 'a.txt' }));
    const result = await run({ ...EXE, onAmbiguous: 'note' }, eml);
    expect(result.notes.join()).not.toContain('.exe');
  });
});

describe('an image of a disk', () => {
  const iso = { extensions: ['iso'] };
  const boot = Buffer.alloc(512, 0x90);
  boot[510] = 0x55;
  boot[511] = 0xaa;

  it.each([isoStart(), isoStart(boot), isoStart(undefined, 33_000)])(
    'is known by what stands behind its first 32 KiB (%#)',
    async (content) => {
      const eml = mail(part({ content, name: 'a.txt' }), part({ content: PROGRAM, name: 'b.txt' }));
      const whole = await run(iso, eml);
      expect(whole.parts.map(({ action }) => action)).toEqual(['kept', 'replaced', 'kept']);
      for (const size of CHUNK_SIZES.slice(2))
        expect((await run(iso, eml, size)).message.equals(whole.message)).toBe(true);
      expect((await run({ ...iso, onMatch: 'reject' }, eml)).verdict.kind).toBe('reject');
    },
  );

  it('is one, too, under the other name', async () => {
    expect(await reason(iso, { content: isoStart(), name: 'a.img' })).toBe('fits .iso by content');
  });

  it.each([Buffer.alloc(0), Buffer.alloc(600), Buffer.alloc(50_000), boot, Buffer.concat([boot, PROGRAM])])(
    'is not what only begins like one (%#)',
    async (content) => {
      expect(await reason(iso, { content, name: 'a.dat' })).toBeUndefined();
    },
  );

  it('in text has the names of files inside looked at', async () => {
    const encoded = `${'\r\n'.repeat(3000)}begin 644 a.exe\r\n#0V%T\r\n\`\r\nend\r\n`;
    const eml = mail(part({ content: PROGRAM, type: 'text/plain', encoding: 'quoted-printable', encoded }));
    for (const size of [7, 65_535]) {
      const result = await run({ extensions: ['exe', 'iso'] }, eml, size);
      expect(result.quarantine).toContain('attachment that fits .exe');
    }
  });
});

describe('what files are called, and what they are', () => {
  const OOXML = zipStart('[Content_Types].xml');
  const ZIP = zipStart('evil.exe');
  const HTML = Buffer.from('<!DOCTYPE html><html><script>location = "x"</script></html>');
  const SHELL = Buffer.from('#!/bin/sh\necho\n');
  const rule = (...extensions: string[]) => ({ extensions });

  it.each<[string, StripAttachmentsOptions, File]>([
    ['a program with a name of its kind', rule('exe'), { content: PROGRAM, name: 'a.cpl' }],
    ['an archive called a document', rule('zip'), { content: ZIP, name: 'a.docx' }],
    ['one that is declared to be one', rule('zip'), { content: ZIP, type: 'application/zip' }],
    ['a document called a text', rule('docm'), { content: OOXML, name: 'a.txt' }],
    ['one that is an archive, then', rule('zip'), { content: OOXML, name: 'a.txt' }],
    ['what may be an installer', rule('msi'), { content: OLE2_START, name: 'a.jpg' }],
    ['what may be a program of Java', rule('jar'), { content: ZIP, name: 'a.jpg' }],
    [
      'a program of Java called a document',
      rule('jar'),
      { content: zipStart('META-INF/MANIFEST.MF'), name: 'a.odt' },
    ],
    ['an old document called a new one', rule('doc'), { content: OLE2_START, name: 'a.docx' }],
    ['the same without a name', rule('msi'), { content: OLE2_START, type: 'text/plain' }],
    ['a document by its declared type', rule('doc'), { content: OLE2_START, type: 'application/msword' }],
    ['a page called a text', rule('html'), { content: HTML, type: 'text/plain', name: 'a.txt' }],
    ['a page with another name of pages', rule('html'), { content: HTML, name: 'a.shtml' }],
    ['a script without an extension', rule('sh'), { content: SHELL, name: 'configure' }],
    [
      'an image',
      { types: ['image/png'] },
      { content: Buffer.from('89504e470d0a1a0a', 'hex'), name: 'a.jpg' },
    ],
  ])('%s counts', async (_, options, file) => {
    expect(await reason(options, file)).toContain('by content');
  });

  it.each<[string, StripAttachmentsOptions, File]>([
    ['a library, which is no program', rule('exe'), { content: PROGRAM, name: 'a.dll' }],
    ['a document, which is packed as an archive is', rule('zip'), { content: OOXML, name: 'a.docx' }],
    [
      'the same, declared only',
      rule('zip'),
      {
        content: OOXML,
        type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        name: 'Report No. 7',
      },
    ],
    ['a document without macros by its name', rule('docm'), { content: OOXML, name: 'a.docx' }],
    [
      'a document of which nothing is said',
      rule('docm', 'zip'),
      { content: OOXML, type: 'application/octet-stream' },
    ],
    // What Office encrypts is in a container of the kind that installers are in.
    ...['docx', 'xlsx', 'xlsm', 'pptx', 'vsdx'].map((ending): [string, StripAttachmentsOptions, File] => [
      `an encrypted document called .${ending}`,
      rule('msi'),
      { content: OLE2_START, name: `a.${ending}` },
    ]),
    [
      'an encrypted document, declared only',
      rule('msi'),
      {
        content: OLE2_START,
        type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      },
    ],
    ...['content.xml', 'META-INF/manifest.xml', 'mimetype'].map(
      (entry): [string, StripAttachmentsOptions, File] => [
        `an open document that begins with ${entry}`,
        rule('jar'),
        { content: zipStart(entry, '', { isStored: false }), name: 'a.odt' },
      ],
    ),
    [
      'a book that begins with its container',
      rule('jar'),
      { content: zipStart('META-INF/container.xml'), name: 'a.epub' },
    ],
    [
      'a document that begins with its theme',
      rule('jar'),
      { content: zipStart('theme/theme1.xml'), name: 'a.xlsx' },
    ],
    [
      'a model that begins with itself',
      rule('jar'),
      { content: zipStart('3D/3dmodel.model'), name: 'a.3mf' },
    ],
    ['a signed container', rule('jar'), { content: zipStart('META-INF/signatures.xml'), name: 'a.asice' }],
    ['an archive of some program', rule('zip'), { content: ZIP, name: 'a.kmz' }],
    ['an archive of an unknown program', rule('jar'), { content: ZIP, type: 'text/html', name: 'a.xyz' }],
    ['a table in HTML', rule('html', 'hta'), { content: HTML, name: 'a.xls' }],
    ['a page, which is no application', rule('hta'), { content: HTML, name: 'a.txt' }],
    ['another name of the same kind', rule('tgz'), { content: Buffer.from('1f8b0800', 'hex'), name: 'a.gz' }],
    ['a document that may be an installer', rule('msi'), { content: OLE2_START, name: 'a.doc' }],
    ['the same, declared only', rule('msi'), { content: OLE2_START, type: 'application/msword' }],
    [
      'the same, with an unknown name',
      rule('msi'),
      { content: OLE2_START, type: 'image/png', name: 'a.xyz' },
    ],
    ['a script of another language', rule('js', 'pl'), { content: SHELL, name: 'a.txt' }],
    ['a text to be read', rule('html', 'sh'), { content: HTML, type: 'text/plain' }],
    ['the page of a mail', rule('html'), { content: HTML, type: 'text/html' }],
    [
      'text that begins like a program',
      rule('exe'),
      {
        content: Buffer.from(`MZ Anlagenbau\r\n${'Rechnung '.repeat(80)}`),
        type: 'text/plain',
      },
    ],
    ['a file that was cut', rule('exe'), { content: PROGRAM.subarray(0, 40), name: 'a.txt' }],
  ])('%s does not', async (_, options, file) => {
    expect(await reason(options, file)).toBeUndefined();
  });
});

describe('a type by the name', () => {
  const nothing = Buffer.from('nothing in particular');

  it.each([
    ['application/x-msdownload', 'setup.EXE'],
    ['application/x-msdownload', 'a.pdf.scr'],
    ['video/*', 'clip.mkv'],
    ['application/zip', 'a.zip'],
    ['application/x-zip-compressed', 'a.zip'],
    ['text/javascript', 'a.js'],
    ['application/javascript', 'a.mjs'],
    ['image/svg+xml', 'a.svg'],
    ['application/vnd.ms-word.document.macroenabled.12', 'a.docm'],
    ['application/x-iso9660-image', 'a.img'],
  ])('%s fits %s', async (type, name) => {
    expect(await reason({ types: [type] }, { content: nothing, name })).toBe(`fits ${type}`);
  });

  it.each([
    ['application/x-msdownload', 'a.exe.pdf'],
    ['application/x-msdownload', 'www.example.com'],
    ['application/octet-stream', 'setup.exe'],
    ['video/*', 'a.mp3'],
    ['application/zip', 'a.docx'],
    ['application/x-unheard-of', 'a.unheard-of'],
    ['application/x-msdownload', 'a.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}'],
  ])('%s does not fit %s', async (type, name) => {
    expect(await reason({ types: [type] }, { content: nothing, type: 'image/x-some', name })).toBeUndefined();
  });

  it('is that of a file inside of a text as well', async () => {
    const eml = mail(`Content-Type: text/plain\r\n\r\n${toUuencode(PROGRAM).replace('notes.dat', 'a.exe')}`);
    const result = await run({ types: ['application/x-msdownload'] }, eml);
    expect(result.quarantine).toContain('attachment that fits application/x-msdownload');
  });
});

describe('a text that is none', () => {
  const code = { code: 'binary-in-text', path: '1.2' };
  const text = (content: Buffer, type = 'text/plain') => mail(part({ content, type, name: 'a.txt' }));

  it.each([PROGRAM, Buffer.from('89504e470d0a1a0a', 'hex')])(
    'is told of, and no more (%#)',
    async (content) => {
      const eml = text(content);
      for (const size of CHUNK_SIZES) {
        const { ambiguities, quarantine, message } = await run({ extensions: ['pdf'] }, eml, size);
        expect(ambiguities).toContainEqual(code);
        expect([quarantine, message.equals(eml)]).toEqual([undefined, true]);
      }
      expect((await run(EXE, text(PROGRAM))).ambiguities).toContainEqual(code);
      const rejected = await run({ extensions: ['pdf'], onAmbiguous: { 'binary-in-text': 'reject' } }, eml);
      expect(rejected.verdict.kind).toBe('reject');
    },
  );

  it.each<[string, StripAttachmentsOptions, Buffer]>([
    ['another type', EXE, text(PROGRAM, 'image/png')],
    ['text', EXE, text(Buffer.from('hello'))],
    ['a page', EXE, text(Buffer.from('<html></html>'))],
    ['what nobody looks at', { extensions: [], types: ['application/x-some'] }, text(PROGRAM)],
  ])('is not %s', async (_, options, eml) => {
    const codes = (await run(options, eml)).ambiguities.map((ambiguity) => ambiguity.code);
    expect(codes).not.toContain('binary-in-text');
  });
});

it('costs nothing where no rule is about what shows', async () => {
  const { rules } = await import('../../../src/transforms/strip-attachments/strip-options.ts').then(
    (options) =>
      options.readStripOptions({ extensions: ['vbs', 'reg'], types: ['text/x-powershell', 'text/calendar'] }),
  );
  expect(rules.byContent).toBeUndefined();
});
