import { createHash } from 'node:crypto';
import { PassThrough, Transform } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type MimeNode, Rewriter, type SplitterChunk, Streamer } from 'mailsplit';
import { describe, expect, it } from 'vitest';
import {
  defineFilter,
  defineTransform,
  drop,
  type FilterOptions,
  leave,
  SpoolStore,
} from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { type MailsplitOptions, mailsplitTransform } from '../../src/transforms/mailsplit.ts';
import { CHUNK_SIZES, twoPieceSplits } from '../support/chunks.ts';

const HEADER = [
  'Received: from a.example.org by b.example.net',
  'From: a@example.org',
  'X-Internal: one',
  'X-Internal: two',
  'Subject: a picture',
  ' in two lines',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=outer',
];
const BODY = [
  'preamble',
  '--outer',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<a href="http://example.org/">',
  '</a>',
  '--outer',
  'Content-Type: application/octet-stream',
  'Content-Disposition: attachment; filename=a.bin',
  'Content-Transfer-Encoding: base64',
  '',
  'AAECAwQFBgcICQoLDA0ODw==',
  '--outer',
  'Content-Type: message/rfc822',
  'Content-Disposition: attachment',
  '',
  'Subject: inside',
  'Content-Type: text/html',
  '',
  '<b>http://example.org</b>',
  '--outer--',
  'epilogue',
  '',
];
const lines = (...parts: readonly string[]): Buffer => Buffer.from(parts.join('\r\n'));
const EML = lines(...HEADER, '', ...BODY);

/** What mailsplit's own Splitter and Joiner do not give back as it was, or do not see. */
const ODD = {
  'a header without a blank line': ['--outer', 'Content-Type: text/plain', '--outer--', ''],
  'blanks behind a delimiter': ['--outer  ', '', 'text', '--outer--\t', ''],
  'an inner multipart that is not closed': [
    '--outer',
    'Content-Type: multipart/mixed; boundary=inner',
    '',
    '--inner',
    '',
    'a',
    '--outer',
    '',
    'b',
    '--outer--',
  ],
  'an end in a header': ['--outer', 'Content-Type: text/plain'],
  'no part': ['text', ''],
  'no body': [],
};

const filterOf = (options: Partial<MailsplitOptions>, more: FilterOptions = {}) =>
  defineFilter(
    [
      mailsplitTransform({
        name: 'under-test',
        create: () => new PassThrough({ objectMode: true }),
        ...options,
      }),
    ],
    more,
  );

/** An object-mode Transform from a function that may change a chunk, or take it out. */
const each = (change: (chunk: SplitterChunk) => SplitterChunk | Buffer | undefined) =>
  new Transform({
    objectMode: true,
    transform(chunk: SplitterChunk, _encoding, done) {
      done(null, change(chunk));
    },
  });

const onRoot = (change: (node: MimeNode) => void) =>
  each((chunk) => {
    if (chunk.type === 'node' && chunk.root) change(chunk);
    return chunk;
  });

function secureLinks(): Rewriter {
  const rewriter = new Rewriter((node) => node.contentType === 'text/html');
  rewriter.on('node', ({ decoder, encoder }) => {
    void text(decoder).then((html) => encoder.end(html.replaceAll('http:', 'https:')));
  });
  return rewriter;
}

