import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { defineFilter } from '../../../src/core/filter.ts';
import { defineTransform } from '../../../src/core/transform.ts';
import { runFilter } from '../../../src/testing/run-filter.ts';
import {
  type ScanInfo,
  type Scanner,
  type ScanResult,
  virusScan,
  type VirusScanOptions,
} from '../../../src/transforms/index.ts';
import { EICAR } from '../../support/eicar.ts';
import { type FakeBehaviour, FakeClamd, type FakeScan } from '../../support/fake-clamd.ts';

const crlf = (...lines: string[]) => `${lines.join('\r\n')}\r\n`;
const TEXT = crlf('Content-Type: text/plain', '', 'Hello');
const attachment = (content: Buffer | string, name = 'a.bin') =>
  crlf(
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    Buffer.from(content).toString('base64'),
  );
const multipart = (subtype: string, parts: readonly string[], preamble = '') =>
  `Content-Type: multipart/${subtype}; boundary="edge"\r\n\r\n${preamble}` +
  parts.map((part) => `--edge\r\n${part}`).join('') +
  '--edge--\r\n';
const message = (body: string, ...fields: string[]) =>
  Buffer.from(crlf('From: a@example.org', 'Subject: test', ...fields, 'MIME-Version: 1.0') + body, 'latin1');
const mixed = (...parts: string[]) => message(multipart('mixed', parts));

const CLEAN = mixed(TEXT, attachment('harmless'));
const INFECTED = mixed(TEXT, attachment(EICAR, 'bad.com'), attachment('harmless'));

const run = (options: VirusScanOptions, eml: Buffer, chunkSize?: number) =>
  runFilter(defineFilter([virusScan(options)]), { eml, ...(chunkSize === undefined ? {} : { chunkSize }) });

/** A scanner that says what the test wants, after it has read everything, or before. */
class TestScanner implements Scanner {
  readonly seen: { info: ScanInfo; content: string }[] = [];
  atWork = 0;
  mostAtWork = 0;
  readonly #answer: (info: ScanInfo, content: string) => ScanResult | Promise<ScanResult>;

  constructor(answer: (info: ScanInfo, content: string) => ScanResult | Promise<ScanResult>) {
    this.#answer = answer;
  }

  async scan(content: Readable, info: ScanInfo): Promise<ScanResult> {
    this.mostAtWork = Math.max(this.mostAtWork, ++this.atWork);
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString('latin1');
    this.seen.push({ info, content: text });
    const result = await this.#answer(info, text);
    this.atWork--;
    return result;
  }
}

const clean: ScanResult = { kind: 'clean' };
const answers = (whole: ScanResult, part: ScanResult) =>
  new TestScanner((info) => (info.what === 'message' ? whole : part));

describe('a clean message', () => {
  it('passes as it is', async () => {
    const result = await run({}, CLEAN);
    expect(result).toMatchObject({
      verdict: { kind: 'accept' },
      bodyChanged: false,
      headerEdits: [],
      notes: [],
    });
    expect(result.quarantine).toBeUndefined();
    expect(result.message.equals(CLEAN)).toBe(true);
  });

  it('is scanned as it was received and in each of its decoded leaves', async () => {
    const scanner = answers(clean, clean);
    await run({ engine: scanner, maxSize: 1000 }, CLEAN, 7);
    expect(scanner.seen.toSorted((a, b) => b.content.length - a.content.length)).toEqual([
      { info: { what: 'message', maxSize: 1000 }, content: CLEAN.toString() },
      { info: { what: 'part', name: 'a.bin', maxSize: 1000 }, content: 'harmless' },
      { info: { what: 'part', maxSize: 1000 }, content: 'Hello' },
    ]);
  });

  it('is scanned as it was received, whatever transforms in front have done', async () => {
    const scanner = answers(clean, clean);
    const edit = defineTransform({
      name: 'edit',
      onEnvelope: (msg) => msg.headers.set('Subject', 'changed'),
    });
    await runFilter(defineFilter([edit, virusScan({ engine: scanner })]), { eml: CLEAN });
    expect(scanner.seen.some(({ content }) => content === CLEAN.toString())).toBe(true);
  });

  it('is scanned with two streams at a time, no more', async () => {
    const scanner = new TestScanner(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return clean;
    });
    await run({ engine: scanner }, mixed(...Array.from({ length: 20 }, (_, n) => attachment(`file ${n}`))));
    expect(scanner.seen).toHaveLength(21);
    expect(scanner.mostAtWork).toBe(2);
  });
});

