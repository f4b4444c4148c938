import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineFilter } from '../../src/core/filter.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { virusScan, type VirusScanOptions } from '../../src/transforms/index.ts';
import { ClamdScanner } from '../../src/transforms/virus-scan/clamd-scanner.ts';
import type { ScanResult } from '../../src/transforms/virus-scan/scanner.ts';
import { Clamd, clamdMissing, MARKER } from '../support/clamd.ts';
import { EICAR } from '../support/eicar.ts';

const required = process.env['MILLRACE_INTEGRATION'] === 'required';
if (clamdMissing !== undefined && required) throw new Error(clamdMissing);
const suite = clamdMissing === undefined ? 'clamd' : `clamd: skipped, ${clamdMissing}`;

const TIMEOUTS = { connect: 30_000, write: 60_000, verdict: 60_000 };
const scannerOf = (clamd: Clamd) => new ClamdScanner({ path: clamd.path }, TIMEOUTS);
const inPieces = (content: Buffer, size: number) =>
  Readable.from(
    (function* () {
      for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
    })(),
    { objectMode: false },
  );
const scan = (
  scanner: ClamdScanner,
  content: Buffer,
  size = 65_535,
  maxSize = Infinity,
): Promise<ScanResult> =>
  scanner.scan(inPieces(content, size), { what: 'message', maxSize }, new AbortController().signal);

const mail = (attached: Buffer) =>
  Buffer.from(
    [
      'From: a@example.org',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      'Hello',
      '--b',
      'Content-Type: application/octet-stream; name="a.bin"',
      'Content-Transfer-Encoding: base64',
      '',
      ...(attached.toString('base64').match(/.{1,76}/g) ?? []),
      '--b--',
      '',
    ].join('\r\n'),
  );

const FOUND: ScanResult = { kind: 'infected', name: 'Test.Eicar.UNOFFICIAL' };

