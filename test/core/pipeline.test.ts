import { PassThrough, Transform } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  defineFilter,
  defineTransform,
  drop,
  judge,
  leave,
  type Part,
  type PartVerb,
  quarantine,
  raw,
  reject,
  replace,
  tap,
  tempfail,
  through,
  type TransformDefinition,
} from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';

const HEADER = [
  'From: a@example.org',
  'To: b@example.net',
  'Subject: two parts',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="=_x"',
].join('\r\n');

const BODY = [
  'preamble',
  '--=_x',
  'Content-Type: text/plain',
  '',
  'hello',
  'world',
  '--=_x',
  'Content-Type: application/octet-stream; name=a.bin',
  'Content-Transfer-Encoding: base64',
  '',
  'AAECAwQFBgcICQoLDA0ODw==',
  '--=_x--',
  'epilogue',
  '',
].join('\r\n');

const EML = Buffer.from(`${HEADER}\r\n\r\n${BODY}`);
const SIZES = [1, 2, 7, 4096, 65_535];

const onPart = (
  hook: (part: Part) => PartVerb | void | Promise<PartVerb | void>,
  more: Partial<TransformDefinition> = {},
): ReturnType<typeof defineFilter> =>
  defineFilter([defineTransform({ name: 'under-test', onPart: hook, ...more })]);