describe.each(CHUNK_SIZES)('mailsplit streams at chunk size %i', (chunkSize) => {
  it('leave the message as it is when they change nothing', async () => {
    const result = await runFilter(filterOf({}), { eml: EML, chunkSize });
    expect(result).toMatchObject({ verdict: { kind: 'accept' }, bodyChanged: false, headerEdits: [] });
    expect(result.message.equals(EML)).toBe(true);
  });

  it.each(Object.entries(ODD))('leave a message with %s as it is', async (_title, body) => {
    const eml = lines(...HEADER, '', ...body);
    const looking = filterOf({ create: () => [onRoot(() => {}), new Streamer(() => false)] });
    const result = await runFilter(looking, { eml, chunkSize });
    expect(result.failures).toEqual([]);
    expect(result).toMatchObject({ verdict: { kind: 'accept' }, bodyChanged: false, headerEdits: [] });
    expect(result.message.equals(eml)).toBe(true);
  });

  it('hand the text of HTML to a Rewriter', async () => {
    const result = await runFilter(filterOf({ create: secureLinks }), { eml: EML, chunkSize });
    expect(result.verdict.kind).toBe('accept');
    expect(result.bodyChanged).toBe(true);
    expect(result.headerEdits).toEqual([]);
    const message = result.message.toString();
    expect(message).toContain(
      '--outer\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html; charset=utf-8\r\n\r\n' +
        '<a href=3D"https://example.org/">\r\n</a>',
    );
    // All the rest is what it was, the attached message too.
    const rest = (all: string) => all.slice(all.indexOf('\r\n--outer\r\nContent-Type: application'));
    expect(rest(message)).toBe(rest(EML.toString()));
  });

  it('hand attachments to a Streamer', async () => {
    const digests: string[] = [];
    const create = () => {
      const streamer = new Streamer((node) => node.filename === 'a.bin');
      streamer.on('node', ({ decoder, done }) => {
        const hash = createHash('sha256');
        decoder.on('data', (chunk: Buffer) => hash.update(chunk));
        decoder.on('end', () => {
          digests.push(hash.digest('hex'));
          done();
        });
      });
      return streamer;
    };
    const result = await runFilter(filterOf({ create, edits: [] }), { eml: EML, chunkSize });
    expect(digests).toEqual([
      createHash('sha256').update(Buffer.from('AAECAwQFBgcICQoLDA0ODw==', 'base64')).digest('hex'),
    ]);
    expect(result.bodyChanged).toBe(false);
    expect(result.message.equals(EML)).toBe(true);
  });
});

describe('mailsplit objects', () => {
  async function objects(options: Partial<MailsplitOptions>, eml = EML): Promise<string[]> {
    const seen: string[] = [];
    const create = () =>
      each((chunk) => {
        if (chunk.type === 'node') seen.push(`${String(chunk.contentType)} ${JSON.stringify(chunk.partNr)}`);
        else if (seen.at(-1) !== chunk.type) seen.push(chunk.type);
        return chunk;
      });
    const result = await runFilter(filterOf({ create, ...options }), { eml });
    expect(result.failures).toEqual([]);
    expect(result.message.equals(eml)).toBe(true);
    return seen;
  }

  it('show an attached message as content', async () => {
    expect(await objects({})).toEqual([
      'multipart/mixed ["TEXT"]',
      'data',
      'text/html [1]',
      'body',
      'data',
      'application/octet-stream [2]',
      'body',
      'data',
      'message/rfc822 [3]',
      'body',
      'data',
    ]);
  });

  it('show a multipart without a boundary as mailsplit does', async () => {
    const eml = lines('Content-Type: multipart/mixed', '', 'text', '');
    expect(await objects({}, eml)).toEqual(['multipart/mixed ["TEXT"]', 'data']);
  });

  it('show the parts of an inline message, of any but attached ones, or of none, as mailsplit’s options say', async () => {
    const inline = Buffer.from(
      EML.toString().replace('Disposition: attachment\r\n', 'Disposition: inline\r\n'),
    );
    const bare = Buffer.from(EML.toString().replace('Content-Disposition: attachment\r\n', ''));
    const inside = 'text/html [3,"TEXT"]';
    expect(await objects({}, inline)).toContain(inside);
    expect(await objects({}, bare)).not.toContain(inside);
    expect(await objects({ defaultInlineEmbedded: true }, bare)).toContain(inside);
    expect(await objects({ defaultInlineEmbedded: true })).not.toContain(inside);
    expect(await objects({ ignoreEmbedded: true }, inline)).not.toContain(inside);
  });
});