describe('an infected message', () => {
  const text = 'message contains a virus (Eicar-Test-Signature)';

  it.each([1, 2, 7, 4096, 65_535])('is rejected, in chunks of %i', async (size) => {
    const result = await run({}, INFECTED, size);
    expect(result.verdict).toEqual({ kind: 'reject', status: '5.7.1', text });
    expect(result.notes).toEqual(['virus-scan: infected Eicar-Test-Signature']);
  });

  it.each([
    ['in a text', message(crlf('Content-Type: text/plain', '', EICAR.toString()))],
    [
      'in quoted-printable',
      message(
        crlf(
          'Content-Transfer-Encoding: quoted-printable',
          '',
          EICAR.toString().replaceAll('=', '=3D').replace('EICAR', '=45IC=\r\nAR'),
        ),
      ),
    ],
    [
      'inside of an attached message',
      mixed(TEXT, `Content-Type: message/rfc822\r\n\r\n${INFECTED.toString().replaceAll('edge', 'inner')}`),
    ],
    ['in the preamble', message(multipart('mixed', [TEXT], crlf(EICAR.toString())))],
    ['in a header field', message(TEXT, `X-File: ${EICAR.toString()}`)],
  ])('is rejected for what is %s', async (_, eml) => {
    expect((await run({}, eml)).verdict.kind).toBe('reject');
  });

  it('is discarded', async () => {
    expect((await run({ onInfected: 'discard' }, INFECTED)).verdict).toEqual({ kind: 'discard' });
  });

  it('is held', async () => {
    const result = await run({ onInfected: 'quarantine' }, INFECTED);
    expect(result).toMatchObject({
      verdict: { kind: 'accept' },
      quarantine: 'virus Eicar-Test-Signature',
      bodyChanged: false,
    });
  });

  it('is tagged, and such fields from outside are gone', async () => {
    const forged = message(multipart('mixed', [attachment(EICAR)]), 'X-Virus: none');
    const result = await run({ onInfected: 'tag' }, forged);
    expect(result.message.toString().match(/^X-Virus:.*$/gm)).toEqual([
      'X-Virus: infected Eicar-Test-Signature',
    ]);
    const harmless = await run({ onInfected: 'tag' }, message(TEXT, 'X-Virus: clean', 'x-virus: clean'));
    expect(harmless.message.toString()).not.toMatch(/X-Virus/i);
    const untouched = await run({}, message(TEXT, 'X-Virus: clean'));
    expect(untouched.headerEdits).toEqual([]);
  });

  it('shows the name of the virus only in letters that do no harm', async () => {
    const scanner = answers({ kind: 'infected', name: 'Bad\r\nX-Forged: <yes>' }, clean);
    const { verdict, notes } = await run({ engine: scanner }, CLEAN);
    expect(verdict).toMatchObject({ text: 'message contains a virus (Bad__X-Forged___yes_)' });
    expect(notes).toEqual(['virus-scan: infected Bad__X-Forged___yes_']);
  });
});

