import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  defineFilter,
  defineTransform,
  drop,
  judge,
  type Part,
  type PartVerb,
  raw,
  replace,
  tap,
  type TransformDefinition,
  wrap,
} from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { CHUNK_SIZES } from '../support/chunks.ts';
import { scanMessage, type Scanned } from '../support/scan.ts';

const BOUNDARY = /[0-9a-f]{16}=_[0-9a-f]{16}/g;

/** Fields in unusual shapes, which must arrive as they are. */
const TYPE =
  'content-TYPE:  multipart/signed; micalg=pgp-sha256;\r\n\tprotocol="application/pgp-signature" ;  boundary="in\\ner"\r\n';
const SIGNED_BODY = [
  'preamble',
  '--inner',
  'Content-Type: text/plain',
  '',
  'signed  ',
  '--inner',
  'Content-Type: application/pgp-signature',
  '',
  'signature',
  '--inner--',
  'epilogue',
  '',
].join('\r\n');
const SIGNED = `Subject: hi\r\n${TYPE}X-After: 1\r\n\r\n${SIGNED_BODY}`;

const PKCS7 = 'Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n';
const BASE64 = 'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=smime.p7m\r\n';
const OPAQUE = `MIME-Version: 1.0\r\n${PKCS7}Subject: hi\r\n${BASE64}\r\nb3BhcXVl\r\n`;

const NOTE = [
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  'Content-Disposition: inline',
  '',
  '',
].join('\r\n');

type OnPart = (part: Part) => PartVerb | void | Promise<PartVerb | void>;

const transform = (name: string, onPart: OnPart, more: Partial<TransformDefinition> = {}) =>
  defineTransform({ name, onPart, ...more });

const wrapping = (text: string) =>
  transform('wrapping', (part) => (part.depth === 1 ? wrap({ content: text }) : undefined));

async function run(eml: string, transforms: TransformDefinition[], chunkSize = 65_535) {
  const result = await runFilter(defineFilter(transforms), { eml: Buffer.from(eml, 'latin1'), chunkSize });
  const text = result.message.toString('latin1').replaceAll(BOUNDARY, 'NEW');
  return { ...result, text };
}

/** The message with the fields of the old root in front of the given body. */
const wrapped = (header: string, moved: string, body: string, ...notes: string[]) =>
  `${header}\r\n--NEW\r\n${moved}\r\n${body}${notes.map((note) => `\r\n--NEW\r\n${NOTE}${note}`).join('')}\r\n--NEW--\r\n`;

const NEW_TYPE = 'multipart/mixed; boundary="NEW"\r\n';
const SIGNED_WRAPPED = wrapped(
  `Subject: hi\r\ncontent-TYPE: ${NEW_TYPE}X-After: 1\r\nMIME-Version: 1.0\r\n`,
  TYPE,
  SIGNED_BODY,
  'note',
);
const OPAQUE_HEADER = `MIME-Version: 1.0\r\nContent-Type: ${NEW_TYPE}Subject: hi\r\n`;

