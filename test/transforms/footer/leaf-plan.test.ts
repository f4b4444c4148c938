import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { CHUNK_SIZES, twoPieceSplits } from '../../support/chunks.ts';
import { decoded, editLeaf, encoded, type EditedLeaf, type EditOptions } from './edit-leaf.ts';

const ASCII = 'Sent via example.org';
const UMLAUT = 'Grüße aus Köln';
const HTML = '<p>Sent via <b>example.org</b></p>';

function typed(type: string, encoding?: string): string {
  const field = encoding === undefined ? '' : `Content-Transfer-Encoding: ${encoding}\r\n`;
  return `MIME-Version: 1.0\r\nContent-Type: ${type}\r\n${field}`;
}

function plain(encoding: string, charset = 'us-ascii'): string {
  return typed(`text/plain; charset=${charset}`, encoding);
}

function html(encoding: string, charset = 'utf-8'): string {
  return typed(`text/html; charset=${charset}`, encoding);
}

/** For comparisons: those of long buffers take very long. */
function asText(leaf: EditedLeaf) {
  return { ...leaf, body: leaf.body.toString('latin1') };
}

/** The result at every split point and chunk size, which must be the same. */
function everyWay(header: string, body: Buffer | string, footer: object, options: EditOptions = {}) {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  const whole = editLeaf(header, bytes, footer, options);
  for (const pieces of twoPieceSplits(bytes))
    expect(asText(editLeaf(header, bytes, footer, { ...options, pieces }))).toEqual(asText(whole));
  for (const chunkSize of CHUNK_SIZES) {
    expect(asText(editLeaf(header, bytes, footer, { ...options, chunkSize }))).toEqual(asText(whole));
  }
  return whole;
}

describe('text, in every encoding, charset and line end', () => {
  const charsets = [
    'us-ascii',
    'utf-8',
    'iso-8859-1',
    'windows-1252',
    'iso-8859-15',
    'shift_jis',
    'gbk',
    'iso-2022-jp',
  ];
  const encodings = ['7bit', '8bit', 'binary', 'quoted-printable', 'base64'];
  const bodies = ['', 'Hello', 'Hello\n', 'Hello, a=b\n\nbye  \n\n', 'no\nend', '\n'];
  for (const encoding of encodings) {
    for (const charset of charsets) {
      it(`${encoding} ${charset}`, () => {
        for (const text of [ASCII, UMLAUT]) {
          for (const lineEnd of ['\r\n', '\n']) {
            for (const child of [false, true]) {
              for (const written of bodies) {
                const content = Buffer.from(written.replaceAll('\n', lineEnd), 'latin1');
                const body = encoded(encoding, content, lineEnd);
                const header = plain(encoding, charset);
                const result = editLeaf(header, body, { text }, { child });
                for (const chunkSize of [1, 2, 7]) {
                  expect(asText(editLeaf(header, body, { text }, { child, chunkSize }))).toEqual(
                    asText(result),
                  );
                }
                expect(result.result).toBe('footer');
                const newCharset = /charset=(\S+)/.exec(result.header)![1];
                const newEncoding = /Encoding: (\S+)/.exec(result.header)![1];
                const bytes = decoded(newEncoding, result.body);
                const after =
                  newCharset === 'iso-2022-jp' ? bytes.toString('latin1') : iconv.decode(bytes, newCharset);
                const original = decoded(encoding, body).toString('latin1');
                const gap = original === '' || original.endsWith('\n') ? '' : '\n';
                expect(after.replaceAll('\r\n', '\n').trimEnd()).toBe(
                  `${original.replaceAll('\r\n', '\n')}${gap}${text}`,
                );
                if (lineEnd === '\r\n' || body.includes('\n')) {
                  expect(result.body.toString('latin1').replaceAll(lineEnd, '')).not.toMatch(/[\r\n]/);
                }
                if (newEncoding === '7bit') expect(result.body.every((byte) => byte < 0x80)).toBe(true);
                for (const line of result.body.toString('latin1').split(/\r?\n/)) {
                  if (newEncoding !== '8bit' && newEncoding !== 'binary')
                    expect(line.length).toBeLessThanOrEqual(76);
                }
              }
            }
          }
        }
      });
    }
  }
});