describe('an infected leaf that is to be stripped', () => {
  const strip = { onInfected: 'strip' } as const;

  it('is replaced by a notice, and the rest stays', async () => {
    const result = await run(strip, INFECTED);
    const [before, behind] = INFECTED.toString().split(attachment(EICAR, 'bad.com'));
    const text = result.message.toString().replaceAll('=\r\n', '').replaceAll('=22', '"');
    expect(result.verdict.kind).toBe('accept');
    expect(text).toContain(
      'The attachment "bad.com" was removed because it contained a virus (Eicar-Test-Signature).',
    );
    expect(result.message.toString().startsWith(before)).toBe(true);
    expect(result.message.toString().endsWith(behind)).toBe(true);
    expect(result.parts).toContainEqual(
      expect.objectContaining({ path: '1.2', action: 'replaced', reason: 'infected Eicar-Test-Signature' }),
    );
  });

  it.each([1, 7, 4096])('gives the same message in chunks of %i', async (size) => {
    const whole = await run(strip, INFECTED);
    expect((await run(strip, INFECTED, size)).message.equals(whole.message)).toBe(true);
  });

  it('is the whole message', async () => {
    const result = await run(strip, message(attachment(EICAR)));
    expect(result.verdict.kind).toBe('accept');
    expect(result.message.toString()).toContain('was removed because');
    expect(result.message.toString()).not.toContain('base64');
  });

  it('is stripped as well for what one of several ways to decode it gives, whatever became of the others', async () => {
    const eicar = EICAR.toString('base64');
    const embedded = crlf(
      'Content-Type: text/plain; name=a.txt',
      '',
      `${eicar}\r\n${'and more\r\n'.repeat(9)}`,
    );
    const twice = crlf('Content-Transfer-Encoding: 7bit', 'Content-Transfer-Encoding: base64', '', eicar);
    for (const leaf of [embedded, twice]) {
      const result = await run({ ...strip, onAmbiguous: 'note' }, mixed(leaf, TEXT));
      expect(result.verdict).toEqual({ kind: 'accept' });
      expect(result.notes.filter((note) => note.includes('unavailable'))).toEqual([]);
      expect(result.message.toString()).toContain('was removed because');
      expect(result.message.toString()).not.toContain(eicar);
    }
  });

  it('does not make good for another infection that only some readers find', async () => {
    const hidden = (content: string) =>
      ` --edge\r\n${crlf('Content-Type: a/b', 'Content-Transfer-Encoding: base64', '', btoa(content))}`;
    const holder = crlf('Content-Type: a/b', 'Content-Transfer-Encoding: binary', '', 'x');
    const engine = new TestScanner(({ what }, content) => {
      const name = what === 'part' ? /virus-./.exec(content)?.[0] : undefined;
      return name === undefined ? { kind: 'clean' } : { kind: 'infected', name };
    });
    const options = { ...strip, engine, onAmbiguous: 'note' } as const;
    const gone = attachment('virus-a');
    const one = await run(options, mixed(gone, holder + hidden('virus-a')));
    expect(one.verdict.kind).toBe('accept');
    const two = await run(options, mixed(gone, holder + hidden('virus-a') + hidden('virus-b')));
    expect(two.verdict).toMatchObject({ kind: 'reject', text: 'message contains a virus (virus-b)' });
  });

  it('changes nothing in a clean message', async () => {
    const result = await run(strip, CLEAN);
    expect(result.bodyChanged).toBe(false);
    expect(result.message.equals(CLEAN)).toBe(true);
  });

  it('is a reason to reject inside of a signed part', async () => {
    const signed = message(
      multipart('signed', [attachment(EICAR), crlf('Content-Type: application/pgp-signature', '', 'none')]),
    );
    expect((await run(strip, signed)).verdict.kind).toBe('reject');
  });

  it('does not make good for what is outside of leaves', async () => {
    const scanner = answers({ kind: 'infected', name: 'Other.Virus' }, clean);
    expect((await run({ ...strip, engine: scanner }, CLEAN)).verdict).toMatchObject({
      text: 'message contains a virus (Other.Virus)',
    });
    const both = new TestScanner((info) => ({
      kind: 'infected',
      name: info.what === 'message' ? 'Other.Virus' : 'In.Leaf',
    }));
    expect((await run({ ...strip, engine: both }, CLEAN)).verdict).toMatchObject({
      text: 'message contains a virus (Other.Virus)',
    });
  });

  it('does not make good for a leaf that was not scanned', async () => {
    const scanner = new TestScanner((info) => {
      if (info.what === 'message') return clean;
      return info.name === undefined
        ? { kind: 'unavailable', reason: 'outage' }
        : { kind: 'infected', name: 'In.Leaf' };
    });
    expect((await run({ ...strip, engine: scanner }, CLEAN)).verdict.kind).toBe('tempfail');
  });
});

