import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    for (const megabytes of [5, 40]) {
      expect(await scan(scanner, Buffer.alloc(megabytes << 20, 'z'))).toEqual({
        kind: 'unscanned',
        reason: 'too-large',
      });
    }
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