describe.each(SIZES)('verbs at chunk size %i', (chunkSize) => {
  const play = (filter: ReturnType<typeof defineFilter>) => runFilter(filter, { eml: EML, chunkSize });

  it('passes a message that nobody claims, byte for byte', async () => {
    const seen: string[] = [];
    const result = await play(onPart((part) => void seen.push(`${part.path} ${part.type}`)));
    expect(seen).toEqual(['1 multipart/mixed', '1.1 text/plain', '1.2 application/octet-stream']);
    expect(result.bodyChanged).toBe(false);
    expect(result.headerEdits).toEqual([]);
    expect(result.message.equals(EML)).toBe(true);
    expect(result.parts.map((part) => part.action)).toEqual(['kept', 'kept']);
  });

  it('drops a part with its delimiter', async () => {
    const result = await play(onPart((part) => (part.path === '1.2' ? drop('not wanted') : undefined)));
    expect(result.bodyChanged).toBe(true);
    const expected = BODY.replace(/\r\n--=_x\r\nContent-Type: application[^]*Dw==/, '');
    expect(result.message.toString()).toBe(`${HEADER}\r\n\r\n${expected}`);
    expect(result.parts).toContainEqual({
      path: '1.2',
      type: 'application/octet-stream',
      name: 'a.bin',
      action: 'dropped',
      reason: 'not wanted',
    });
  });

  it('leaves a notice where every part was dropped', async () => {
    const result = await play(onPart((part) => (part.isLeaf ? drop() : undefined)));
    const body = result.message.toString().split('\r\n\r\n').slice(1).join('\r\n\r\n');
    expect(body).toMatch(/^preamble\r\n--=_x\r\nContent-Type: text\/plain; charset=utf-8\r\n/);
    expect(body.match(/--=_x/g)).toHaveLength(2);
    expect(body).toContain('was removed');
  });

  it('replaces a part', async () => {
    const result = await play(
      onPart((part) =>
        part.path === '1.2' ? replace({ content: 'gone: grün', filename: 'notice.txt' }) : undefined,
      ),
    );
    expect(result.message.toString()).toContain(
      [
        '--=_x',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        'Content-Disposition: inline; filename="notice.txt"',
        '',
        'gone: gr=C3=BCn',
        '--=_x--',
      ].join('\r\n'),
    );
  });

  it('replaces the root: content fields change by header commands, the others stay', async () => {
    const result = await play(
      onPart((part) => (part.depth === 1 ? replace({ content: 'nothing left\n' }) : undefined)),
    );
    expect(result.message.toString()).toMatch(/Subject: two parts\r\n/);
    expect(result.message.toString()).toMatch(/Content-Type: text\/plain; charset=utf-8\r\n/);
    expect(result.message.toString().endsWith('\r\n\r\nnothing left\r\n')).toBe(true);
    expect(result.headerEdits.map((edit) => `${edit.kind} ${edit.name}`)).toContain('change Content-Type');
  });

  it('taps decoded content and changes nothing', async () => {
    // Taps settle in their own time.
    const contents = new Map<string, string>();
    const result = await play(
      onPart((part) =>
        part.isLeaf
          ? tap(async (content) => void contents.set(part.path, String(await buffer(content))))
          : undefined,
      ),
    );
    expect(result.bodyChanged).toBe(false);
    expect([...contents.keys()].toSorted()).toEqual(['1.1', '1.2']);
    expect(contents.get('1.1')).toBe('hello\r\nworld');
    expect(contents.get('1.2')).toBe(Buffer.from(Array.from({ length: 16 }, (_, i) => i)).toString());
  });

  it('lets a tap end the message', async () => {
    const result = await play(
      onPart((part) =>
        part.path === '1.2' ? tap(() => reject('infected', { status: '5.7.1' })) : undefined,
      ),
    );
    expect(result.verdict).toEqual({ kind: 'reject', text: 'infected', status: '5.7.1' });
    expect(result.message.equals(EML)).toBe(true);
  });

  it('holds a judged part until it is decided, and what follows it', async () => {
    for (const keep of [true, false]) {
      const order: string[] = [];
      const filter = defineFilter([
        defineTransform({
          name: 'judge',
          onPart: (part) =>
            part.path === '1.1'
              ? judge(async (content) => {
                  const body = await text(content);
                  await new Promise((resolve) => setTimeout(resolve, 5));
                  order.push(`judged ${JSON.stringify(body)}`);
                  return keep ? undefined : drop();
                })
              : undefined,
        }),
        defineTransform({ name: 'behind', onPart: (part) => void order.push(part.path) }),
      ]);
      const result = await play(filter);
      expect(result.bodyChanged).toBe(!keep);
      if (keep) expect(result.message.equals(EML)).toBe(true);
      expect(order).toEqual(['1', 'judged "hello\\r\\nworld"', ...(keep ? ['1.1'] : []), '1.2']);
    }
  });

  it('sends content through a Node stream', async () => {
    const upper = () =>
      new Transform({
        transform(chunk: Buffer, _encoding, callback) {
          setImmediate(() => callback(null, chunk.toString('latin1').toUpperCase()));
        },
      });
    const result = await play(onPart((part) => (part.path === '1.1' ? through(upper) : undefined)));
    expect(result.message.toString()).toContain(
      'Content-Transfer-Encoding: quoted-printable\r\n\r\nHELLO\r\nWORLD\r\n--=_x',
    );
    expect(result.message.toString()).toContain('AAECAwQFBgcICQoLDA0ODw==');
  });

  it('finds that a stream has changed nothing', async () => {
    const result = await play(
      onPart((part) => (part.path === '1.2' ? through(() => new PassThrough()) : undefined)),
    );
    expect(result.bodyChanged).toBe(false);
    expect(result.message.equals(EML)).toBe(true);
  });

  it('gives an editor the encoded bytes', async () => {
    const result = await play(
      onPart((part) =>
        part.path === '1.1'
          ? raw({
              write: (slice, output) => output.pass(slice),
              end: (output) => {
                output.put(Buffer.from('\r\n-- footer'));
                output.report('footer');
              },
            })
          : undefined,
      ),
    );
    expect(result.message.toString()).toBe(EML.toString().replace('world', 'world\r\n-- footer'));
    expect(result.parts[0]).toMatchObject({ path: '1.1', action: 'footer' });
  });

  it('waits for a hook that answers later', async () => {
    const result = await play(
      onPart(async (part) => {
        await new Promise((resolve) => setImmediate(resolve));
        return part.path === '1.1' ? drop() : undefined;
      }),
    );
    expect(result.message.toString()).not.toContain('hello');
    expect(result.message.toString()).toContain('AAECAwQFBgcICQoLDA0ODw==');
  });

  it('gives the message as received to onMessage', async () => {
    let received = '';
    const filter = defineFilter([
      defineTransform({ name: 'strip', onPart: (part) => (part.path === '1.2' ? drop() : undefined) }),
      defineTransform({
        name: 'scan',
        onMessage: () => async (content) => void (received = await text(content)),
      }),
    ]);
    await play(filter);
    expect(received).toBe(EML.toString());
  });
});