describe('the root header', () => {
  const headerEdits = async (change: (node: MimeNode) => void, eml = EML) => {
    const result = await runFilter(filterOf({ create: () => onRoot(change) }), { eml });
    expect(result.failures).toEqual([]);
    expect(result.bodyChanged).toBe(false);
    return result.headerEdits;
  };

  it('becomes as few edits as need be', async () => {
    expect(await headerEdits((node) => node.headers && node.headers.remove('x-internal'))).toEqual([
      { kind: 'delete', name: 'X-Internal', index: 2 },
      { kind: 'delete', name: 'X-Internal', index: 1 },
    ]);
    expect(await headerEdits((node) => node.headers && node.headers.update('Subject', 'grün'))).toEqual([
      { kind: 'change', name: 'Subject', index: 1, value: ` ${Buffer.from('grün').toString('latin1')}` },
    ]);
    expect(await headerEdits((node) => node.headers && node.headers.add('X-Top', 'new'))).toEqual([
      { kind: 'insert', index: 0, name: 'X-Top', value: ' new' },
    ]);
    expect(await headerEdits((node) => node.headers && node.headers.add('X-End', 'new', 99))).toEqual([
      { kind: 'add', name: 'X-End', value: ' new' },
    ]);
  });

  it('is not changed by what mailsplit does to fields that nobody touched', async () => {
    const eml = lines('X-Odd: a\rb', 'X-Blank : c', 'no field', 'Subject: d', '', 'text', '');
    expect(await headerEdits((node) => node.headers && node.headers.remove('Subject'), eml)).toEqual([
      { kind: 'delete', name: 'Subject', index: 1 },
    ]);
  });

  it('may begin with a Buffer', async () => {
    const create = () => {
      let first = true;
      return each((chunk) => {
        if (!first) return chunk;
        first = false;
        return Buffer.concat([Buffer.from('X-Top: 1\r\n'), (chunk as MimeNode).getHeaders()]);
      });
    };
    const result = await runFilter(filterOf({ create }), { eml: EML });
    expect(result.headerEdits).toEqual([{ kind: 'insert', index: 0, name: 'X-Top', value: ' 1' }]);
    expect(result.bodyChanged).toBe(false);
  });

  it('has the edits of transforms in front, and is seen by those behind', async () => {
    let seen: string[] = [];
    const filter = defineFilter([
      defineTransform({
        name: 'before',
        onPart(part, msg) {
          // While the streams have the header already.
          if (part.path === '1.1') msg.headers.set('X-Before', 'late');
          else if (part.path === '1') msg.headers.set('Subject', 'early');
          return part.path === '1.2' ? drop() : undefined;
        },
      }),
      mailsplitTransform({
        name: 'under-test',
        create: () =>
          onRoot((node) => {
            if (!node.headers) throw new Error('no header');
            node.headers.add('X-Seen', node.headers.getFirst('Subject'));
          }),
      }),
      defineTransform({
        name: 'behind',
        onPart(part, msg) {
          if (part.path === '1') seen = [msg.headers.get('X-Seen') ?? ''];
          else seen.push(part.type);
          return part.isLeaf ? leave() : undefined;
        },
      }),
    ]);
    const result = await runFilter(filter, { eml: EML });
    expect(result.failures).toEqual([]);
    expect(seen).toEqual(['early', 'text/html', 'message/rfc822', 'text/html']);
    expect(result.message.toString()).toMatch(/^X-Seen: early\r\n[^]*\r\nX-Before: late\r\n\r\n/);
    expect(result.message.toString()).not.toContain('application/octet-stream');
  });
});

describe('what is signed', () => {
  const SIGNED = [
    'Content-Type: multipart/signed; boundary=sig',
    '',
    '--sig',
    'Content-Type: text/html',
    '',
    'http:',
    '--sig',
    'Content-Type: application/pgp-signature',
    '',
    'x',
    '--sig--',
  ];
  const inside = lines(
    ...HEADER,
    '',
    '--outer',
    'Content-Type: text/html',
    '',
    'http:',
    '--outer',
    ...SIGNED,
    '--outer--',
    '',
  );
  const whole = lines('Subject: x', ...SIGNED, '');
  const secured = (message: Buffer) => message.toString().split('https:').length - 1;

  it('is kept from streams that may change it', async () => {
    const filter = filterOf({ create: secureLinks });
    expect(secured((await runFilter(filter, { eml: inside })).message)).toBe(1);
    const result = await runFilter(filter, { eml: whole });
    expect(result.bodyChanged).toBe(false);
    expect(result.parts).toContainEqual(expect.objectContaining({ action: 'skipped', reason: 'signed' }));
  });

  it('is shown where that is asked for, and to streams that cannot change a body', async () => {
    const filter = filterOf({ create: secureLinks, onSigned: 'show' });
    expect(secured((await runFilter(filter, { eml: inside })).message)).toBe(2);
    const seen: string[] = [];
    const create = () =>
      each((chunk) => {
        if (chunk.type === 'node') seen.push(String(chunk.contentType));
        return chunk;
      });
    await runFilter(filterOf({ create, edits: ['headers'] }), { eml: whole });
    expect(seen).toEqual(['multipart/signed', 'text/html', 'application/pgp-signature']);
  });
});