describe('a scanner without a verdict', () => {
  const outage: ScanResult = { kind: 'unavailable', reason: 'connect timeout' };

  it.each([
    ['for the message', outage, clean],
    ['for a leaf', clean, outage],
  ])('%s is a tempfail', async (_, whole, part) => {
    const result = await run({ engine: answers(whole, part) }, CLEAN);
    expect(result.verdict).toEqual({ kind: 'tempfail', status: '4.3.0', text: 'virus scanner unavailable' });
    expect(result.notes).toEqual(['virus-scan: unavailable connect timeout']);
  });

  it('may be accepted or held', async () => {
    const accepted = await run({ engine: answers(outage, outage), onUnavailable: 'accept' }, CLEAN);
    expect(accepted).toMatchObject({
      verdict: { kind: 'accept' },
      notes: ['virus-scan: unavailable connect timeout'],
    });
    expect(accepted.quarantine).toBeUndefined();
    const held = await run({ engine: answers(outage, outage), onUnavailable: 'quarantine' }, CLEAN);
    expect(held.quarantine).toBe('not scanned for viruses: scanner unavailable');
  });

  it.each([
    ['throws', () => Promise.reject(new Error('bug'))],
    ['says nothing', () => undefined as unknown as ScanResult],
    ['says something else', () => ({ kind: 'fine' }) as unknown as ScanResult],
    ['has no name for what it found', () => ({ kind: 'infected' }) as unknown as ScanResult],
    ['has no reason', () => ({ kind: 'unscanned', reason: 'mood' }) as unknown as ScanResult],
  ])('%s: that is not clean', async (_, answer) => {
    expect((await run({ engine: new TestScanner(answer) }, CLEAN)).verdict.kind).toBe('tempfail');
  });

  it('does not outweigh an infection that another stream shows', async () => {
    const virus: ScanResult = { kind: 'infected', name: 'Some.Virus' };
    for (const scanner of [answers(outage, virus), answers(virus, outage)]) {
      expect((await run({ engine: scanner }, CLEAN)).verdict).toMatchObject({
        kind: 'reject',
        status: '5.7.1',
      });
    }
    const tagged = await run({ engine: answers(outage, virus), onInfected: 'tag' }, CLEAN);
    expect(tagged.verdict.kind).toBe('accept');
    expect(tagged.message.toString()).toContain('X-Virus: infected Some.Virus\r\n');
  });

  it('is not asked for ever', async () => {
    const scanner = answers(outage, outage);
    await run({ engine: scanner }, mixed(...Array.from({ length: 50 }, () => attachment('x'))));
    expect(scanner.seen.length).toBeLessThanOrEqual(4);
  });

  it('is one whose places are all taken', async () => {
    const waiting = new TestScanner(async (info, content) => {
      if (info.what === 'message' && content.includes('first'))
        await new Promise((resolve) => setTimeout(resolve, 300));
      return clean;
    });
    const filter = defineFilter([virusScan({ engine: waiting, concurrency: 1, timeouts: { queue: 20 } })]);
    const [first, second] = await Promise.all([
      runFilter(filter, { eml: mixed(attachment('x'), crlf('', 'first')) }),
      runFilter(filter, { eml: CLEAN }),
    ]);
    expect(first.verdict.kind).toBe('accept');
    expect(second.verdict.kind).toBe('tempfail');
    expect(second.notes).toEqual(['virus-scan: unavailable no scan place became free in time']);
  });

  it('lets other messages in when a place is free again', async () => {
    const scanner = answers(clean, clean);
    const filter = defineFilter([virusScan({ engine: scanner, concurrency: 2 })]);
    const results = await Promise.all(Array.from({ length: 20 }, () => runFilter(filter, { eml: CLEAN })));
    expect(results.map((result) => result.verdict.kind)).toEqual(Array.from({ length: 20 }, () => 'accept'));
    expect(scanner.mostAtWork).toBeLessThanOrEqual(4);
  });
});