describe('what hooks may return', () => {
  it('asks nobody about what is inside a part that was left', async () => {
    const seen: string[] = [];
    await runFilter(
      onPart((part) => {
        seen.push(part.path);
        return leave('not mine');
      }),
      { eml: EML },
    );
    expect(seen).toEqual(['1']);
  });

  it('refuses a verb that only a leaf can have', async () => {
    const result = await runFilter(
      onPart(() => tap(() => undefined)),
      { eml: EML },
    );
    expect(result.verdict).toMatchObject({ kind: 'tempfail', code: 451 });
    expect(String(result.failures[0].error)).toMatch(/tap needs a leaf/);
  });

  it('refuses something that is no verb', async () => {
    const result = await runFilter(
      onPart(() => ({ verb: 'explode' }) as unknown as PartVerb),
      { eml: EML },
    );
    expect(result.verdict.kind).toBe('tempfail');
  });

  it('takes the graver verdict of two, and a quarantine beside accept', async () => {
    const filter = defineFilter([
      defineTransform({ name: 'a', onEnd: () => quarantine('odd') }),
      defineTransform({ name: 'b', onEnd: (msg) => msg.headers.add('X-B', '1') }),
    ]);
    const result = await runFilter(filter, { eml: EML });
    expect(result).toMatchObject({ verdict: { kind: 'accept' }, quarantine: 'odd' });
    expect(result.headerEdits).toEqual([{ kind: 'add', name: 'X-B', value: ' 1' }]);
  });

  it('skips a transform by its condition and by its envelope hook', async () => {
    const seen: string[] = [];
    const filter = defineFilter([
      defineTransform({ name: 'from', when: { from: '*@example.net' }, onEnd: () => void seen.push('from') }),
      defineTransform({ name: 'skip', onEnvelope: () => 'skip', onEnd: () => void seen.push('skip') }),
      defineTransform({
        name: 'runs',
        when: { from: '*@example.org', to: 'b@*' },
        onEnd: () => void seen.push('runs'),
      }),
    ]);
    await runFilter(filter, { eml: EML, from: 'a@example.org', to: 'b@example.com' });
    expect(seen).toEqual(['runs']);
  });

  it('keeps state per message', async () => {
    const filter = defineFilter([
      defineTransform({
        name: 'count',
        state: () => ({ parts: 0 }),
        onPart: (_part, msg) => void msg.state.parts++,
        onEnd: (msg) => msg.headers.set('X-Parts', String(msg.state.parts)),
      }),
    ]);
    for (let i = 0; i < 2; i++) {
      const result = await runFilter(filter, { eml: EML });
      expect(result.message.toString()).toContain('X-Parts: 3\r\n');
    }
  });
});

describe('a transform that fails', () => {
  const boom = new Error('boom');
  const failing = (more: Partial<TransformDefinition>): TransformDefinition => ({
    name: 'failing',
    onPart: (part) => {
      if (part.path === '1.2') throw boom;
    },
    ...more,
  });
  const footer = defineTransform({
    name: 'footer',
    onPart: (part) =>
      part.path === '1.1'
        ? raw({ write: (slice, output) => output.pass(slice), end: (output) => output.put(Buffer.from('!')) })
        : undefined,
  });

  it('tempfails the message unless told otherwise', async () => {
    const result = await runFilter(defineFilter([failing({})]), { eml: EML });
    expect(result.verdict).toMatchObject({ kind: 'tempfail', code: 451, status: '4.3.0' });
    expect(result.failures).toEqual([{ transform: 'failing', error: boom }]);
  });

  it('rejects where that is the policy', async () => {
    const result = await runFilter(defineFilter([failing({ onError: 'reject' })]), { eml: EML });
    expect(result.verdict).toMatchObject({ kind: 'reject', code: 554 });
  });

  it('is bypassed under accept when it has changed nothing: the others go on', async () => {
    const result = await runFilter(defineFilter([failing({ onError: 'accept' }), footer]), { eml: EML });
    expect(result.verdict.kind).toBe('accept');
    expect(result.message.toString()).toBe(EML.toString().replace('world', 'world!'));
  });

  it('has its own edits dropped under accept when nobody else has any', async () => {
    const filter = defineFilter([
      failing({ onError: 'accept', onEnvelope: (msg) => msg.headers.add('X-A', '1') }),
    ]);
    const result = await runFilter(filter, { eml: EML });
    expect(result.verdict.kind).toBe('accept');
    expect(result.headerEdits).toEqual([]);
    expect(result.message.equals(EML)).toBe(true);
  });

  it('tempfails under accept when others have edits as well: never half-changed', async () => {
    const filter = defineFilter([
      footer,
      failing({ onError: 'accept', onEnvelope: (msg) => msg.headers.add('X-A', '1') }),
    ]);
    const result = await runFilter(filter, { eml: EML });
    expect(result.verdict.kind).toBe('tempfail');
  });

  it('passes a held part on when its judge throws', async () => {
    const filter = onPart(
      (part) =>
        part.isLeaf
          ? judge(async (content) => {
              await text(content);
              throw boom;
            })
          : undefined,
      { onError: 'accept' },
    );
    for (const chunkSize of SIZES) {
      const result = await runFilter(filter, { eml: EML, chunkSize });
      expect(result.verdict.kind).toBe('accept');
      expect(result.message.equals(EML)).toBe(true);
    }
  });

  it('fails for each hook there is, and never escapes', async () => {
    const hooks = [
      'onMail',
      'onRcpt',
      'onData',
      'onEnvelope',
      'onMessage',
      'onPart',
      'onEnd',
      'state',
    ] as const;
    for (const hook of hooks) {
      for (const how of ['throws', 'rejects']) {
        const definition = {
          name: hook,
          onEnd: (msg: { state: unknown }) => void msg.state,
          [hook]: () => {
            if (how === 'throws' || hook === 'onMessage' || hook === 'state') throw boom;
            return Promise.reject(boom);
          },
        } as TransformDefinition;
        const result = await runFilter(defineFilter([definition]), { eml: EML, from: 'a@b.c', to: 'd@e.f' });
        expect(`${hook} ${how} ${result.verdict.kind}`).toBe(`${hook} ${how} tempfail`);
      }
    }
  });

  it('does not declare an edit that it makes', async () => {
    const undeclared = defineFilter([
      defineTransform({ name: 'x', edits: [], onEnd: (msg) => msg.headers.add('X-A', '1') }),
    ]);
    const result = await runFilter(undeclared, { eml: EML });
    expect(result.verdict.kind).toBe('tempfail');
    expect(result.failures[0].error).toMatchObject({ code: 'MILLRACE_EDIT_NOT_DECLARED' });
  });
});