describe('wrap', () => {
  it('keeps a multipart root byte for byte, its fields and its content', async () => {
    const { text, failures, parts } = await run(SIGNED, [wrapping('note')]);
    expect(failures).toEqual([]);
    expect(text).toBe(SIGNED_WRAPPED);
    expect(parts[0]).toEqual({ path: '1', type: 'multipart/signed', action: 'wrapped' });
  });

  it('keeps a leaf root byte for byte', async () => {
    const { text, headerEdits } = await run(OPAQUE, [wrapping('note')]);
    expect(text).toBe(wrapped(OPAQUE_HEADER, PKCS7 + BASE64, 'b3BhcXVl\r\n', 'note'));
    expect(headerEdits.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'change Content-Type',
      'delete Content-Disposition',
      'delete Content-Transfer-Encoding',
    ]);
  });

  it.each(CHUNK_SIZES)('is the same at chunk size %i', async (chunkSize) => {
    expect((await run(SIGNED, [wrapping('note')], chunkSize)).text).toBe(SIGNED_WRAPPED);
  });

  it('is the same wherever the body is cut', async () => {
    for (let at = 1; at < SIGNED_BODY.length; at++)
      expect((await run(SIGNED, [wrapping('note')], at)).text).toBe(SIGNED_WRAPPED);
  });

  it('keeps fields as an MTA hands them over, folded by LF', async () => {
    const filter = defineFilter([wrapping('note')]);
    const { body, outcome } = filter.open({
      headers: [['content-TYPE', TYPE.slice(13, -2).replace('\r', '')]],
    });
    body.end(SIGNED_BODY);
    const text = (await buffer(body)).toString().replaceAll(BOUNDARY, 'NEW');
    expect(text).toBe(SIGNED_WRAPPED.slice(SIGNED_WRAPPED.indexOf('--NEW')));
    expect((await outcome).headerEdits).toMatchObject([
      { kind: 'change', name: 'content-TYPE', index: 1 },
      { kind: 'add', name: 'MIME-Version' },
    ]);
  });

  it('keeps the end of the content as it is', async () => {
    for (const body of [
      '',
      'x',
      'x\r\n',
      'x\r\n\r\n',
      'x\r',
      '--inner',
      '--inner--',
      '--inner\r\n\r\nopen',
    ]) {
      const { text } = await run(`${TYPE}\r\n${body}`, [wrapping('note')]);
      expect(text).toBe(wrapped(`content-TYPE: ${NEW_TYPE}MIME-Version: 1.0\r\n`, TYPE, body, 'note'));
    }
  });

  it.each([
    '--inner--\r',
    '--inner-- \t\r',
    '--inner\r\n\r\nx\r\n--inner--\r',
    '--inner\r\n\r\nx\r\n--inner\r',
  ])('completes the line end of a last delimiter, which would be none: %j', async (body) => {
    const header = `content-TYPE: ${NEW_TYPE}MIME-Version: 1.0\r\n`;
    const tree = ({ parts }: Scanned) => parts.map(({ path }) => path);
    for (const chunkSize of [1, 2, 7, 65_535]) {
      const { text } = await run(`${TYPE}\r\n${body}`, [wrapping('note')], chunkSize);
      expect(text).toBe(wrapped(header, TYPE, `${body}\n`, 'note'));
      const inside = tree(scanMessage(`${TYPE}\r\n${body}`)).map((path) => path.replace('1', '1.1'));
      expect(tree(scanMessage(text))).toEqual(['1', ...inside, '1.2']);
    }
  });

  it('completes no line end of what is content, or no delimiter', async () => {
    const eml = `${PKCS7}\r\n--inner--`;
    for (const end of ['\r', ' \r', '\r\n--x--\r']) {
      const { text } = await run(eml + end, [wrapping('note')], 1);
      expect(text).toContain(`--inner--${end}\r\n--NEW`);
    }
    for (const end of [
      '\r\n',
      'x\r',
      '\r\r',
      `${' '.repeat(2000)}\r`,
      ' \rx',
      '\r\n\r',
      '\r\n----\r',
      '\r\n --inner--\r',
    ]) {
      for (const size of [1, 6, 7, 8, 9, 300, 65_535]) {
        const { text } = await run(`${TYPE}\r\n--inner--${end}`, [wrapping('note')], size);
        expect(text).toContain(`--inner--${end}\r\n--NEW`);
      }
    }
  });

  it('takes a header that was cut off', async () => {
    for (const end of ['', '\r\n']) {
      const { text } = await run(`${TYPE.trimEnd()}${end}`, [wrapping('note')]);
      expect(text).toBe(wrapped(`content-TYPE: ${NEW_TYPE}MIME-Version: 1.0\r\n`, TYPE, '', 'note'));
    }
  });

  it('moves all fields of one name', async () => {
    const twice = 'Content-Type: multipart/signed; boundary=a\r\nContent-Type: text/plain\r\n';
    const { text } = await run(`${twice}\r\nx\r\n`, [wrapping('note')]);
    expect(text).toBe(wrapped(`Content-Type: ${NEW_TYPE}MIME-Version: 1.0\r\n`, twice, 'x\r\n', 'note'));
  });

  it('says of the new multipart that it is 8bit or binary when the root is (RFC 2045 section 6.4)', async () => {
    for (const [encoding, stays] of [
      ['7bit', false],
      ['8bit', true],
      ['BINARY', true],
      ['base64', false],
    ] as const) {
      const field = `Content-Transfer-Encoding: ${encoding}\r\n`;
      const { text } = await run(`MIME-Version: 1.0\r\n${field}${PKCS7}\r\nx\r\n`, [wrapping('note')]);
      const header = `MIME-Version: 1.0\r\n${stays ? field : ''}Content-Type: ${NEW_TYPE}`;
      expect(text).toBe(wrapped(header, field + PKCS7, 'x\r\n', 'note'));
    }
  });

  it('uses another boundary each time, unlike a short one inside', async () => {
    const boundaries = new Set<string>();
    for (let i = 0; i < 64; i++) {
      const inner = (i % 16).toString(16);
      const { message } = await run(
        `Content-Type: multipart/signed; boundary=${inner}\r\n\r\n--${inner}--\r\n`,
        [wrapping('note')],
      );
      const boundary = message.toString().match(BOUNDARY)![0];
      expect(boundary.startsWith(inner) || boundary.endsWith(inner)).toBe(false);
      boundaries.add(boundary);
    }
    expect(boundaries.size).toBe(64);
  });

  it('of two transforms puts one part behind the other', async () => {
    const { text, failures } = await run(OPAQUE, [wrapping('one'), wrapping('two')]);
    expect(failures).toEqual([]);
    expect(text).toBe(wrapped(OPAQUE_HEADER, PKCS7 + BASE64, 'b3BhcXVl\r\n', 'one', 'two'));
  });

  it('waits for a hook that answers later', async () => {
    const later = transform('later', async (part) => {
      await new Promise(setImmediate);
      return part.depth === 1 ? wrap({ content: 'note' }, 'because') : undefined;
    });
    const { text, parts } = await run(SIGNED, [later], 7);
    expect(text).toBe(SIGNED_WRAPPED);
    expect(parts[0]).toMatchObject({ path: '1', action: 'wrapped', reason: 'because' });
  });

  it('is the same in front of a barrier and behind it', async () => {
    const when = { verdict: 'clean' };
    const late = transform('late', () => undefined, { when });
    for (const eml of [SIGNED, OPAQUE]) {
      const { text } = await run(eml, [wrapping('note')]);
      expect((await run(eml, [late, { ...wrapping('note'), when }], 7)).text).toBe(text);
      expect((await run(eml, [wrapping('note'), late], 7)).text).toBe(text);
    }
  });

  it('asks about nothing inside', async () => {
    const asked: string[] = [];
    await run(SIGNED, [transform('asks', (part) => (asked.push(part.path), wrap({ content: 'note' })))]);
    expect(asked).toEqual(['1']);
  });

  it('is for the root only, and declared', async () => {
    const inner = transform('inner', (part) => (part.depth > 1 ? wrap({ content: 'note' }) : undefined));
    const undeclared = transform('undeclared', () => wrap({ content: 'note' }), { edits: ['body'] });
    const wrongType = transform('wrong-type', () => wrap({ type: 'plain', content: 'note' }));
    for (const [wrong, code] of [
      [inner, 'MILLRACE_VERB'],
      [undeclared, 'MILLRACE_EDIT_NOT_DECLARED'],
      [wrongType, 'MILLRACE_VERB'],
    ] as const) {
      const { failures, verdict, message } = await run(SIGNED, [wrong]);
      expect(failures).toMatchObject([{ error: { code } }]);
      expect(verdict.kind).toBe('tempfail');
      expect(message.toString()).toBe(SIGNED);
    }
  });

  it('is taken back with everything else when its transform fails later under accept', async () => {
    const failing = transform(
      'failing',
      (part) => (part.depth === 1 ? wrap({ content: 'note' }) : undefined),
      {
        onError: 'accept',
        onEnd: () => {
          throw new Error('late');
        },
      },
    );
    const { message, verdict, bodyChanged, headerEdits } = await run(SIGNED, [failing]);
    expect({ verdict, bodyChanged, headerEdits }).toEqual({
      verdict: { kind: 'accept' },
      bodyChanged: false,
      headerEdits: [],
    });
    expect(message.toString()).toBe(SIGNED);
  });
});