describe('content that the scanner does not scan', () => {
  const unscanned: ScanResult = { kind: 'unscanned', reason: 'encrypted' };
  const text = 'message cannot be scanned for viruses: encrypted';

  it.each([
    ['quarantine', { kind: 'accept' }],
    ['accept', { kind: 'accept' }],
    ['tag', { kind: 'accept' }],
    ['reject', { kind: 'reject', status: '5.7.1', text }],
    ['tempfail', { kind: 'tempfail', status: '4.7.1', text }],
  ] as const)('%s', async (onUnscanned, verdict) => {
    const result = await run({ engine: answers(clean, unscanned), onUnscanned }, CLEAN);
    expect(result.verdict).toEqual(verdict);
    expect(result.quarantine).toBe(
      onUnscanned === 'quarantine' ? 'not scanned for viruses: encrypted' : undefined,
    );
    expect(result.message.toString().includes('X-Virus: unscanned encrypted\r\n')).toBe(
      onUnscanned === 'tag',
    );
    expect(result.notes).toEqual(['virus-scan: unscanned encrypted']);
  });

  it('is held unless the administrator says otherwise', async () => {
    expect((await run({ engine: answers(unscanned, clean) }, CLEAN)).quarantine).toBeDefined();
    expect((await run({ maxSize: 100 }, CLEAN)).quarantine).toBe('not scanned for viruses: too-large');
  });

  it('together with an outage: the graver policy counts', async () => {
    const outage: ScanResult = { kind: 'unavailable', reason: 'outage' };
    const engine = answers(outage, unscanned);
    expect((await run({ engine, onUnscanned: 'accept' }, CLEAN)).verdict.kind).toBe('tempfail');
    expect((await run({ engine, onUnscanned: 'reject' }, CLEAN)).verdict.kind).toBe('reject');
    expect(
      (await run({ engine, onUnavailable: 'accept', onUnscanned: 'tempfail' }, CLEAN)).verdict.kind,
    ).toBe('tempfail');
  });
});

describe('an ambiguous message', () => {
  const ambiguous = message(
    multipart('mixed', [TEXT]).replace('boundary="edge"', 'boundary="edge"; x="\x01"'),
  );

  it('is held, unless the administrator says otherwise', async () => {
    expect((await run({}, ambiguous)).quarantine).toBe('ambiguous structure: control-in-mime-field');
    const noted = await run({ onAmbiguous: 'note' }, ambiguous);
    expect(noted.quarantine).toBeUndefined();
    expect(noted.notes).toEqual(['virus-scan: ambiguous control-in-mime-field']);
    const named = await run({ onAmbiguous: 'header' }, ambiguous);
    expect(named.message.toString()).toContain('X-Millrace-Ambiguity: control-in-mime-field\r\n');
    expect((await run({ onAmbiguous: 'tempfail' }, ambiguous)).verdict).toMatchObject({ kind: 'tempfail' });
    expect((await run({ onAmbiguous: 'reject' }, ambiguous)).verdict).toMatchObject({
      kind: 'reject',
      status: '5.6.0',
    });
  });

  it('is held also when an infection in it is only tagged', async () => {
    const result = await run(
      { onInfected: 'tag', engine: answers({ kind: 'infected', name: 'A' }, clean) },
      ambiguous,
    );
    expect(result.quarantine).toBe('ambiguous structure: control-in-mime-field');
    expect(result.message.toString()).toContain('X-Virus: infected A\r\n');
  });

  it('is not held for what hides nothing', async () => {
    const padded = Buffer.from(CLEAN.toString().replaceAll('--edge\r\n', '--edge \r\n'), 'latin1');
    const result = await run({}, padded);
    expect(result.ambiguities.map(({ code }) => code)).toContain('delimiter-padding');
    expect(result.quarantine).toBeUndefined();
  });
});

const reply = ({ content }: FakeScan) => (content.includes(EICAR) ? 'stream: Eicar FOUND\0' : 'stream: OK\0');

