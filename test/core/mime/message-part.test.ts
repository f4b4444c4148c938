import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import { createRootPart } from '../../../src/core/mime/index.ts';
import { MessagePart } from '../../../src/core/mime/message-part.ts';
import { scanMessage } from '../../support/scan.ts';

function part(...fields: string[]) {
  const block = fields.map((field) => `${field}\r\n`).join('');
  return createRootPart(HeaderList.parse(Buffer.from(block, 'latin1')));
}

describe('a part', () => {
  it('without fields is plain text (RFC 2045 section 5.2)', () => {
    const root = part('Subject: x');
    expect(root).toMatchObject({
      path: '1',
      depth: 1,
      index: 0,
      type: 'text/plain',
      charset: undefined,
      transferEncoding: '7bit',
      disposition: undefined,
      filename: undefined,
      isLeaf: true,
      isMultipart: false,
      isMessage: false,
      attached: false,
      protection: undefined,
      boundary: undefined,
    });
    expect(root.delimiter.length + root.separator.length).toBe(0);
  });

  it.each([
    ['text/html', 'text/html'],
    ['TEXT/Html; charset=x', 'text/html'],
    ['text / html', 'text/html'],
    ['(c) text/html (c)', 'text/html'],
    ['"text/html"', 'text/html'],
    ['text/html junk', 'text/html'],
    ['text/html\r\n ;charset=x', 'text/html'],
    ['application/vnd.x+json', 'application/vnd.x+json'],
    ['text', 'text/plain'],
    ['/', 'text/plain'],
    ['text/', 'text/plain'],
    ['a/b/c', 'text/plain'],
    ['', 'text/plain'],
    [';;;=;"', 'text/plain'],
  ])('of Content-Type %j is %s', (value, type) => {
    expect(part(`Content-Type: ${value}`).type).toBe(type);
  });

  it('stays protected as received, with all inside, when its header says otherwise later', () => {
    const root = part('Content-Type: multipart/signed; boundary=a');
    root.headers.set('Content-Type', 'multipart/mixed; boundary=b');
    expect(root).toMatchObject({ type: 'multipart/mixed', protection: 'signed' });
    const headers = HeaderList.parse(Buffer.from('Content-Type: text/plain\r\n'));
    expect(new MessagePart({ parent: root, headers }).protection).toBe('signed');
    const plain = part('Content-Type: text/plain');
    plain.headers.set('Content-Type', 'multipart/signed; boundary=b');
    expect(plain.protection).toBeUndefined();
  });

  it('reads its fields in the header that it was given in place of the first', () => {
    const root = part('Content-Type: text/html', 'Subject : x');
    const { headers } = root;
    root.moveTo(HeaderList.parse(Buffer.from('Content-Type: text/plain; name=a\r\n')));
    expect(root).toMatchObject({ type: 'text/plain', filename: 'a' });
    headers.set('Content-Type', 'image/png');
    expect(root.type).toBe('text/plain');
    expect(root.ambiguities.map(({ code }) => code)).toContain('missing-mime-version');
  });

  it('takes the first of two fields and of two parameters', () => {
    const root = part('Content-Type: text/html; charset=one; charset=two', 'Content-Type: text/plain');
    expect(root.type).toBe('text/html');
    expect(root.charset).toBe('one');
  });

  it.each([
    ['base64', 'base64'],
    [' \tBaSe64 ', 'base64'],
    ['base64 (really)', 'base64'],
    ['"base64"', 'base64'],
    ['base64; x=y', 'base64'],
    ['Quoted-Printable', 'quoted-printable'],
    ['x-uuencode', 'x-uuencode'],
    ['', '7bit'],
  ])('with Content-Transfer-Encoding %j is in %s', (value, encoding) => {
    expect(part(`Content-Transfer-Encoding: ${value}`).transferEncoding).toBe(encoding);
  });

  it('has its parameters decoded (RFC 2231)', () => {
    const { parameters } = part('Content-Type: a/b; X*=utf-8\'\'%C3%A9; y*0=a; y*1=b; z="q\\""; x=plain');
    expect([...parameters]).toEqual([
      ['x', 'é'],
      ['y', 'ab'],
      ['z', 'q"'],
    ]);
  });

  it('has the charset in lower case, quotes or not', () => {
    expect(part('Content-Type: text/plain; charset="UTF-8"').charset).toBe('utf-8');
    expect(part("Content-Type: text/plain; charset*=us-ascii'en'ISO-8859-1").charset).toBe('iso-8859-1');
  });

  it('is a leaf when it is a multipart that cannot be split', () => {
    for (const parameters of ['', '; boundary=""', '; boundary="  "', `; boundary=${'x'.repeat(257)}`]) {
      const root = part(`Content-Type: multipart/mixed${parameters}`);
      expect(root).toMatchObject({
        type: 'multipart/mixed',
        isLeaf: true,
        isMultipart: false,
        boundary: undefined,
      });
    }
  });

  it('reads its fields again after an edit, but stays the kind of part that it is', () => {
    const root = part('Content-Type: text/plain; charset=one; name=a.txt');
    expect([root.type, root.charset, root.filename]).toEqual(['text/plain', 'one', 'a.txt']);
    root.headers.set('Content-Type', 'multipart/mixed; boundary=B; charset=two; name=b.txt');
    expect([root.type, root.charset, root.filename]).toEqual(['multipart/mixed', 'two', 'b.txt']);
    expect(root.isLeaf).toBe(true);
    root.headers.set('Content-Transfer-Encoding', 'base64');
    expect(root.transferEncoding).toBe('base64');
  });

  it('tells ambiguities of the header as received, also after an edit', () => {
    const root = part('MIME-Version: 1.0', 'Content-Type: text/html', 'Content-Type: text/plain');
    root.headers.set('Content-Type', 'text/html');
    expect(root.ambiguities).toEqual([{ code: 'duplicate-content-type', path: '1' }]);
  });

  it('reads what the MTA hands over as it reads a file', () => {
    const headers = new HeaderList();
    headers.append('Content-Type', ' multipart/mixed;\n\tboundary="a b"');
    expect(createRootPart(headers)).toMatchObject({
      type: 'multipart/mixed',
      boundary: 'a b',
      isMultipart: true,
    });
  });
});

