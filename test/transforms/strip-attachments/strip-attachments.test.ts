import { describe, expect, it } from 'vitest';
import { defineFilter } from '../../../src/core/filter.ts';
import { runFilter } from '../../../src/testing/run-filter.ts';
import { stripAttachments } from '../../../src/transforms/index.ts';
import type { StripAttachmentsOptions } from '../../../src/transforms/index.ts';
import { appleFile, macBinary, realName } from '../../support/mac-files.ts';
import { title, tnef } from '../../support/tnef.ts';

const crlf = (...lines: string[]) => `${lines.join('\r\n')}\r\n`;
const TEXT = crlf('Content-Type: text/plain', '', 'Hello');
const attachment = (name: string, type = 'application/octet-stream', content = 'TVqQAAMAAAAEAAAA') =>
  crlf(
    `Content-Type: ${type}; name="${name}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-ID: <attached@example.net>',
    '',
    content,
  );
const multipart = (subtype: string, boundary: string, parts: readonly string[], more = '') =>
  crlf(`Content-Type: multipart/${subtype}; boundary="${boundary}"${more}`, '', '').slice(0, -2) +
  parts.map((part) => `--${boundary}\r\n${part}`).join('') +
  `--${boundary}--\r\n`;
const message = (body: string) =>
  Buffer.from(crlf('From: a@example.org', 'Subject: test', 'MIME-Version: 1.0') + body, 'latin1');
const mixed = (...parts: string[]) => message(multipart('mixed', 'outer', parts));

const run = (options: StripAttachmentsOptions, eml: Buffer, chunkSize?: number) =>
  runFilter(defineFilter([stripAttachments(options)]), {
    eml,
    ...(chunkSize === undefined ? {} : { chunkSize }),
  });

const EXE = { extensions: ['exe'] };
const NOTICE =
  'The attachment "setup.exe" (application/octet-stream) was removed from this message, because files of this kind are ' +
  'not accepted here.';
/** Quoted-printable text as it reads, for what this file's notices need. */
const plain = (eml: Buffer) =>
  Buffer.from(
    eml
      .toString('latin1')
      .replaceAll('=\r\n', '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString();

describe('an attachment that fits', () => {
  it('is replaced by a notice that has nothing of its header', async () => {
    const eml = mixed(TEXT, attachment('setup.exe'), attachment('letter.pdf'));
    const result = await run(EXE, eml);
    const text = plain(result.message);
    expect(result.verdict.kind).toBe('accept');
    expect(result.bodyChanged).toBe(true);
    expect(result.headerEdits).toEqual([]);
    expect(text).toContain(NOTICE);
    expect(text).toMatch(/Content-Type: text\/plain; charset="?utf-8"?\r\n/i);
    expect(text).toContain('Content-Disposition: inline\r\n');
    expect(text.match(/attached@example\.net/g)).toHaveLength(1);
    expect(text.match(/setup\.exe/g)).toHaveLength(1);
    // Everything else is there, byte for byte.
    const [before, behind] = eml.toString().split(attachment('setup.exe'));
    expect(text.startsWith(before)).toBe(true);
    expect(text.endsWith(behind)).toBe(true);
    expect(result.parts).toContainEqual({
      path: '1.2',
      type: 'application/octet-stream',
      name: 'setup.exe',
      action: 'replaced',
      reason: 'fits .exe',
    });
    expect(result.notes).toEqual(['strip-attachments: removed 1 (.exe)']);
  });

  it('has the same outcome however the message comes in', async () => {
    const eml = mixed(TEXT, attachment('setup.exe'), attachment('letter.pdf'));
    const whole = await run(EXE, eml);
    for (const size of [1, 2, 7, 4096]) {
      expect((await run(EXE, eml, size)).message.equals(whole.message)).toBe(true);
    }
  });

  it('is dropped', async () => {
    const eml = mixed(TEXT, attachment('setup.exe'), attachment('letter.pdf'));
    const result = await run({ ...EXE, onMatch: 'drop' }, eml);
    expect(result.message.equals(mixed(TEXT, attachment('letter.pdf')))).toBe(true);
    expect(result.parts).toContainEqual(expect.objectContaining({ path: '1.2', action: 'dropped' }));
  });

  it('leaves no multipart empty when it is dropped', async () => {
    const result = await run({ ...EXE, onMatch: 'drop' }, mixed(attachment('setup.exe')));
    expect(result.message.toString()).toContain('removed');
    expect(result.message.toString().match(/--outer\r\n/g)).toHaveLength(1);
  });

  it('is a reason to reject', async () => {
    const result = await run({ ...EXE, onMatch: 'reject' }, mixed(attachment('setup.exe')));
    expect(result.verdict).toEqual({
      kind: 'reject',
      status: '5.7.1',
      text: 'attachments of this kind are not accepted (.exe)',
    });
  });

  it('is a reason to quarantine', async () => {
    const eml = mixed(attachment('setup.exe'));
    const result = await run({ ...EXE, onMatch: 'quarantine' }, eml);
    expect(result.verdict.kind).toBe('accept');
    expect(result.quarantine).toBe('attachment fits .exe');
    expect(result.message.equals(eml)).toBe(true);
  });

  it('is the message itself', async () => {
    const eml = message(attachment('setup.exe'));
    const result = await run(EXE, eml);
    const text = plain(result.message);
    expect(text).toContain(NOTICE);
    expect(text).not.toContain('base64');
    expect(text).not.toContain('Content-ID');
    expect(text).not.toContain('TVqQ');
    expect(text).toContain('Subject: test\r\n');
    expect(text).toMatch(/Content-Type: text\/plain; charset="?utf-8"?\r\n/i);
    expect(text).toContain('Content-Disposition: inline\r\n');
  });

  it('is the message itself, to be dropped', async () => {
    const result = await run({ ...EXE, onMatch: 'drop' }, message(attachment('setup.exe')));
    expect(result.message.toString()).toContain('removed');
    expect(result.message.toString()).not.toContain('TVqQ');
  });

  it('is an attached message with all that is in it', async () => {
    const inner = message(multipart('mixed', 'inner', [TEXT, attachment('letter.pdf')])).toString();
    const attached = crlf('Content-Type: message/rfc822; name="mail.eml"', '') + inner;
    const result = await run({ extensions: ['eml'] }, mixed(TEXT, attached));
    expect(plain(result.message)).toContain('The attachment "mail.eml" (message/rfc822) was removed');
    expect(result.message.toString()).not.toContain('letter.pdf');
  });

  it('is inside of an attached message', async () => {
    const inner = message(multipart('mixed', 'inner', [TEXT, attachment('setup.exe')])).toString();
    const result = await run(EXE, mixed(TEXT, crlf('Content-Type: message/rfc822', '') + inner));
    expect(plain(result.message)).toContain(NOTICE);
    expect(result.message.toString()).not.toContain('TVqQ');
  });
});

const removed = async (options: StripAttachmentsOptions, part: string) => {
  const { bodyChanged, message: after } = await run(options, mixed(TEXT, part));
  expect(after.includes('TVqQ')).toBe(!bodyChanged);
  return bodyChanged;
};

describe('what fits', () => {
  it.each([
    'a.exe',
    'A.EXE',
    'a.pdf.exe',
    'a.exe.',
    'a.exe . .',
    'photo.jpg          .exe',
    'a.exe::$DATA',
    '..\\\\windows\\\\a.exe',
    '=?utf-8?q?a=2Eexe?=',
    '=?utf-8?b?YS5leGU=?=',
    'a.e\xe2\x80\x8bxe',
    'invoice\xe2\x80\xaefdp.exe',
    'a.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}',
  ])('the name %j', async (name) => {
    expect(await removed(EXE, attachment(name))).toBe(true);
  });

  it.each(['a.pdf', 'exe', 'a.exe.pdf', 'a.exec', 'a.7exe', 'exe.txt'])('not the name %j', async (name) => {
    expect(await removed(EXE, attachment(name))).toBe(false);
  });

  it('not the domain of a Content-ID', async () => {
    expect(await removed({ extensions: ['com'] }, attachment('logo.png').replace('.net>', '.com>'))).toBe(
      false,
    );
    expect(await removed({ extensions: ['com'] }, attachment('logo@example.com'))).toBe(true);
    expect(await removed(EXE, attachment('logo.png').replace('<attached@', '<setup.exe@'))).toBe(true);
  });

  it('any of several names', async () => {
    const part = attachment('a.exe').replace('name="a.exe"', 'name="a.txt"');
    expect(await removed(EXE, part)).toBe(true);
    expect(
      await removed(
        EXE,
        attachment('a.txt').replace('filename="a.txt"', "filename*0*=us-ascii''a%2E; filename*1=exe"),
      ),
    ).toBe(true);
  });

  it('an extension of several words', async () => {
    expect(await removed({ extensions: ['.tar.gz'] }, attachment('a.b.tar.gz'))).toBe(true);
    expect(await removed({ extensions: ['.tar.gz'] }, attachment('a.gz'))).toBe(false);
  });

  it('the type of a program, where it has no name', async () => {
    const unnamed = (type: string) => message(crlf(`Content-Type: ${type}`, '', 'MZ'));
    expect((await run(EXE, unnamed('application/x-msdownload'))).bodyChanged).toBe(true);
    expect((await run(EXE, unnamed('application/x-msdownload; name=a.dll'))).bodyChanged).toBe(false);
    expect((await run(EXE, unnamed('application/octet-stream'))).bodyChanged).toBe(false);
    expect((await run(EXE, unnamed('constructor'))).bodyChanged).toBe(false);
  });

  it('the declared type', async () => {
    expect(
      await removed({ types: ['Application/X-MSDownload'] }, attachment('a', 'application/x-msdownload')),
    ).toBe(true);
    expect(await removed({ types: ['video/*'] }, attachment('a', 'VIDEO/mp4'))).toBe(true);
    expect(await removed({ types: ['video/*'] }, attachment('a', 'image/png'))).toBe(false);
    expect(await removed({ types: ['image/pn'] }, attachment('a', 'image/png'))).toBe(false);
  });

  it.each([
    ['Content-Type: image/png', 'Content-Type: video/mp4'],
    ['Content-Type: video/mp4', 'Content-Type: image/png'],
    ['Content-Type: image/png', 'Content-Type: Video (x) / "mp4"; name=a'],
    ['Content-Type: image/png', 'Content-Type: nothing', 'Content-Type: "video/mp4"'],
  ])('the type of any of several fields (%#)', async (...fields) => {
    const part = crlf(...fields, 'Content-Transfer-Encoding: base64', '', 'TVqQAAMAAAAEAAAA');
    expect(await removed({ types: ['video/*'] }, part)).toBe(true);
    expect(await removed({ types: ['video/mp4'] }, part)).toBe(true);
    expect(await removed({ types: ['audio/*', 'video/mp'] }, part)).toBe(false);
  });

  it('nothing in a message without attachments, which stays as it is', async () => {
    const eml = mixed(TEXT, attachment('letter.pdf'));
    const result = await run(EXE, eml);
    expect(result.bodyChanged).toBe(false);
    expect(result.message.equals(eml)).toBe(true);
    expect(result.notes).toEqual([]);
  });
});

describe('a file inside of a part', () => {
  const uuencoded = crlf('Hello', 'begin 644 setup.exe', '#0V%T', '`', 'end', 'Bye');
  const text = (content: string, encoding = '7bit') =>
    crlf('Content-Type: text/plain', `Content-Transfer-Encoding: ${encoding}`, '') + content;
  const winmail = (name: string, type = 'application/ms-tnef') =>
    attachment('winmail.dat', type, tnef(title('A.TXT'), title(name)).toString('base64'));
  const base64 = (content: string) => `${Buffer.from(content).toString('base64')}\r\n`;

  it.each<[string, string]>([
    ['uuencode', text(uuencoded)],
    ['uuencode in base64', text(base64(uuencoded), 'base64')],
    ['uuencode in quoted-printable', text(uuencoded.replace('begin', '=62egin'), 'quoted-printable')],
    ['uuencode that some decode', text(base64(uuencoded), 'base-64')],
    ['yEnc', text(crlf('=ybegin line=128 size=3 name=setup.exe', 'abc', '=yend size=3'))],
    ['BinHex', text(crlf('(This file must be converted with BinHex 4.0)', ':#A0PG(9`,Q9iC3"849K8:', ''))],
    ['a text named so', attachment('a.txt', 'application/octet-stream', base64(uuencoded).trim())],
  ])('has the message held, since text stays: %s', async (_, part) => {
    const eml = mixed(part, attachment('letter.pdf'));
    for (const size of [1, 7, 65_535]) {
      const result = await run(EXE, eml, size);
      expect(result.quarantine).toContain('attachment that fits .exe');
      expect(result.message.equals(eml)).toBe(true);
      expect(result.notes).toContain('strip-attachments: match .exe in a file inside of a part');
    }
    expect((await run({ extensions: ['doc'] }, eml)).quarantine).toBeUndefined();
    expect((await run({ types: ['video/*'] }, eml)).quarantine).toBeUndefined();
    const accepted = await run({ ...EXE, onAmbiguous: 'note' }, eml);
    expect([accepted.verdict.kind, accepted.quarantine]).toEqual(['accept', undefined]);
  });

  it('takes nothing from what is told of the part that is taken out', async () => {
    const inner = crlf(
      'Content-Type: message/rfc822; name=a.txt',
      'Content-Disposition: x; filename=b.exe',
      '',
      'Subject: x',
      '',
      'x',
    );
    const eml = mixed(TEXT, `${crlf('Content-Type: message/rfc822', '')}MIME-Version: 1.0\r\n${inner}`);
    for (const size of [1, 7, 65_535]) {
      const { parts, ambiguities } = await run(EXE, eml, size);
      expect(parts).toContainEqual(expect.objectContaining({ path: '1.2.1', action: 'replaced' }));
      expect(ambiguities).toContainEqual({ code: 'names-differ', path: '1.2.1' });
    }
  });

  it('is told of by rules in one order, in whichever they come up', async () => {
    const other = uuencoded.replace('.exe', '.bat');
    for (const eml of [mixed(text(uuencoded), text(other)), mixed(text(other), text(uuencoded))])
      expect((await run({ extensions: ['exe', 'bat'] }, eml)).quarantine).toBe(
        'ambiguous structure: attachment that fits .bat, attachment that fits .exe',
      );
  });

  it.each([text(uuencoded), text(base64(uuencoded), 'base64'), winmail('setup.exe')])(
    'is a reason to reject or to quarantine (%#)',
    async (part) => {
      const eml = mixed(TEXT, part);
      expect((await run({ ...EXE, onMatch: 'reject' }, eml)).verdict).toMatchObject({
        kind: 'reject',
        text: 'attachments of this kind are not accepted (.exe)',
      });
      const held = await run({ ...EXE, onMatch: 'quarantine', onAmbiguous: 'note' }, eml);
      expect(held.quarantine).toBe('attachment fits .exe');
      expect(held.message.equals(eml)).toBe(true);
    },
  );

  it.each(['application/ms-tnef', 'application/vnd.ms-tnef', 'application/octet-stream'])(
    'takes its TNEF container along (%s)',
    async (type) => {
      for (const size of [1, 4096]) {
        const result = await run(EXE, mixed(TEXT, winmail('setup.exe', type)), size);
        expect(plain(result.message)).toContain(`The attachment "winmail.dat" (${type}) was removed`);
        expect(result.notes).toEqual(['strip-attachments: removed 1 (.exe)']);
      }
      const eml = mixed(TEXT, winmail('setup.txt', type));
      const kept = await run(EXE, eml);
      expect(kept.message.equals(eml)).toBe(true);
      expect(
        (await run({ ...EXE, onMatch: 'drop' }, mixed(TEXT, winmail('a.exe', type)))).message.equals(
          mixed(TEXT),
        ),
      ).toBe(true);
    },
  );

  it.each([
    ['AppleSingle', 'application/applesingle', appleFile('single', realName('setup.exe'))],
    ['AppleDouble', 'application/applefile', appleFile('double', realName('setup.exe'))],
    ['MacBinary', 'application/x-macbinary', macBinary('setup.exe', Buffer.from('MZ'))],
    ['AppleSingle of any type', 'image/png', appleFile('single', realName('setup.exe'))],
    ['MacBinary of any type', 'image/png', macBinary('setup.exe', Buffer.from('MZ'))],
    ['TNEF of any name', 'application/x-data', tnef(title('setup.exe'))],
  ])('takes its container along: %s', async (_, type, content) => {
    const eml = mixed(TEXT, attachment('a.dat', type, content.toString('base64')));
    for (const size of [1, 4096]) {
      const result = await run(EXE, eml, size);
      expect(plain(result.message)).toContain(`The attachment "a.dat" (${type}) was removed`);
      expect(result.notes).toEqual(['strip-attachments: removed 1 (.exe)']);
    }
    expect((await run({ extensions: ['bat'] }, eml)).bodyChanged).toBe(false);
    const told = await run({ ...EXE, onMatch: 'quarantine' }, eml);
    expect(told.quarantine).toBe('attachment fits .exe');
  });

  it('leaves a signed TNEF container where it is, and has the message held', async () => {
    const eml = message(
      multipart('signed', 'outer', [multipart('mixed', 'inner', [TEXT, winmail('setup.exe')]), TEXT]),
    );
    const result = await run(EXE, eml);
    expect(result.quarantine).toContain('attachment fits .exe inside a signed or encrypted part');
    expect(result.message.equals(eml)).toBe(true);
  });

  it('is nothing that words of a text are', async () => {
    const eml = mixed(text(crlf('begin 10 minutes early', 'begin 644', 'setup.exe', 'name=setup.exe')));
    const result = await run(EXE, eml);
    expect([result.quarantine, result.bodyChanged]).toEqual([undefined, false]);
  });
});