describe('with clamd', () => {
  const running: FakeClamd[] = [];
  afterEach(async () => {
    for (const clamd of running.splice(0)) await clamd.close();
  });
  const through = async (behaviour: FakeBehaviour, eml: Buffer, options: VirusScanOptions = {}) => {
    const clamd = new FakeClamd(behaviour);
    running.push(clamd);
    const address = await clamd.listen();
    const result = await run(
      { engine: 'clamd', address, timeouts: { connect: 30_000, verdict: 200 }, ...options },
      eml,
    );
    return { clamd, result };
  };

  it('one connection for the message and one for each leaf, two at a time', async () => {
    const { clamd, result } = await through(
      {},
      mixed(TEXT, attachment('a'), attachment('b'), attachment('c')),
    );
    expect(result.verdict.kind).toBe('accept');
    expect(clamd.scans).toHaveLength(5);
    expect(clamd.mostOpen).toBeLessThanOrEqual(3); // the last one may still be closing
  });

  it('an infection', async () => {
    expect((await through({ reply }, INFECTED)).result.verdict).toMatchObject({
      text: 'message contains a virus (Eicar)',
    });
    expect((await through({ reply }, CLEAN)).result.verdict.kind).toBe('accept');
  });

  it.each<[string, FakeBehaviour]>([
    ['that hangs up at once', { onConnect: (socket) => socket.destroy() }],
    ['that hangs up with a reset', { onConnect: (socket) => socket.resetAndDestroy() }],
    ['that reads nothing', { deaf: true }],
    ['that says nothing', { reply: undefined }],
    ['that says half of it', { reply: 'stream: O' }],
    ['that says all of it but the end', { reply: 'stream: OK' }],
    ['that ends without a word', { reply: '' }],
    ['that talks about something else', { reply: '220 mail.example.org ESMTP\r\n' }],
    ['that timed out', { reply: 'COMMAND READ TIMED OUT\n' }],
  ])('one %s', async (_, behaviour) => {
    const { result } = await through(behaviour, CLEAN);
    expect(result.verdict).toMatchObject({ kind: 'tempfail', status: '4.3.0' });
  });

  it('one whose limit is passed', async () => {
    const { result } = await through({ reply: 'INSTREAM size limit exceeded. ERROR\n' }, CLEAN);
    expect(result.quarantine).toBe('not scanned for viruses: too-large');
  });

  it('nobody there', async () => {
    const result = await run({ engine: 'clamd', address: 'unix:/nonexistent/clamd.ctl' }, CLEAN);
    expect(result.verdict.kind).toBe('tempfail');
    expect(result.notes).toEqual(['virus-scan: unavailable ENOENT']);
  });

  it('a message that is over before the answer is there', async () => {
    const clamd = new FakeClamd({ reply: undefined });
    running.push(clamd);
    const filter = defineFilter([virusScan({ engine: 'clamd', address: await clamd.listen() })]);
    const result = await runFilter(filter, { eml: CLEAN, deadline: 100 });
    expect(result.verdict.kind).toBe('tempfail');
    await expect.poll(() => clamd.open).toBe(0);
  });
});

describe('options', () => {
  it.each([
    [{ engine: 'clam' }, /engine must be builtin, clamd or a Scanner, not "clam"/],
    [{ engine: {} }, /engine must be/],
    [{ engine: 'clamd' }, /needs an address/],
    [{ engine: 'clamd', address: 'localhost' }, /address "localhost" is none of/],
    [{ address: 'unix:/run/clamd' }, /address is for the engine clamd only/],
    [{ engine: 'clamd', address: 'unix:/run/clamd', hashes: [] }, /hashes is for the engine builtin only/],
    [{ hashes: ['abc'] }, /hashes\[0\]/],
    [{ hashes: 5 }, /hashes must be/],
    [
      { onInfected: 'accept' },
      /onInfected must be one of reject, strip, quarantine, discard, tag, not "accept"/,
    ],
    [{ onUnavailable: 'reject' }, /onUnavailable/],
    [{ onUnscanned: 'discard' }, /onUnscanned/],
    [{ onAmbiguous: 'accept' }, /onAmbiguous/],
    [{ timeouts: { connect: 0 } }, /timeouts\.connect must be a number above 0/],
    [{ timeouts: { verdict: '5s' } }, /timeouts\.verdict/],
    [{ timeouts: { read: 5 } }, /unknown option "read"/],
    [{ maxSize: -1 }, /maxSize/],
    [{ concurrency: 1.5 }, /concurrency/],
    [{ onFound: 'reject' }, /unknown option "onFound"/],
  ])('%j are wrong', (options, text) => {
    const make = () => virusScan(options as unknown as VirusScanOptions);
    expect(make).toThrow(expect.objectContaining({ code: 'MILLRACE_DEFINITION' }));
    expect(make).toThrow(text);
  });

  it('ask for no more edits than they need', () => {
    expect(virusScan().edits).toEqual(['quarantine']);
    expect(virusScan({ onInfected: 'strip' }).edits).toEqual(['body', 'headers', 'quarantine']);
    expect(virusScan({ onInfected: 'tag', onUnscanned: 'reject', onAmbiguous: 'note' }).edits).toEqual([
      'headers',
    ]);
    expect(virusScan({ onUnscanned: 'reject', onAmbiguous: 'note' }).edits).toEqual([]);
  });
});
