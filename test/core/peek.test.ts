import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  type Beginning,
  defineFilter,
  defineTransform,
  drop,
  judge,
  type Part,
  peek,
  type PeekFunction,
  raw,
  reject,
  replace,
  tap,
  type TransformDefinition,
} from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { CHUNK_SIZES } from '../support/chunks.ts';
import { toBase64, toQuoted, toUuencode } from '../support/transfer-encoders.ts';

/** A message of one part of this content in front of another. */
const mail = (content: string, ...fields: string[]) =>
  Buffer.from(
    [
      'From: a@example.org',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="=_x"',
      '',
      '--=_x',
      'Content-Type: application/octet-stream; name=a.bin',
      ...fields,
      '',
      `${content}--=_x`,
      '',
      'hello',
      '--=_x--',
      '',
    ].join('\r\n'),
    'latin1',
  );
const encoded = (encoding: string, content: string) =>
  mail(content, `Content-Transfer-Encoding: ${encoding}`);

const CONTENT = Buffer.from(Array.from({ length: 6000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
const LONG = encoded('base64', toBase64(CONTENT));
const SHORT = encoded('base64', toBase64(CONTENT.subarray(0, 100)));

const peeking = (decide: PeekFunction, more: Partial<TransformDefinition> = {}) =>
  defineTransform({
    name: 'under-test',
    onPart: (part) => (part.path === '1.1' ? peek(decide) : undefined),
    ...more,
  });
const play = (decide: PeekFunction, eml: Buffer, chunkSize?: number, more?: Partial<TransformDefinition>) =>
  runFilter(defineFilter([peeking(decide, more)]), { eml, ...(chunkSize && { chunkSize }) });

const shout = defineTransform({
  name: 'shout',
  onPart: (part) =>
    part.path === '1.2'
      ? raw({
          write: (slice, output) => output.pass(slice),
          end: (output) => output.put(Buffer.from('!')),
        })
      : undefined,
});

/** What is seen of a beginning, at every way to hand the message over. */
async function look(eml: Buffer, sizes: Iterable<number> = CHUNK_SIZES): Promise<Beginning> {
  const seen: Beginning[] = [];
  for (const size of sizes) {
    const result = await play((beginning) => void seen.push(beginning), eml, size);
    expect(result.failures).toEqual([]);
    expect(result.message.equals(eml)).toBe(true);
    expect(result.bodyChanged).toBe(false);
  }
  for (const beginning of seen) expect(beginning).toEqual(seen[0]);
  expect(seen).toHaveLength([...sizes].length);
  return seen[0];
}

describe('the beginning', () => {
  it('is the same however the message comes in', async () => {
    const long = await look(LONG);
    expect(long.content.equals(CONTENT.subarray(0, long.content.length))).toBe(true);
    expect(long.content.length).toBeGreaterThan(1400);
    expect(long).toMatchObject({ others: [], isWhole: false, isScarce: false });
    const short = await look(
      SHORT,
      Array.from({ length: SHORT.length }, (_, at) => at + 1),
    );
    expect(short).toEqual({
      content: CONTENT.subarray(0, 100),
      others: [],
      isWhole: true,
      isScarce: false,
    });
  });

  it('is no more than the window, to the byte', async () => {
    const exact = (size: number) => encoded('8bit', `${'x'.repeat(size)}\r\n`);
    expect(await look(exact(2047))).toMatchObject({ isWhole: true });
    for (const size of [2048, 2049]) {
      const { content, isWhole } = await look(exact(size));
      expect([content.length, isWhole]).toEqual([2048, false]);
    }
  });

  it.each<[string, string]>([
    ['quoted-printable', toQuoted(CONTENT)],
    ['x-uuencode', toUuencode(CONTENT)],
    ['binary', CONTENT.toString('latin1').replace(/[\r\n]/g, 'x')],
  ])('is decoded from %s', async (encoding, content) => {
    const beginning = await look(encoded(encoding, content));
    const expected = encoding === 'binary' ? Buffer.from(content, 'latin1') : CONTENT;
    expect(beginning.content.length).toBeGreaterThanOrEqual(512);
    expect(beginning.content.equals(expected.subarray(0, beginning.content.length))).toBe(true);
    expect(beginning.isScarce).toBe(false);
  });

  it('is that of an empty part, too', async () => {
    expect(await look(mail(''))).toEqual({
      content: Buffer.alloc(0),
      others: [],
      isWhole: true,
      isScarce: false,
    });
  });

  it('is read in each way in which readers decode it', async () => {
    const twice = mail(
      toBase64(CONTENT),
      'Content-Transfer-Encoding: 7bit',
      'Content-Transfer-Encoding: base64',
    );
    const { content, others } = await look(twice);
    expect(content.toString('latin1')).toBe(toBase64(CONTENT).slice(0, 2048));
    expect(others.some((other) => other.length > 1400 && CONTENT.indexOf(other) === 0)).toBe(true);
  });

  it('is scarce where next to nothing of it is content to somebody', async () => {
    const stuffed = encoded('base64', `${'\r\n'.repeat(2000)}${toBase64(CONTENT)}`);
    expect(await look(stuffed)).toMatchObject({ isScarce: true, isWhole: false });
    const twice = mail(
      `${'-'.repeat(4000)}\r\n${toBase64(CONTENT)}`,
      'Content-Transfer-Encoding: 7bit',
      'Content-Transfer-Encoding: base64',
    );
    expect(await look(twice)).toMatchObject({ isScarce: true, isWhole: false });
  });
});

describe.each(CHUNK_SIZES)('the answer at chunk size %i', (chunkSize) => {
  it.each([LONG, SHORT])('may take the part out (%#)', async (eml) => {
    const dropped = await play(() => drop('seen'), eml, chunkSize);
    const kept = dropped.message.toString('latin1');
    expect(kept).not.toContain('a.bin');
    expect(kept).toContain('hello');
    expect(dropped.parts).toContainEqual(
      expect.objectContaining({ path: '1.1', action: 'dropped', reason: 'seen' }),
    );
    const replaced = await play(() => replace({ content: 'gone' }), eml, chunkSize);
    expect(replaced.message.toString('latin1')).toMatch(/\r\ngone\r\n--=_x\r\n\r\nhello\r\n/);
  });

  it.each([LONG, SHORT])('may claim the whole part (%#)', async (eml) => {
    const read: string[] = [];
    const reading = async (content: AsyncIterable<Buffer>) => void read.push(await text(content));
    const bytes: number[] = [];
    const editor = (part: Part) => ({
      write(slice: Buffer, output: { pass(slice: Buffer): void }) {
        bytes.push(slice.length);
        output.pass(slice);
      },
      end: (output: { put(slice: Buffer): void }) => output.put(Buffer.from(part.path)),
    });
    expect((await play(() => tap(reading), eml, chunkSize)).message.equals(eml)).toBe(true);
    expect((await play(() => judge(reading), eml, chunkSize)).message.equals(eml)).toBe(true);
    const edited = await play((_, part) => raw(editor(part)), eml, chunkSize);
    const content = CONTENT.subarray(0, eml === SHORT ? 100 : undefined);
    expect(read).toEqual([content.toString(), content.toString()]);
    expect(bytes.reduce((sum, size) => sum + size)).toBe(toBase64(content).length - 2);
    expect(edited.message.toString('latin1')).toContain('1.1\r\n--=_x\r\n\r\nhello');
  });

  it('may be a verdict', async () => {
    const { verdict } = await play(() => reject('no', { status: '5.7.1' }), LONG, chunkSize);
    expect(verdict).toMatchObject({ kind: 'reject', text: 'no' });
  });

  it.each([LONG, SHORT])('may fail, and the part goes on as it came (%#)', async (eml) => {
    const boom = () => {
      throw new Error('boom');
    };
    // What comes out is what has gone through the stages, since another one changes something.
    const filter = defineFilter([peeking(boom, { onError: 'accept' }), shout]);
    const result = await runFilter(filter, { eml, chunkSize });
    expect(result.failures).toHaveLength(1);
    expect(result.verdict.kind).toBe('accept');
    expect(result.message.toString('latin1')).toBe(eml.toString('latin1').replace('hello', 'hello!'));
    expect((await play(boom, eml, chunkSize)).verdict.kind).toBe('tempfail');
  });

  it.each<[string, unknown]>([
    ['peek', peek(() => {})],
    ['a promise', Promise.resolve()],
  ])('is not %s', async (_, answer) => {
    const result = await play((() => answer) as PeekFunction, LONG, chunkSize, { onError: 'accept' });
    expect(result.failures[0]?.error).toMatchObject({ code: 'MILLRACE_VERB' });
    expect(result.message.equals(LONG)).toBe(true);
  });

  it('may be nothing', async () => {
    const { message } = await runFilter(defineFilter([peeking(() => {}), shout]), { eml: LONG, chunkSize });
    expect(message.toString('latin1')).toBe(LONG.toString('latin1').replace('hello', 'hello!'));
  });

  it('is seen by the transforms behind', async () => {
    const paths: string[] = [];
    const behind = defineTransform({ name: 'behind', onPart: (part) => void paths.push(part.path) });
    const filter = defineFilter([peeking(() => drop()), behind]);
    await runFilter(filter, { eml: LONG, chunkSize });
    expect(paths).toEqual(['1', '1.2']);
  });

  it('counts for a message that is one leaf', async () => {
    const eml = Buffer.from(`From: a@example.org\r\n\r\n${'line\r\n'.repeat(1000)}`);
    const whole = (answer: PeekFunction) =>
      runFilter(defineFilter([defineTransform({ name: 'root', onPart: () => peek(answer) })]), {
        eml,
        chunkSize,
      });
    expect((await whole(() => undefined)).message.equals(eml)).toBe(true);
    expect((await whole(() => drop())).message.toString()).toContain('was removed');
  });
});

it('needs a leaf', async () => {
  const filter = defineFilter([defineTransform({ name: 'root', onPart: () => peek(() => {}) })]);
  const { failures } = await runFilter(filter, { eml: LONG });
  expect(failures[0]?.error).toMatchObject({ code: 'MILLRACE_VERB' });
});

it.each([512, 700])(
  'of a transform that has failed meanwhile does nothing, %i bytes at a time',
  async (chunkSize) => {
    let asked = 0;
    const content = ` --=_x\r\nContent-Type: text/plain\r\n\r\n${'hidden\r\n'.repeat(1000)}`;
    const eml = mail(content, 'Content-Transfer-Encoding: 8bit');
    const onReading = (): never => {
      throw new Error('a bug');
    };
    const decide = (): ReturnType<typeof drop> => {
      asked++;
      return drop();
    };
    const result = await play(decide, eml, chunkSize, { onError: 'accept', onReading });
    expect(asked).toBe(1);
    expect(result.verdict.kind).toBe('accept');
    expect(result.message.equals(eml)).toBe(true);
  },
);