describe('inside of a signed part', () => {
  const signature = crlf('Content-Type: application/pgp-signature; name="signature.asc"', '', 'none');
  const signed = message(
    multipart(
      'signed',
      'outer',
      [attachment('setup.exe'), signature],
      '; protocol="application/pgp-signature"',
    ),
  );

  it('nothing is changed, and the message is held', async () => {
    const result = await run(EXE, signed);
    expect(result.bodyChanged).toBe(false);
    expect(result.quarantine).toBe('attachment fits .exe inside a signed or encrypted part');
    expect(result.parts).toContainEqual(expect.objectContaining({ path: '1.1', action: 'skipped' }));
    expect(result.message.equals(signed)).toBe(true);
  });

  it('the administrator may skip, strip or reject', async () => {
    const skipped = await run({ ...EXE, onSigned: 'skip' }, signed);
    expect(skipped).toMatchObject({ bodyChanged: false, verdict: { kind: 'accept' } });
    expect(skipped.quarantine).toBeUndefined();
    expect(skipped.notes).toEqual(['strip-attachments: match .exe inside a signed or encrypted part']);
    expect(plain((await run({ ...EXE, onSigned: 'strip' }, signed)).message)).toContain(NOTICE);
    expect((await run({ ...EXE, onSigned: 'reject' }, signed)).verdict.kind).toBe('reject');
  });

  it('a signed entity goes as a whole', async () => {
    const result = await run(
      { extensions: ['p7m'] },
      mixed(TEXT, attachment('smime.p7m', 'application/pkcs7-mime')),
    );
    expect(plain(result.message)).toContain('The attachment "smime.p7m"');
  });
});