describe('streams that fail', () => {
  const outage = new Error('outage');
  const failures: Record<string, () => Transform> = {
    'with an error': () =>
      new Transform({ objectMode: true, transform: (_chunk, _encoding, done) => done(outage) }),
    'with a throw': () =>
      each(() => {
        throw outage;
      }),
    'with a throw in a handler': () => {
      const rewriter = new Rewriter((node) => node.contentType === 'text/html');
      rewriter.on('node', () => {
        throw outage;
      });
      return rewriter as unknown as Transform;
    },
    'in flush': () =>
      new Transform({
        objectMode: true,
        transform: (chunk, _, done) => done(null, chunk),
        flush: (done) => done(outage),
      }),
    'with a throw in flush': () =>
      new Transform({
        objectMode: true,
        transform: (chunk, _, done) => done(null, chunk),
        flush() {
          throw outage;
        },
      }),
    'when they are made': () => {
      throw outage;
    },
    'by closing early': () => {
      const stream = new PassThrough({ objectMode: true });
      stream.once('data', () => stream.destroy());
      return stream;
    },
  };

  it.each(Object.entries(failures))('%s: onError', async (title, create) => {
    const answers: Record<string, string> = {};
    for (const onError of ['tempfail', 'reject', 'accept'] as const) {
      const result = await runFilter(filterOf({ create: () => [create(), secureLinks()] }, { onError }), {
        eml: EML,
      });
      answers[onError] = result.verdict.kind;
      expect(result.bodyChanged).toBe(false);
      expect(result.message.equals(EML)).toBe(true);
      expect(result.failures).toHaveLength(1);
      if (title !== 'by closing early') expect(result.failures[0].error).toBe(outage);
    }
    expect(answers).toEqual({ tempfail: 'tempfail', reject: 'reject', accept: 'accept' });
  });

  it('never drop the edits of another transform', async () => {
    const editing = defineTransform({
      name: 'edits',
      onPart: (part) => (part.path === '1.2' ? drop() : undefined),
    });
    const failing = mailsplitTransform({ name: 'fails', create: failures['in flush'], onError: 'accept' });
    expect((await runFilter(defineFilter([editing, failing]), { eml: EML })).verdict.kind).toBe('tempfail');
  });

  it('by giving nothing back', async () => {
    const result = await runFilter(filterOf({ create: () => each(() => undefined) }), { eml: EML });
    expect(result.verdict.kind).toBe('tempfail');
    expect(String(result.failures[0].error)).toContain('gave back no header');
  });

  it('by changing a body without having declared it', async () => {
    const result = await runFilter(filterOf({ create: secureLinks, edits: ['headers'] }), { eml: EML });
    expect(result.verdict.kind).toBe('tempfail');
    expect(result.failures[0].error).toMatchObject({ code: 'MILLRACE_EDIT_NOT_DECLARED' });
  });

  it('by changing a header without having declared it', async () => {
    const create = () => onRoot((node) => node.headers && node.headers.remove('Subject'));
    const result = await runFilter(filterOf({ create, edits: [] }), { eml: EML });
    expect(result.failures[0].error).toMatchObject({ code: 'MILLRACE_EDIT_NOT_DECLARED' });
  });

  it('by never ending: the deadline ends them', async () => {
    const stuck = new Transform({ objectMode: true, transform() {} });
    const result = await runFilter(filterOf({ create: () => stuck }), { eml: EML, deadline: 50 });
    expect(result.verdict.kind).toBe('tempfail');
    expect(stuck.destroyed).toBe(true);
  });
});