describe.skipIf(clamdMissing !== undefined)(suite, () => {
  let clamd: Clamd;
  let scanner: ClamdScanner;
  beforeAll(async () => {
    clamd = await Clamd.start();
    scanner = scannerOf(clamd);
  });
  afterAll(() => clamd.stop());

  it('answers a check', async () => {
    await expect(scanner.check()).resolves.toBeUndefined();
  });

  it('finds nothing in clean content', async () => {
    expect(await scan(scanner, Buffer.from('nothing bad\r\n'))).toEqual({ kind: 'clean' });
    expect(await scan(scanner, Buffer.alloc(0))).toEqual({ kind: 'clean' });
  });

  it.each([1, 7, 4096, 65_536])('finds the test string in pieces of %i', async (size) => {
    const around = Buffer.alloc(size === 1 ? 200 : 70_000, 'x');
    expect(await scan(scanner, Buffer.concat([around, EICAR, around]), size)).toEqual(FOUND);
  });

  it('finds it in a base64 attachment of a whole message', async () => {
    const message = [
      'From: a@example.org',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: application/octet-stream',
      'Content-Transfer-Encoding: base64',
      '',
      MARKER.toString('base64'),
      '--b--',
      '',
    ];
    expect(await scan(scanner, Buffer.from(message.join('\r\n')))).toEqual({
      kind: 'infected',
      name: 'Test.Marker.UNOFFICIAL',
    });
  });

  it('says what is over its stream limit, however much more there is to send', async () => {
    // StreamMaxLength is 4 MB here; clamd answers and closes while we are still sending.
    // Once in a while the reset overtakes the answer: then it is an outage, and never clean.
    const results = new Set<string>();
    for (const megabytes of [5, 5, 5, 5, 40]) {
      const result = await scan(scanner, Buffer.alloc(megabytes << 20, 'z'));
      results.add(result.kind === 'unscanned' ? result.reason : result.kind);
    }
    results.delete('unavailable');
    expect([...results]).toEqual(['too-large']);
  });

  it('says so itself when its own limit is lower', async () => {
    const content = Buffer.concat([Buffer.alloc(100_000, 'z'), EICAR]);
    expect(await scan(scanner, content, 65_535, 50_000)).toEqual({ kind: 'unscanned', reason: 'too-large' });
    expect(await scan(scanner, content, 65_535, 200_000)).toEqual(FOUND);
  });

  it('serves more scans at once than it has threads', async () => {
    const content = Buffer.concat([Buffer.alloc(200_000, 'a'), EICAR]);
    const results = await Promise.all(Array.from({ length: 30 }, () => scan(scanner, content)));
    expect(results).toEqual(Array.from({ length: 30 }, () => FOUND));
  });

  it('takes a stream while more streams than it has threads are not complete', async () => {
    const controller = new AbortController();
    const stalled = Array.from({ length: 6 }, () => {
      const content = new Readable({ read() {} });
      content.push('the rest does not come');
      return scanner.scan(content, { what: 'message', maxSize: Infinity }, controller.signal);
    });
    expect(await scan(scanner, EICAR)).toEqual(FOUND);
    controller.abort();
    for (const result of await Promise.all(stalled)) expect(result.kind).toBe('unavailable');
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'gives no verdict when %s ends it in the middle',
    async (signal) => {
      const content = new Readable({ read() {} });
      content.push('begun');
      const result = scanner.scan(
        content,
        { what: 'message', maxSize: Infinity },
        new AbortController().signal,
      );
      // It must have the beginning before it goes; a second connection is served behind the first.
      await scanner.check();
      await clamd.kill(signal);
      content.push('and ended');
      content.push(null);
      expect((await result).kind).toBe('unavailable');
      expect((await scan(scanner, EICAR)).kind).toBe('unavailable');
      await clamd.run();
      expect(await scan(scanner, EICAR)).toEqual(FOUND);
    },
  );
});

describe.skipIf(clamdMissing !== undefined)(`${suite}, behind the transform`, () => {
  let clamd: Clamd;
  beforeAll(async () => {
    clamd = await Clamd.start();
  });
  afterAll(() => clamd.stop());

  const run = (eml: Buffer, options: VirusScanOptions = {}) =>
    runFilter(defineFilter([virusScan({ engine: 'clamd', address: clamd.address, ...options })]), { eml });

  it('passes clean mail as it is, rejects infected mail, strips what can be stripped', async () => {
    const harmless = mail(Buffer.alloc(300_000, 'x'));
    expect((await run(harmless)).message.equals(harmless)).toBe(true);
    expect((await run(mail(EICAR))).verdict).toMatchObject({ kind: 'reject', status: '5.7.1' });
    const stripped = await run(mail(MARKER), { onInfected: 'strip' });
    expect(stripped.verdict.kind).toBe('accept');
    expect(stripped.message.toString().replaceAll('=\r\n', '')).toContain('(Test.Marker.UNOFFICIAL)');
    expect(stripped.message.toString()).not.toContain(MARKER.toString('base64'));
  });

  it("holds what is over the limits, its own and clamd's", async () => {
    // clamd hangs up in the middle of the stream; when its reset overtakes its answer, it counts as unavailable. Either way
    // the message is not taken for a clean one.
    const { quarantine, verdict } = await run(mail(Buffer.alloc(5 << 20, 'x')));
    expect(['not scanned for viruses: too-large/accept', 'undefined/tempfail']).toContain(
      `${quarantine}/${verdict.kind}`,
    );
    expect((await run(mail(Buffer.alloc(200_000, 'x')), { maxSize: 100_000 })).quarantine).toBe(
      'not scanned for viruses: too-large',
    );
  });

  it('serves many messages at once', async () => {
    const filter = defineFilter([virusScan({ engine: 'clamd', address: clamd.address })]);
    const kinds = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const { verdict } = await runFilter(filter, {
          eml: mail(n % 2 === 0 ? EICAR : Buffer.alloc(50_000, 'y')),
        });
        return verdict.kind;
      }),
    );
    expect(kinds).toEqual(Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? 'reject' : 'accept')));
  });

  it('tempfails while it is down', async () => {
    await clamd.kill('SIGTERM');
    expect((await run(mail(Buffer.from('x')))).verdict).toMatchObject({ kind: 'tempfail', status: '4.3.0' });
    await clamd.run();
    expect((await run(mail(Buffer.from('x')))).verdict.kind).toBe('accept');
  });
});

describe.skipIf(clamdMissing !== undefined)(`${suite}, with scan limits below its stream limit`, () => {
  const tooLarge = Buffer.concat([Buffer.alloc(2 << 20, 'a'), EICAR]);

  it('tells with AlertExceedsMax that it has not looked', async () => {
    const clamd = await Clamd.start({ MaxFileSize: '1M', MaxScanSize: '1M', AlertExceedsMax: 'yes' });
    try {
      expect(await scan(scannerOf(clamd), tooLarge)).toEqual({ kind: 'unscanned', reason: 'limits' });
    } finally {
      await clamd.stop();
    }
  });

  it('calls it clean without, which only a limit of our own can prevent', async () => {
    const clamd = await Clamd.start({ MaxFileSize: '1M', MaxScanSize: '1M' });
    try {
      expect(await scan(scannerOf(clamd), tooLarge)).toEqual({ kind: 'clean' });
      expect(await scan(scannerOf(clamd), tooLarge, 65_535, 1 << 20)).toEqual({
        kind: 'unscanned',
        reason: 'too-large',
      });
    } finally {
      await clamd.stop();
    }
  });
});