describe('the notice', () => {
  it('shows a name without what could deceive, and not more than 200 characters of it', async () => {
    const result = await run(EXE, mixed(attachment(`in\xe2\x80\xaevoice\x01 \t fdp${'x'.repeat(300)}.exe`)));
    const text = plain(result.message);
    expect(text).toContain(`"invoice fdp${'x'.repeat(189)}…"`);
  });

  it("has the administrator's words, and what the name says is no placeholder", async () => {
    const notice = 'Entfernt: {name} – {type} – {rule}\nFragen an den Betrieb: $& {unknown}';
    const result = await run({ ...EXE, notice }, mixed(attachment('{type}$&.exe')));
    expect(plain(result.message)).toContain(
      'Entfernt: {type}$&.exe – application/octet-stream – .exe\r\nFragen an den Betrieb: $& {unknown}\r\n',
    );
  });

  it('does without a name', async () => {
    const part = crlf('Content-Type: video/mp4', 'Content-Transfer-Encoding: base64', '', 'TVqQ');
    const result = await run({ types: ['video/*'] }, mixed(part));
    expect(plain(result.message)).toContain('An attachment (video/mp4) was removed');
  });
});

describe('the audit header', () => {
  it('names what was removed, and nothing that came with the message', async () => {
    const eml = Buffer.concat([
      Buffer.from('X-Attachment-Removed: forged\r\n'),
      mixed(attachment('setup.exe'), attachment('\xc3\xbc"b\'er.exe'.replace('"', '\\"'))),
    ]);
    const text = (await run({ ...EXE, header: true }, eml)).message.toString('latin1');
    expect(text.match(/^X-Attachment-Removed: .*$/gm)).toEqual([
      'X-Attachment-Removed: name="setup.exe"; type=application/octet-stream; rule=.exe',
      "X-Attachment-Removed: name*=utf-8''%C3%BC%22b%27er.exe; type=application/octet-stream; rule=.exe",
    ]);
  });

  it('is not there unless asked for', async () => {
    const { headerEdits } = await run(EXE, mixed(attachment('setup.exe')));
    expect(headerEdits).toEqual([]);
  });

  it('counts what is too much to name', async () => {
    const eml = mixed(...Array.from({ length: 30 }, (_, n) => attachment(`${n}.exe`)));
    const fields = (await run({ ...EXE, header: true }, eml)).message
      .toString()
      .match(/^X-Attachment-Removed: .*$/gm);
    expect(fields).toHaveLength(21);
    expect(fields!.at(-1)).toBe('X-Attachment-Removed: 10 more');
  });

  it('stays within a line for the longest name', async () => {
    const eml = mixed(attachment(`${'\xf0\x9f\x98\x80'.repeat(500)}.exe`));
    const [field] = (await run({ ...EXE, header: true }, eml)).message
      .toString()
      .match(/^X-Attachment-Removed: .*$/gm)!;
    expect(field.length).toBeLessThan(998);
  });
});

