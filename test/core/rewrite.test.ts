import { describe, expect, it } from 'vitest';
import {
  defineFilter,
  defineTransform,
  type Rewrite,
  rewriteLines,
  rewriteTags,
} from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { CHUNK_SIZES } from '../support/chunks.ts';

const filterOf = (verb: () => Rewrite) =>
  defineFilter([defineTransform({ name: 'rewrite', onPart: () => verb() })]);

function eml(type: string, encoding: string | undefined, body: string): Buffer {
  const cte = encoding === undefined ? '' : `Content-Transfer-Encoding: ${encoding}\r\n`;
  return Buffer.from(
    `Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: ${type}\r\n${cte}\r\n${body}`,
    'latin1',
  );
}

const body = (message: Buffer): string =>
  message.toString('latin1').split('\r\n\r\n').slice(1).join('\r\n\r\n');
const shout = () => rewriteLines((line) => line.replace('loud', 'LOUD'));

describe.each(CHUNK_SIZES)('rewrite at chunk size %i', (chunkSize) => {
  const play = (verb: () => Rewrite, message: Buffer) =>
    runFilter(filterOf(verb), { eml: message, chunkSize });

  it('changes whole lines in 7bit', async () => {
    const result = await play(shout, eml('text/plain', undefined, 'one\r\nloud two\r\nthree'));
    expect(body(result.message)).toBe('one\r\nLOUD two\r\nthree');
    expect(result.headerEdits).toEqual([]);
    expect(result.parts).toEqual([{ path: '1', type: 'text/plain', action: 'rewritten' }]);
  });

  it('leaves a part in which nothing changes byte for byte, however oddly it is encoded', async () => {
    for (const [encoding, text] of [
      ['quoted-printable', 'a=3d=\r\nb =C3=A9 \r\n'],
      ['base64', 'YW\r\nJj\r\n\r\nZGVm\r\n'],
      ['8bit', 'gr\xc3\xbcn\r\n'],
    ]) {
      const message = eml('text/plain; charset=utf-8', encoding, text);
      const result = await play(shout, message);
      expect(result.bodyChanged).toBe(false);
      expect(result.message.equals(message)).toBe(true);
    }
  });

  it('keeps quoted-printable and base64', async () => {
    const qp = await play(
      shout,
      eml('text/plain; charset=iso-8859-1', 'quoted-printable', 'gr=FCn loud=20\r\n'),
    );
    expect(body(qp.message)).toBe('gr=FCn LOUD=20\r\n');
    const base64 = Buffer.from('grün loud\r\n').toString('base64');
    const b64 = await play(shout, eml('text/plain; charset=utf-8', 'base64', `${base64}\r\n`));
    expect(Buffer.from(body(b64.message), 'base64').toString()).toBe('grün LOUD\r\n');
  });

  it('changes tags only where they are tags', async () => {
    const message = eml('text/html', '7bit', '<p><img width=1 src="a>b"><!-- <img> --><IMG alt=x></p>\r\n');
    const verb = () =>
      rewriteTags('img', (tag) => (tag.attributes.width === '1' ? '' : tag.source.toLowerCase()));
    expect(body((await play(verb, message)).message)).toBe('<p><!-- <img> --><img alt=x></p>\r\n');
  });

  it('writes what the charset cannot hold as character references in HTML', async () => {
    const verb = () => rewriteTags('b', () => '<i>€</i>');
    const result = await play(verb, eml('text/html; charset=iso-8859-1', '8bit', 'gr\xfcn <b>\r\n'));
    expect(body(result.message)).toBe('gr\xfcn <i>&#8364;</i>\r\n');
  });

  it('fails, or puts a question mark, in plain text', async () => {
    const message = eml('text/plain; charset=iso-8859-1', '8bit', 'x\r\n');
    expect((await play(() => rewriteLines(() => '€\r\n'), message)).verdict.kind).toBe('tempfail');
    const question = () => rewriteLines(() => '€\r\n', { onUnrepresentable: 'question-mark' });
    expect(body((await play(question, message)).message)).toBe('?\r\n');
  });

  it('turns 7bit into quoted-printable when the new text needs eight bits or has too long a line', async () => {
    const eight = await play(
      () => rewriteLines(() => 'grün\r\n'),
      eml('text/plain; charset=utf-8', '7bit', 'green\r\n'),
    );
    expect(body(eight.message)).toBe('gr=C3=BCn\r\n');
    expect(eight.message.toString()).toContain('Content-Transfer-Encoding: quoted-printable');
    const long = await play(() => rewriteLines(() => 'x'.repeat(999)), eml('text/plain', undefined, 'y'));
    expect(
      Math.max(
        ...body(long.message)
          .split('\r\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(76);
  });

  it('leaves alone what it cannot read: malformed text, unknown charsets and encodings', async () => {
    for (const [type, encoding, reason] of [
      ['text/plain; charset=utf-8', '8bit', 'malformed-text'],
      ['text/plain', '8bit', 'malformed-text'],
      ['text/plain; charset=x-klingon', '8bit', 'unknown-charset'],
      ['text/plain; charset=base64', '8bit', 'unknown-charset'],
      ['text/plain', 'x-own', 'unknown-encoding'],
    ]) {
      const message = eml(type, encoding, 'loud \xff\r\n');
      const result = await play(shout, message);
      expect(result.message.equals(message)).toBe(true);
      expect(result.parts[0]).toMatchObject({ action: 'skipped', reason });
    }
  });

  it('puts text at the end', async () => {
    const verb = () => rewriteLines((line) => line, { atEnd: () => 'bye\r\n' });
    expect(body((await play(verb, eml('text/plain', '7bit', 'hello\r\n'))).message)).toBe('hello\r\nbye\r\n');
  });
});