describe('plain text', () => {
  it('keeps every byte in front of the footer', () => {
    const body = 'Dear all,\r\n\r\n  odd =3D spacing\t\r\n';
    const result = everyWay(plain('7bit'), body, { text: ASCII });
    expect(result).toMatchObject({
      body: Buffer.from(`${body}${ASCII}\r\n`),
      kept: body.length,
      header: plain('7bit'),
    });
  });

  it('keeps every byte of quoted-printable but for what an end means', () => {
    const body = 'a=3db =C3=A9=\r\n soft\r\nlast line=20';
    const result = everyWay(plain('quoted-printable', 'utf-8'), body, { text: 'é' });
    expect(result.body.toString('latin1')).toBe(`${body}\r\n=C3=A9\r\n`);
  });

  it('closes an open soft break', () => {
    for (const end of ['=', '=\r\n']) {
      const result = everyWay(plain('quoted-printable'), `abc${end}`, { text: ASCII });
      expect(decoded('quoted-printable', result.body).toString()).toBe(`abc\r\n${ASCII}\r\n`);
    }
  });

  it('goes on in the last line of base64, behind what was padded', () => {
    for (const text of [
      'a',
      'ab',
      'abc',
      'abcd',
      'x'.repeat(56),
      'x'.repeat(57),
      'x'.repeat(58),
      'y'.repeat(200),
    ]) {
      const body = encoded('base64', Buffer.from(text));
      const result = everyWay(plain('base64'), body, { text: ASCII });
      expect(decoded('base64', result.body).toString()).toBe(`${text}\r\n${ASCII}\r\n`);
      expect(result.body.toString()).not.toMatch(/=(?!=|\r|$)/);
      expect(result.kept).toBeGreaterThanOrEqual(body.length - '\r\n'.length - 4);
    }
  });

  it('takes the line ends that are inside of base64', () => {
    const result = everyWay(plain('base64'), encoded('base64', Buffer.from('one\ntwo\n')), { text: 'a\nb' });
    expect(decoded('base64', result.body).toString()).toBe('one\ntwo\na\nb\n');
  });

  it('ends in front of a delimiter as the part did', () => {
    expect(editLeaf(plain('7bit'), 'Hello', { text: ASCII }, { child: true }).body.toString()).toBe(
      `Hello\r\n${ASCII}`,
    );
    expect(editLeaf(plain('7bit'), 'Hello\r\n', { text: ASCII }, { child: true }).body.toString()).toBe(
      `Hello\r\n${ASCII}\r\n`,
    );
  });

  it('writes 7bit text anew as quoted-printable for a footer that needs it, header and bytes together', () => {
    const result = everyWay(plain('7bit'), 'a=b \r\nc\r\n', { text: UMLAUT });
    expect(result.header).toBe(typed('text/plain; charset=utf-8', 'quoted-printable'));
    expect(result.body.toString()).toBe('a=3Db=20\r\nc\r\nGr=C3=BC=C3=9Fe aus K=C3=B6ln\r\n');
  });

  it('keeps the charset where it holds the footer', () => {
    const result = everyWay(plain('7bit', 'iso-8859-1'), 'a=b\r\n', { text: UMLAUT });
    expect(result.header).toBe(typed('text/plain; charset=iso-8859-1', 'quoted-printable'));
    expect(result.body.toString()).toBe('a=3Db\r\nGr=FC=DFe aus K=F6ln\r\n');
  });

  it('adds the fields that a message without them needs', () => {
    const result = everyWay('Subject: hi\r\n', 'Hello\r\n', { text: UMLAUT });
    expect(result.header).toBe(
      'Subject: hi\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n' +
        'Content-Type: text/plain; charset=utf-8\r\n',
    );
    expect(editLeaf('Subject: hi\r\n', 'Hello\r\n', { text: ASCII }).header).toBe('Subject: hi\r\n');
  });

  it('only labels anew where the encoding takes all bytes', () => {
    for (const child of [false, true]) {
      const result = everyWay(plain('quoted-printable'), 'a=3Db\r\n', { text: 'é' }, { child });
      expect(result.header).toBe(typed('text/plain; charset=utf-8', 'quoted-printable'));
      expect(result.body.toString()).toBe('a=3Db\r\n=C3=A9\r\n');
    }
  });

  it('converts text whose charset cannot hold the footer, or leaves it alone', () => {
    const body = Buffer.from('na\xefve =\r\n', 'latin1');
    const result = everyWay(plain('8bit', 'iso-8859-1'), body, { text: '5 €' });
    expect(result.header).toBe(typed('text/plain; charset=utf-8', 'quoted-printable'));
    expect(result.body.toString()).toBe('na=C3=AFve =3D\r\n5 =E2=82=AC\r\n');
    const skip = { text: '5 €', onUnrepresentable: 'skip' } as const;
    expect(editLeaf(plain('8bit', 'iso-8859-1'), body, skip).result).toBe('refused: not-representable');
  });

  it('converts UTF-16, of either order', () => {
    for (const [charset, mark] of [
      ['utf-16', '\ufeff'],
      ['utf-16le', ''],
      ['utf-16be', ''],
    ] as const) {
      const content = iconv.encode(`${mark}Grüße\r\n`, charset === 'utf-16' ? 'utf-16be' : charset, {
        addBOM: false,
      });
      const result = everyWay(plain('base64', charset), encoded('base64', content), { text: ASCII });
      expect(result.header).toContain('charset=utf-8');
      expect(decoded('base64', result.body).toString()).toBe(`Grüße\r\n${ASCII}\r\n`);
    }
  });

  it('returns to ASCII in ISO-2022-JP', () => {
    const open = '\x1b$B$3$s';
    const result = everyWay(plain('7bit', 'iso-2022-jp'), open, { text: ASCII });
    expect(result.body.toString('latin1')).toBe(`${open}\x1b(B\r\n${ASCII}\r\n`);
  });

  it('leaves alone what it cannot read, or what is not what it says', () => {
    const cases: [type: string, encoding: string, body: string, result: string][] = [
      ['text/plain; charset=x-nope', '7bit', 'a', 'refused: unknown-charset'],
      ['text/plain; charset=base64', '7bit', 'a', 'refused: unknown-charset'],
      ['text/plain; charset=utf-7', '7bit', 'a', 'refused: unknown-charset'],
      ['text/plain', 'x-odd', 'a', 'refused: unknown-encoding'],
      ['text/plain', 'x-uuencode', 'a', 'refused: unknown-encoding'],
      ['text/plain; charset=utf-8', '7bit', 'h\xc3\xa9', 'skipped: undecodable'],
      ['text/plain', '8bit', 'h\xc3\xa9', 'skipped: undecodable'],
      ['text/plain; charset=utf-8', '8bit', 'h\xe9 and more', 'skipped: undecodable'],
      ['text/plain; charset=utf-8', '8bit', 'cut \xc3', 'skipped: undecodable'],
      ['text/plain; charset=utf-8', '8bit', 'nul \0', 'skipped: undecodable'],
      ['text/plain', 'quoted-printable', 'a=zz', 'skipped: undecodable'],
      ['text/plain', 'quoted-printable', 'a\rb', 'skipped: undecodable'],
      ['text/plain; charset=iso-8859-1', 'quoted-printable', '\xe9', 'skipped: undecodable'],
      ['text/plain', 'base64', 'SGVsbG8', 'skipped: undecodable'],
      ['text/plain', 'base64', 'SGVsbG8=SGVs', 'skipped: undecodable'],
      ['text/plain', 'base64', 'SGVs bG8h', 'skipped: undecodable'],
      ['text/plain', 'base64', 'SGVs*bG8h', 'skipped: undecodable'],
      ['text/plain', 'base64', 'SGVsb===', 'skipped: undecodable'],
      ['text/plain', '7bit', '-----BEGIN PGP SIGNED MESSAGE-----\r\n', 'skipped: inline-pgp'],
      ['text/plain', '7bit', 'hi\r\n-----BEGIN PGP MESSAGE-----\r\n', 'skipped: inline-pgp'],
      ['text/plain', 'base64', 'LS0tLS1CRUdJTiBQR1AgTUVTU0FHRS0tLS0t', 'skipped: inline-pgp'],
      ['text/html', '7bit', '<pre>-----BEGIN PGP MESSAGE-----</pre>', 'skipped: inline-pgp'],
      ['text/plain', '7bit', 'ends with CR\r', 'skipped: ambiguous'],
    ];
    for (const [type, encoding, body, wanted] of cases) {
      for (const text of [ASCII, 'é']) {
        const header = typed(type, encoding);
        const result = everyWay(header, body, { text });
        // Text that is written anew does not care how the old one ended.
        if (wanted === 'skipped: ambiguous' && text !== ASCII) continue;
        expect([body, text, result.result]).toEqual([body, text, wanted]);
        expect(result.body.toString('latin1')).toBe(body);
        expect(result.header).toBe(header);
      }
    }
  });

  it('does not take a quoted armor line for PGP', () => {
    const body = '> -----BEGIN PGP SIGNED MESSAGE-----\r\n';
    expect(everyWay(plain('7bit'), body, { text: ASCII }).result).toBe('footer');
  });

  it('leaves text alone that ends with the footer', () => {
    const text = '\n-- \nSent via example.org';
    for (const encoding of ['7bit', 'quoted-printable', 'base64']) {
      const once = everyWay(plain(encoding), encoded(encoding, Buffer.from('Hello\r\n')), { text });
      const again = everyWay(plain(encoding), once.body, { text });
      expect(again).toMatchObject({ result: 'skipped: already-present', body: once.body });
    }
    expect(
      everyWay(plain('7bit'), 'Hello\r\n\r\n--\r\nSent via example.org\r\n\r\n\r\n', { text }).result,
    ).toBe('skipped: already-present');
    for (const body of [
      'Not sent via example.org',
      '> Sent via example.org',
      'Sent via example.org\r\nNo more',
    ]) {
      expect(everyWay(plain('7bit'), body, { text: 'sent via example.org' }).result).toBe('footer');
    }
  });

  it('respects format=flowed', () => {
    const header = typed('text/plain; charset=us-ascii; format=flowed', '7bit');
    const footer = { text: '-- \n >quoted \n>x\nFrom here  \nplain' };
    const lines = '-- \r\n  >quoted\r\n >x\r\n From here\r\nplain';
    expect(everyWay(header, 'Hello\r\n', footer).body.toString()).toBe(`Hello\r\n${lines}\r\n`);
    // A line that flows would take the footer along.
    expect(everyWay(header, 'flows \r\n', footer).body.toString()).toBe(`flows \r\n\r\n${lines}\r\n`);
    expect(everyWay(header, 'flows ', footer).body.toString()).toBe(`flows \r\n\r\n${lines}\r\n`);
    expect(everyWay(header, 'Hi\r\n-- \r\n', footer).body.toString()).toBe(`Hi\r\n-- \r\n${lines}\r\n`);
    expect(everyWay(header, 'Hello\r\n', { text: 'é' }).header).toContain('format=flowed');
  });

  it('is left alone where it is too long to be held and would have to be', () => {
    const body = 'line of text\r\n'.repeat(3000);
    const long = { heldBytes: 16_384 };
    const options = { ...long, child: true };
    expect(everyWayLong(plain('7bit'), body, { text: 'é' }, options).result).toBe('skipped: too-long');
    expect(
      everyWayLong(plain('base64'), encoded('base64', Buffer.from(body)), { text: 'é' }, options).result,
    ).toBe('skipped: too-long');
    for (const encoding of ['8bit', 'base64', 'quoted-printable']) {
      const root = everyWayLong(plain(encoding), encoded(encoding, Buffer.from(body)), { text: 'é' }, long);
      expect(root.header).toBe(plain(encoding, 'utf-8'));
      expect(decoded(encoding, root.body).toString()).toBe(`${body}é\r\n`);
    }
    // With the charset there, and in a root, it need not be held.
    for (const [charset, more] of [
      ['utf-8', options],
      ['us-ascii', long],
    ] as const) {
      const streamed = everyWayLong(plain('7bit', charset), body, { text: 'é' }, more);
      expect(streamed.header).toBe(typed('text/plain; charset=utf-8', 'quoted-printable'));
      expect(streamed.body.toString()).toBe(`${body}=C3=A9\r\n`);
    }
    // What turns out late to be something else stays what it was.
    const late = everyWayLong(plain('7bit', 'utf-8'), `${body}\xe9`, { text: 'é' }, options);
    expect(late.result).toBe('skipped: undecodable');
    expect(decoded('quoted-printable', late.body).toString('latin1')).toBe(`${body}\xe9`);
  });

  it('drops fields that speak of the old content, in the header that is on its way', () => {
    const header = `${plain('7bit')}Content-MD5: abc==\r\nContent-Disposition: inline; size=7\r\nLines: 1\r\n`;
    const kept = `${plain('7bit')}Content-Disposition: inline\r\n`;
    expect(everyWay(header, 'Hello\r\n', { text: ASCII }, { child: true })).toMatchObject({
      header: kept,
      kept: 7,
    });
    const body = 'Sent via example.org\r\n';
    expect(everyWay(header, body, { text: ASCII }, { child: true })).toMatchObject({
      header,
      body: Buffer.from(body),
    });
  });
});