describe('a message in which readers may find other parts', () => {
  const eml = Buffer.from(mixed(TEXT).toString().replace('boundary="outer"', 'boundary="outer"; x="\x01"'));

  it('is held by default, also when nothing in it fits', async () => {
    const result = await run(EXE, eml);
    expect(result.quarantine).toBe('ambiguous structure: control-in-mime-field');
    expect(result.message.equals(eml)).toBe(true);
  });

  it('is treated as the administrator says', async () => {
    expect((await run({ ...EXE, onAmbiguous: 'reject' }, eml)).verdict.kind).toBe('reject');
    const noted = await run({ ...EXE, onAmbiguous: 'note' }, eml);
    expect(noted.quarantine).toBeUndefined();
    expect(noted.notes).toEqual(['strip-attachments: ambiguous control-in-mime-field']);
  });

  it('is not what a bounce with half a message in it is', async () => {
    const half = crlf(
      'Content-Type: message/rfc822',
      '',
      'Content-Type: multipart/mixed; boundary=in',
      '',
      '--in',
      '',
      'x',
    );
    const result = await run(EXE, mixed(TEXT, half));
    expect(result.ambiguities.map(({ code }) => code)).toContain('inner-not-closed');
    expect(result.quarantine).toBeUndefined();
  });
});