describe('deadlines and limits', () => {
  it('tempfails at the deadline when a promise never resolves, in each place that can wait', async () => {
    const never = new Promise<never>(() => {});
    const places: Partial<TransformDefinition>[] = [
      { onEnvelope: () => never },
      { onMessage: () => () => never },
      { onPart: () => never },
      { onPart: (part) => (part.isLeaf ? tap(() => never) : undefined) },
      { onPart: (part) => (part.isLeaf ? judge(() => never) : undefined) },
      { onPart: (part) => (part.isLeaf ? through(() => new Transform({ transform() {} })) : undefined) },
      { onEnd: () => never },
    ];
    for (const place of places) {
      const filter = defineFilter([defineTransform({ name: 'silent', ...place })]);
      const result = await runFilter(filter, { eml: EML, deadline: 20 });
      expect(result.verdict).toMatchObject({ kind: 'tempfail', status: '4.4.7' });
    }
  });

  it('aborts the signal of a message that is given up', async () => {
    let reason: unknown;
    const filter = defineFilter([
      defineTransform({
        name: 'listens',
        onEnd: (msg) =>
          new Promise<undefined>((resolve) =>
            msg.signal.addEventListener('abort', () => resolve(void (reason = msg.signal.reason))),
          ),
      }),
    ]);
    await runFilter(filter, { eml: EML, deadline: 20 });
    expect(reason).toMatchObject({ code: 'MILLRACE_DEADLINE' });
  });

  it.each(['tempfail', 'reject', 'accept'] as const)('answers a limit with %s', async (onLimit) => {
    const pass = defineTransform({ name: 'pass', onPart: () => undefined });
    const reached = [
      { headerBytes: 50 },
      { headerFields: 2 },
      { mimeHeaderBytes: 30 },
      { parts: 2 },
      { depth: 1 },
    ];
    for (const limits of reached) {
      const result = await runFilter(defineFilter([pass], { limits, onLimit }), { eml: EML });
      expect(result.verdict.kind).toBe(onLimit);
      expect(result.message.equals(EML)).toBe(true);
    }
  });
});

it('leaves what a structural limit means to the transforms unless told otherwise', async () => {
  const codes: string[] = [];
  const look = defineTransform({
    name: 'look',
    onPart: () => undefined,
    onEnd: (msg) => void codes.push(...msg.ambiguities.map((ambiguity) => ambiguity.code)),
  });
  const result = await runFilter(defineFilter([look], { limits: { parts: 2 } }), { eml: EML });
  expect(result.verdict.kind).toBe('accept');
  expect(result.message.equals(EML)).toBe(true);
  expect(codes).toContain('too-many-parts');
});

it('a verdict of tempfail ends the message at once', async () => {
  const seen: string[] = [];
  const filter = defineFilter([
    defineTransform({ name: 'a', onEnvelope: () => tempfail('later', { status: '4.7.1' }) }),
    defineTransform({
      name: 'b',
      onEnvelope: () => void seen.push('b'),
      onPart: () => void seen.push('part'),
    }),
  ]);
  const result = await runFilter(filter, { eml: EML });
  expect(result.verdict).toEqual({ kind: 'tempfail', text: 'later', status: '4.7.1' });
  expect(seen).toEqual([]);
});