describe('mailsplitTransform', () => {
  it('leaves a message alone that create has no streams for', async () => {
    const result = await runFilter(filterOf({ create: () => undefined }), { eml: EML });
    expect(result.message.equals(EML)).toBe(true);
  });

  it('takes only what it knows', () => {
    const create = () => new PassThrough({ objectMode: true });
    const make = (options: object) => () => mailsplitTransform({ name: 'x', create, ...options });
    expect(make({ create: 1 })).toThrow(/create must be a function/);
    expect(make({ onSigned: 'wrap' })).toThrow(/onSigned/);
    expect(make({ onPart: () => {} })).toThrow(/takes the place/);
    expect(make({ onParts: () => {} })).toThrow(/unknown key/);
  });

  it('gives the same for every way to cut a message in two', async () => {
    const filter = filterOf({ create: secureLinks });
    const eml = lines(...HEADER, '', ...BODY.slice(0, 6), '--outer--', '');
    const whole = await runFilter(filter, { eml });
    for (const pieces of twoPieceSplits(eml)) {
      const processed = await filter.process(
        (async function* () {
          yield* pieces;
        })(),
      );
      const blocks: Buffer[] = [];
      for await (const block of processed.message()) blocks.push(Buffer.from(block));
      processed.dispose();
      expect(Buffer.concat(blocks).toString()).toBe(whole.message.toString());
    }
  });
});

describe('memory', () => {
  const MEGABYTES = 50;
  const line = Buffer.from(`${'QUJD'.repeat(19)}\r\n`);
  const block = Buffer.concat(Array.from({ length: 800 }, () => line));

  async function* large(peak: { bytes: number }): AsyncGenerator<Buffer> {
    yield lines(
      ...HEADER,
      '',
      '--outer',
      'Content-Disposition: attachment',
      'Content-Transfer-Encoding: base64',
      '',
      '',
    );
    for (let sent = 0; sent < MEGABYTES * 1_048_576; sent += block.length) {
      yield Buffer.from(block);
      const { arrayBuffers } = process.memoryUsage();
      peak.bytes = Math.max(peak.bytes, arrayBuffers);
    }
    yield lines('--outer--', '');
  }

  it(
    `does not grow with a message of ${MEGABYTES} MB, however slow the streams`,
    { timeout: 60_000 },
    async () => {
      let decoded = 0;
      const create = () => {
        const streamer = new Streamer((node) => node.disposition === 'attachment');
        streamer.on('node', ({ decoder, done }) => {
          decoder.on('data', (chunk: Buffer) => (decoded += chunk.length));
          decoder.on('end', done);
        });
        // Behind the streamer: each chunk waits for its turn.
        const slow = new Transform({
          objectMode: true,
          transform: (chunk, _encoding, done) => void setImmediate(() => done(null, chunk)),
        });
        return [streamer, slow];
      };
      const before = process.memoryUsage().arrayBuffers;
      const peak = { bytes: 0 };
      const store = new SpoolStore({ memory: 4 * 1_048_576 });
      const processed = await filterOf({ create }).process(large(peak), { openSpool: () => store.open() });
      expect(processed.outcome).toMatchObject({ verdict: { kind: 'accept' }, bodyChanged: false });
      expect(decoded).toBeGreaterThan(0.7 * MEGABYTES * 1_048_576);
      expect(peak.bytes - before).toBeLessThan(45 * 1_048_576);
      processed.dispose();
    },
  );
});

describe('a header with more in its MIME fields than mailsplit should read', () => {
  const name = '=?iso-2022-jp?Q?a?= =?gb18030?Q?a?= '.repeat(500);
  const eml = lines(
    ...HEADER,
    '',
    '--outer',
    `Content-Type: text/plain; name="${name}"`,
    '',
    'text',
    '--outer--',
    '',
  );

  it.each([
    [undefined, undefined, 'tempfail'],
    [undefined, 'accept', 'accept'],
    ['reject', undefined, 'reject'],
    ['reject', 'accept', 'reject'],
    ['accept', 'tempfail', 'accept'],
  ] as const)('is answered as onLimit %s and onError %s say', async (onLimit, onError, kind) => {
    const options = { ...(onLimit && { onLimit }), ...(onError && { onError }) };
    const result = await runFilter(filterOf({ edits: [] }, options), { eml });
    expect(result.verdict.kind).toBe(kind);
    expect(result.failures.map(({ error }) => error)).toMatchObject([{ code: 'MILLRACE_LIMIT' }]);
    expect(result.message.equals(eml)).toBe(true);
  });
});