describe('options', () => {
  it.each([
    [{}, /extensions or types/],
    [{ extensions: [] }, /extensions or types/],
    [{ extensions: [''] }, /extensions must be a list/],
    [{ extensions: 'exe' }, /extensions must be a list/],
    [{ extensions: ['*.exe'] }, /"\*\.exe" in extensions/],
    [{ extensions: ['a b'] }, /"a b" in extensions/],
    [{ extensions: ['.'] }, /in extensions/],
    [{ types: ['exe'] }, /"exe" in types/],
    [{ types: ['*/*'] }, /in types/],
    [{ types: ['multipart/mixed'] }, /no attachment/],
    [
      { extensions: ['exe'], onMatch: 'delete' },
      /onMatch must be one of replace, drop, reject, quarantine, not "delete"/,
    ],
    [{ extensions: ['exe'], onSigned: 'wrap' }, /onSigned/],
    [{ extensions: ['exe'], onAmbiguous: 'skip' }, /onAmbiguous/],
    [{ extensions: ['exe'], notice: ' ' }, /notice/],
    [{ extensions: ['exe'], header: 'yes' }, /header/],
    [{ extensions: ['exe'], byContent: 'yes' }, /byContent must be true or false/],
    [{ extension: ['exe'] }, /unknown option "extension"/],
  ])('%j are wrong', (options, text) => {
    const make = () => stripAttachments(options as StripAttachmentsOptions);
    expect(make).toThrow(expect.objectContaining({ code: 'MILLRACE_DEFINITION' }));
    expect(make).toThrow(text);
  });

  it('ask for no more edits than they need', () => {
    expect(stripAttachments(EXE).edits).toEqual(['body', 'headers', 'quarantine']);
    expect(stripAttachments({ ...EXE, onMatch: 'reject', onAmbiguous: 'reject' }).edits).toEqual([]);
    expect(stripAttachments({ ...EXE, onMatch: 'reject', onAmbiguous: 'header' }).edits).toEqual(['headers']);
  });
});