describe('protection', () => {
  it.each([
    ['multipart/signed; boundary=B', 'signed'],
    ['multipart/encrypted; boundary=B', 'encrypted'],
    ['application/pkcs7-mime', 'encrypted'],
    ['application/pkcs7-mime; smime-type=signed-data', 'signed'],
    ['application/x-pkcs7-mime; smime-type=Signed-Data', 'signed'],
    ['application/x-pkcs7-mime; smime-type=enveloped-data', 'encrypted'],
    ['application/pkcs7-mime; smime-type=certs-only', 'signed'],
    ['application/pkcs7-signature', 'signed'],
    ['application/pgp-encrypted', 'encrypted'],
    ['application/pgp-signature', 'signed'],
    ['application/pgp-keys', 'signed'],
    ['application/pgp', 'encrypted'],
    ['application/pgp; x-action=signclear', 'signed'],
    ['application/pgp-of-tomorrow', 'encrypted'],
    ['multipart/mixed; boundary=B', undefined],
    ['application/pdf', undefined],
  ])('of %s is %s', (type, protection) => {
    expect(part(`Content-Type: ${type}`).protection).toBe(protection);
  });

  it('covers everything inside, messages included, and nothing beside', () => {
    const { parts } = scanMessage(
      'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n' +
        '--B\r\nContent-Type: multipart/signed; boundary=S\r\n\r\n' +
        '--S\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ntext\r\n' +
        '--S\r\nContent-Type: application/pgp-encrypted\r\n\r\nx\r\n--S--\r\n--B\r\n\r\ntext\r\n--B--',
    );
    expect(parts.map(({ path, protection }) => `${path} ${protection}`)).toEqual([
      '1 undefined',
      '1.1 signed',
      '1.1.1 signed',
      '1.1.1.1 signed',
      '1.1.2 signed',
      '1.2 undefined',
    ]);
  });
});

describe('several readings of a part’s fields', () => {
  it('have the boundary without RFC 2231 among the parameters, as the scanner takes it', () => {
    const root = part("Content-Type: multipart/mixed; boundary=plain; boundary*=us-ascii''extended");
    expect([root.boundary, root.parameters.get('boundary')]).toEqual(['plain', 'plain']);
    const text = part("Content-Type: text/plain; name=plain; name*=us-ascii''extended");
    expect(text.parameters.get('name')).toBe('extended');
  });

  it('count parameters in all fields of a name together', () => {
    const field = `Content-Type: text/plain; ${Array.from({ length: 60 }, (_, i) => `p${i}=v`).join('; ')}`;
    const codes = (...fields: string[]) => part(...fields).ambiguities.map(({ code }) => code);
    expect(codes(field)).not.toContain('too-many-parameters');
    expect(codes(field, field)).toContain('too-many-parameters');
  });

  it('tell of a value in one piece beside one in sections', () => {
    const root = part("Content-Type: text/plain; name*=us-ascii''a; name*0=b");
    expect(root.ambiguities.map(({ code }) => code)).toContain('parameter-sections');
  });

  it('join sections without those that stand twice, also behind a gap', () => {
    const root = part('Content-Disposition: attachment; filename*0=a; filename*0=b; filename*2=.exe');
    expect(root.names).toEqual(expect.arrayContaining(['a', 'a.exe', 'ab.exe']));
  });

  it('tell of a blank at the end of a name, and of a mark of byte order in it', () => {
    const codes = (name: string) =>
      part(`Content-Disposition: attachment; filename="${name}"`, 'MIME-Version: 1.0').ambiguities.map(
        ({ code }) => code,
      );
    expect(codes('a.exe ')).toEqual(['name-trailing']);
    expect(codes('a\xef\xbb\xbf.exe')).toContain('name-bidi');
  });
});

describe('what is inside of an attached message', () => {
  it('is attached, at any depth', () => {
    const rfc822 = part('Content-Type: message/rfc822');
    const inner = new MessagePart({
      parent: rfc822,
      headers: HeaderList.parse(Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n')),
    });
    const leaf = new MessagePart({ parent: inner, headers: HeaderList.parse(Buffer.alloc(0)) });
    expect([rfc822.attached, inner.attached, leaf.attached]).toEqual([false, true, true]);
  });

  it('is not known where a multipart inside of another is encoded', () => {
    const fields = 'Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n';
    const outer = part('Content-Type: multipart/mixed; boundary=a');
    const inner = new MessagePart({ parent: outer, headers: HeaderList.parse(Buffer.from(fields)) });
    expect(inner.ambiguities.map(({ code }) => code)).toEqual([
      'encoded-multipart',
      'encoded-multipart-differs',
    ]);
  });
});