/** What a transform sees of a part. */
const view = ({ path, type, transferEncoding, filename, protection, ambiguities }: Part) => ({
  path,
  type,
  transferEncoding,
  filename,
  protection,
  codes: ambiguities.map(({ code }) => code),
});

describe('a wrapped message, for the other transforms', () => {
  it.each([SIGNED, OPAQUE])(
    'looks as it was received, in front of the wrapping one and behind it',
    async (eml) => {
      const views = async (build: (looker: TransformDefinition) => TransformDefinition[]) => {
        const seen: unknown[] = [];
        const parts: Part[] = [];
        const looker = transform(
          'looker',
          (part) => {
            parts.push(part);
            seen.push(view(part));
          },
          { edits: [], onEnd: () => void seen.push(...parts.map(view)) },
        );
        await run(eml, build(looker), 1);
        return seen;
      };
      const alone = await views((looker) => [looker]);
      expect(alone).toHaveLength(eml === SIGNED ? 6 : 2);
      expect(alone[0]).toMatchObject({ protection: 'signed' });
      expect(await views((looker) => [looker, wrapping('note')])).toEqual(alone);
      expect(await views((looker) => [wrapping('note'), looker])).toEqual(alone);
    },
  );

  it('is read as it was, without the wrapper and the part behind', async () => {
    for (const verb of [tap, judge]) {
      for (const order of [0, 1]) {
        const contents: string[] = [];
        const reader = transform('reader', (part) =>
          part.isLeaf
            ? verb(async (content) => void contents.push((await buffer(content)).toString()))
            : undefined,
        );
        const pipeline = [wrapping('note'), reader];
        const { text } = await run(OPAQUE, order === 0 ? pipeline : pipeline.toReversed(), 2);
        expect(contents).toEqual(['opaque']);
        expect(text).toBe(wrapped(OPAQUE_HEADER, PKCS7 + BASE64, 'b3BhcXVl\r\n', 'note'));
      }
    }
  });

  it('has the moved fields in the root and the new ones in the message', async () => {
    const seen: unknown[] = [];
    const looker = defineTransform({
      name: 'looker',
      onPart: (part, msg) =>
        void seen.push(
          [...part.headers].map(({ name }) => name),
          msg.headers.get('Content-Type')?.slice(0, 15),
        ),
    });
    await run(OPAQUE, [wrapping('note'), looker]);
    expect(seen).toEqual([
      ['Content-Type', 'Content-Transfer-Encoding', 'Content-Disposition'],
      'multipart/mixed',
    ]);
  });

  it('may have its root replaced, inside the wrapper', async () => {
    const notice = `${NOTE.replace('\r\n\r\n', '\r\nMIME-Version: 1.0\r\n\r\n')}gone\r\n`;
    const replacing: [string, OnPart][] = [
      ['at once', () => replace({ content: 'gone' })],
      ['when it was read', () => judge(() => replace({ content: 'gone' }))],
    ];
    for (const [name, onPart] of replacing) {
      const { text, failures } = await run(OPAQUE, [wrapping('note'), transform(name, onPart)]);
      expect(failures).toEqual([]);
      const [moved, body] = [notice.slice(0, notice.indexOf('\r\n\r\n') + 2), 'gone\r\n'];
      expect(text).toBe(wrapped(OPAQUE_HEADER, moved, body, 'note'));
    }
  });

  it('may lose a part inside', async () => {
    const { text } = await run(SIGNED, [
      wrapping('note'),
      transform('dropping', (part) => (part.path === '1.2' ? drop() : undefined)),
    ]);
    const body = SIGNED_BODY.replace(/\r\n--inner\r\n[^]*signature(?=\r\n--inner--)/, (found) =>
      found.slice(0, found.lastIndexOf('\r\n--inner\r\n')),
    );
    expect(body).not.toContain('signature');
    expect(text).toBe(SIGNED_WRAPPED.replace(SIGNED_BODY, body));
  });

  it('takes an edit of the root as long as it has not gone on, and no later one', async () => {
    const early = transform('early', (part) => part.headers.set('Content-Disposition', 'inline'));
    expect((await run(OPAQUE, [wrapping('note'), early])).text).toContain(
      'Content-Disposition: inline\r\n\r\nb3BhcXVl',
    );
    const late = transform('late', (part) =>
      raw({
        write: (slice, output) => output.pass(slice),
        end: () => part.headers.set('Content-Disposition', 'inline'),
      }),
    );
    const { verdict, failures, message } = await run(OPAQUE, [wrapping('note'), late]);
    expect(failures).toMatchObject([{ error: { code: 'MILLRACE_TOO_LATE' } }]);
    expect(verdict.kind).toBe('tempfail');
    expect(message.toString()).toBe(OPAQUE);
  });
});