describe('HTML', () => {
  const page = '<html><body><p>Hello, wörld = 1</p>\r\n</body></html>\r\n';
  const wanted = page.replace('</body>', `${HTML}\r\n</body>`);

  it('stands in front of the last </body>, in every encoding, with both sides as they were', () => {
    for (const encoding of ['8bit', 'quoted-printable', 'base64']) {
      for (const width of [4, 20, 72, 76, 10_000]) {
        for (let shift = 0; shift < 6; shift++) {
          const content = Buffer.from('x'.repeat(shift) + page);
          const body = encoded(encoding, content, '\r\n', width);
          const result = editLeaf(html(encoding), body, { html: HTML });
          const text = decoded(encoding, result.body).toString();
          expect(text.replace(/ +\r\n<\/body>/, '\r\n</body>')).toBe('x'.repeat(shift) + wanted);
          for (const size of CHUNK_SIZES) {
            expect(editLeaf(html(encoding), body, { html: HTML }, { chunkSize: size }).body).toEqual(
              result.body,
            );
          }
          expect(result.body.subarray(0, result.kept)).toEqual(body.subarray(0, result.kept));
          const end = body.subarray(body.length - 12);
          expect(result.body.subarray(-12)).toEqual(end);
          expect(result.result).toBe('footer');
        }
      }
    }
  });

  it('gives the same result however it is cut', () => {
    for (const encoding of ['8bit', 'quoted-printable', 'base64']) {
      for (const lineEnd of ['\r\n', '\n']) {
        const content = Buffer.from(page.replaceAll('\r\n', lineEnd));
        const result = everyWay(html(encoding), encoded(encoding, content, lineEnd, 30), { html: HTML });
        expect(result.result).toBe('footer');
        expect(result.body.toString().replaceAll(lineEnd, '')).not.toMatch(/[\r\n]/);
      }
    }
  });

  it('finds the place that a browser would see', () => {
    const F = `${HTML}\r\n`;
    const cases: [before: string, after: string][] = [
      ['<body>one</body>two', '</body>three'],
      ['<body>a', '</body\t\r\n class="x">'],
      ['<BODY>a', '</BODY ></HTML>'],
      ['<body>a', '</body><!-- </body> --></html>'],
      ['<body>a', '</body><script>"</body>"</script>'],
      ['<html>a', '</html>'],
      ['<html>a</html>b', '</html>'],
      ['<p title="</body>">a', ''],
      ['<!--[if mso]></body><![endif]-->b', '</body>'],
      ['<body>a</bodyx>', '</body>'],
      ['no tags at all', ''],
      ['', ''],
    ];
    for (const [before, after] of cases) {
      const gap = before === '' ? '' : '\r\n';
      const result = everyWay(html('7bit'), before + after, { html: HTML });
      expect(result.body.toString()).toBe(`${before}${gap}${F}${after}`);
    }
  });

  it('is not put where nobody would see it', () => {
    for (const body of [
      'a<!-- open',
      '<script>x',
      '<style>',
      '<title>x',
      '<textarea>',
      'a <a href="x',
      'a <b',
    ]) {
      const result = everyWay(html('7bit'), body, { html: HTML });
      expect([body, result.result, result.body.toString()]).toEqual([body, 'skipped: html-unclosed', body]);
    }
  });

  it('does not wait forever for a better place', () => {
    const tail = `${'x'.repeat(99)}\r\n`.repeat(1000);
    const body = `<body>a</body>${tail}</body>`;
    const result = everyWayLong(html('7bit'), body, { html: HTML }, { heldBytes: 20_000 });
    expect(result.body.toString()).toBe(`<body>a\r\n${HTML}\r\n</body>${tail}</body>`);
    const patient = everyWayLong(html('7bit'), body, { html: HTML }, { heldBytes: 200_000 });
    expect(patient.body.toString()).toBe(`<body>a</body>${tail}${HTML}\r\n</body>`);
  });

  it('counts the distance to a better place exactly, and what comes too late for it', () => {
    const between = 'x'.repeat(200);
    const body = `<body>a</body>${between}</body>`;
    const first = everyWay(html('8bit'), body, { html: HTML }, { heldBytes: 206 });
    expect(first.body.toString()).toBe(`<body>a\r\n${HTML}\r\n</body>${between}</body>`);
    const second = everyWay(html('8bit'), body, { html: HTML }, { heldBytes: 207 });
    expect(second.body.toString()).toBe(`<body>a</body>${between}\r\n${HTML}\r\n</body>`);
    const broken = everyWay(html('8bit'), `${body}\xe9.`, { html: HTML }, { heldBytes: 100 });
    expect(broken).toMatchObject({ result: 'skipped: undecodable', kept: body.length + 2 });
  });

  it('is written in references that every charset and reader understands', () => {
    const result = everyWay(html('7bit', 'us-ascii'), '<body></body>', { html: '<p>5 € 😀</p>' });
    expect(result.body.toString()).toBe('<body>\r\n<p>5 &#8364; &#128512;</p>\r\n</body>');
    expect(result.header).toBe(html('7bit', 'us-ascii'));
  });

  it('does not see tags in the bytes of Japanese characters', () => {
    // The four characters have the bytes of "</body>" and more in them.
    const body = '<body>\x1b$B</body>x\x1b(Bx</body>';
    const result = everyWay(html('7bit', 'iso-2022-jp'), body, { html: HTML });
    expect(result.body.toString('latin1')).toBe(body.replace('x</body>', `x\r\n${HTML}\r\n</body>`));
  });

  it('is left alone when it has the footer', () => {
    for (const encoding of ['8bit', 'quoted-printable', 'base64']) {
      for (const content of [page, 'no tags', '<html>x</html>']) {
        const once = everyWay(html(encoding), encoded(encoding, Buffer.from(content)), { html: HTML });
        const again = everyWay(html(encoding), once.body, { html: HTML });
        expect(again).toMatchObject({ result: 'skipped: already-present', body: once.body });
      }
    }
    expect(editLeaf(html('8bit'), `<body>${HTML}<p>and a reply</p></body>`, { html: HTML }).result).toBe(
      'footer',
    );
  });

  it('is left alone where its charset does not begin with ASCII', () => {
    expect(editLeaf(html('base64', 'utf-16le'), 'PABiAD4A', { html: HTML }).result).toBe(
      'refused: unknown-charset',
    );
  });
});

/** Like everyWay, for bodies that are too long to be cut everywhere. */
function everyWayLong(header: string, body: Buffer | string, footer: object, options: EditOptions) {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  const whole = editLeaf(header, bytes, footer, options);
  for (const chunkSize of [7, 4096, 16_383, 16_384, 16_385, 65_535]) {
    expect(asText(editLeaf(header, bytes, footer, { ...options, chunkSize }))).toEqual(asText(whole));
  }
  return whole;
}
