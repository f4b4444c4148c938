import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { parseClamdAddress } from '../../../src/transforms/virus-scan/clamd-address.ts';
import { ClamdScanner, type ClamdTimeouts } from '../../../src/transforms/virus-scan/clamd-scanner.ts';
import type { ScanResult } from '../../../src/transforms/virus-scan/scanner.ts';
import { type FakeBehaviour, FakeClamd } from '../../support/fake-clamd.ts';

/** Long enough that only a hang reaches them; the tests of a timeout set theirs. */
const PATIENT: ClamdTimeouts = { connect: 30_000, write: 30_000, verdict: 30_000 };
const UNLIMITED = { what: 'message', maxSize: Infinity } as const;
const never = () => new AbortController().signal;
const outage = (reason: string): ScanResult => ({ kind: 'unavailable', reason });

const running: FakeClamd[] = [];
afterEach(async () => {
  for (const clamd of running.splice(0)) await clamd.close();
});

async function start(behaviour: FakeBehaviour = {}, timeouts: Partial<ClamdTimeouts> = {}) {
  const clamd = new FakeClamd(behaviour);
  running.push(clamd);
  const address = await clamd.listen();
  const scanner = new ClamdScanner(parseClamdAddress('test', address), { ...PATIENT, ...timeouts });
  const scan = (
    content: Readable | readonly Buffer[],
    info: Parameters<ClamdScanner['scan']>[1] = UNLIMITED,
  ) =>
    scanner.scan(
      content instanceof Readable ? content : Readable.from(content, { objectMode: false }),
      info,
      never(),
    );
  return { clamd, scanner, scan };
}

/** Content that never ends, like a message whose rest the MTA does not send. */
function endless(...pieces: Buffer[]): Readable {
  const content = new Readable({ read() {} });
  for (const piece of pieces) content.push(piece);
  return content;
}

const bytes = (length: number) => Buffer.alloc(length, 'abcdefghijklmnop');

describe('a scan by clamd', () => {
  it.each([1, 2, 7, 4096, 65_535, 65_536, 65_537, 200_000])(
    'sends what it gets in pieces of %i',
    async (size) => {
      const { clamd, scan } = await start();
      const content = bytes(size < 10 ? 500 : 250_000);
      const pieces: Buffer[] = [];
      for (let at = 0; at < content.length; at += size) pieces.push(content.subarray(at, at + size));
      expect(await scan(pieces)).toEqual({ kind: 'clean' });
      expect(clamd.scans).toHaveLength(1);
      expect(clamd.scans[0].command).toBe('zINSTREAM\0');
      expect(clamd.scans[0].content.equals(content)).toBe(true);
      expect(Math.max(...clamd.scans[0].chunks)).toBeLessThanOrEqual(65_536);
    },
  );

  it('sends an empty stream as the end alone', async () => {
    const { clamd, scan } = await start();
    expect(await scan([])).toEqual({ kind: 'clean' });
    expect(clamd.scans[0]).toMatchObject({ chunks: [], ended: true });
  });

  it('takes an answer in single bytes', async () => {
    let begun = false;
    const { scan } = await start({
      reply: undefined,
      onContent: (socket) => {
        if (begun) return;
        begun = true;
        const reply = Buffer.from('stream: Eicar FOUND\0');
        let at = 0;
        const timer = setInterval(() => {
          socket.write(reply.subarray(at, ++at));
          if (at === reply.length) clearInterval(timer);
        }, 1);
      },
    });
    expect(await scan(endless(bytes(10)))).toEqual({ kind: 'infected', name: 'Eicar' });
  });

  it('speaks over a Unix socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-clamd-'));
    const clamd = new FakeClamd({ reply: 'stream: Some.Virus FOUND\0' });
    running.push(clamd);
    const address = await clamd.listen(join(directory, 'clamd.ctl'));
    const scanner = new ClamdScanner(parseClamdAddress('test', address), PATIENT);
    expect(await scanner.scan(Readable.from([bytes(10)]), UNLIMITED, never())).toEqual({
      kind: 'infected',
      name: 'Some.Virus',
    });
    await rm(directory, { recursive: true });
  });

  it('stops at its own size limit and lets go of the connection', async () => {
    const { clamd, scan } = await start();
    const result = await scan([bytes(60), bytes(41)], { what: 'part', maxSize: 100 });
    expect(result).toEqual({ kind: 'unscanned', reason: 'too-large' });
    await expect.poll(() => clamd.open).toBe(0);
    expect(clamd.scans).toEqual([]);
    expect(await scan([bytes(60), bytes(40)], { what: 'part', maxSize: 100 })).toEqual({ kind: 'clean' });
  });

  it('holds no more than a chunk while clamd does not read', async () => {
    const { scan } = await start({ deaf: true }, { write: 500 });
    let given = 0;
    const content = new Readable({
      highWaterMark: 65_536,
      read() {
        given += 65_536;
        this.push(bytes(65_536));
      },
    });
    expect(await scan(content)).toEqual(outage('write timeout'));
    // What the kernel's socket buffers take (a few MB at most) and a few chunks of ours; never the endless content.
    expect(given).toBeLessThan(32 * 1024 * 1024);
  });

  it('goes at the pace of a clamd that reads slowly', async () => {
    const { clamd, scan } = await start({
      onContent: (socket) => {
        socket.pause();
        setTimeout(() => socket.resume(), 5);
      },
    });
    const content = bytes(3_000_000);
    expect(await scan([content])).toEqual({ kind: 'clean' });
    expect(clamd.scans[0].content.length).toBe(content.length);
  });
});

describe('an answer that is no clean verdict', () => {
  it.each([
    ['an empty line', '\0', 'the answer is not understood'],
    ['garbage', 'HTTP/1.1 400 Bad Request\r\n', 'the answer is not understood'],
    ['clean, but for something else', 'fd[10]: OK\0', 'the answer is not understood'],
    ['clean with more in the line', 'stream: OK then\0', 'the answer is not understood'],
    ['clean in other letters', 'STREAM: ok\0', 'the answer is not understood'],
    ['clean with a blank behind it', 'stream: OK \0', 'the answer is not understood'],
    ['an error that ends with LF', 'COMMAND READ TIMED OUT\n', 'the answer is not understood'],
    ['an error', "stream: Can't allocate memory ERROR\0", 'the scanner reports an error'],
    ['half a line', 'stream: O', 'the answer is cut short'],
    ['a whole line without its end', 'stream: OK', 'the answer is cut short'],
    ['nothing', '', 'closed without an answer'],
    ['a line without end', 'x'.repeat(5000), 'the answer is not understood'],
  ])('%s', async (_, reply, reason) => {
    const { scan } = await start({ reply });
    expect(await scan([bytes(100)])).toEqual(outage(reason));
  });

  it('a clean verdict on something that was not sent to its end', async () => {
    const { scan } = await start({ onContent: (socket) => socket.end('stream: OK\0') });
    expect(await scan(endless(bytes(100)))).toEqual(outage('an answer before the end of the content'));
  });

  it('size limit exceeded, and then the connection is gone', async () => {
    const { scan } = await start({
      onContent: (socket, received) => {
        if (received < 100_000 || socket.writableEnded) return;
        socket.end('INSTREAM size limit exceeded. ERROR\n', () => socket.resetAndDestroy());
      },
    });
    const result = await scan(Array.from({ length: 40 }, () => bytes(65_536)));
    expect(result).toEqual({ kind: 'unscanned', reason: 'too-large' });
  });

  it('a reset in the middle of the stream, without a word', async () => {
    const { scan } = await start({ onContent: (socket) => socket.resetAndDestroy() });
    const result = await scan(endless(bytes(65_536)));
    expect(result.kind).toBe('unavailable');
  });

  it('a reset with a part of an answer', async () => {
    const { scan } = await start({
      onContent: (socket) => socket.write('stream: OK', () => setImmediate(() => socket.resetAndDestroy())),
    });
    expect((await scan(endless(bytes(65_536)))).kind).toBe('unavailable');
  });

  it('the end of the connection in the middle of the stream', async () => {
    const { scan } = await start({ onContent: (socket) => socket.end() });
    expect(await scan(endless(bytes(100)))).toEqual(outage('closed without an answer'));
  });

  it('an infection that is known before everything is sent', async () => {
    const { scan } = await start({ onContent: (socket) => socket.end('stream: Early.Bird FOUND\0') });
    expect(await scan(endless(bytes(100)))).toEqual({ kind: 'infected', name: 'Early.Bird' });
  });
});

describe('time limits', () => {
  it('nobody listens', async () => {
    const { clamd, scanner } = await start();
    running.splice(0);
    await clamd.close();
    expect(await scanner.scan(Readable.from([bytes(1)]), UNLIMITED, never())).toEqual(outage('ECONNREFUSED'));
  });

  it('no such socket', async () => {
    const scanner = new ClamdScanner({ path: '/nonexistent/clamd.ctl' }, PATIENT);
    expect(await scanner.scan(Readable.from([bytes(1)]), UNLIMITED, never())).toEqual(outage('ENOENT'));
  });

  it('the connection is not accepted', async () => {
    // 192.0.2.0/24 is for documentation (RFC 5737): the packet goes nowhere, or the host says so at once.
    const scanner = new ClamdScanner({ host: '192.0.2.1', port: 3310 }, { ...PATIENT, connect: 50 });
    const result = await scanner.scan(Readable.from([bytes(1)]), UNLIMITED, never());
    expect(result.kind).toBe('unavailable');
  });

  it('silence from the accept on', async () => {
    const { scan } = await start({ deaf: true }, { verdict: 50 });
    expect(await scan([bytes(100)])).toEqual(outage('verdict timeout'));
  });

  it('silence after the data', async () => {
    const { clamd, scan } = await start({ reply: undefined }, { verdict: 50 });
    expect(await scan([bytes(100)])).toEqual(outage('verdict timeout'));
    expect(clamd.scans).toHaveLength(1);
  });

  it('a trickle of bytes does not extend the time for the verdict', async () => {
    const { scan } = await start(
      { reply: undefined, onContent: (socket) => void setInterval(() => socket.write('s'), 20).unref() },
      { verdict: 100 },
    );
    expect(await scan([bytes(100)])).toEqual(outage('verdict timeout'));
  });
});

describe('a message that is given up', () => {
  it('while content is awaited', async () => {
    const { clamd, scanner } = await start();
    const controller = new AbortController();
    const result = scanner.scan(endless(bytes(10)), UNLIMITED, controller.signal);
    await expect.poll(() => clamd.open).toBe(1);
    controller.abort();
    expect(await result).toEqual(outage('aborted'));
    await expect.poll(() => clamd.open).toBe(0);
    // The stream must not have been ended: clamd would have called the part that it has seen clean.
    expect(clamd.scans).toEqual([]);
  });

  it('while the verdict is awaited', async () => {
    const { clamd, scanner } = await start({ reply: undefined });
    const controller = new AbortController();
    const result = scanner.scan(Readable.from([bytes(10)]), UNLIMITED, controller.signal);
    await expect.poll(() => clamd.scans.length).toBe(1);
    controller.abort();
    expect(await result).toEqual(outage('aborted'));
  });

  it('before it began', async () => {
    const { scanner } = await start();
    expect(await scanner.scan(endless(), UNLIMITED, AbortSignal.abort())).toEqual(outage('aborted'));
  });

  it('by an error in its content', async () => {
    const { clamd, scan } = await start();
    const content = endless(bytes(10));
    content.on('error', () => {});
    const result = scan(content);
    await expect.poll(() => clamd.open).toBe(1);
    content.destroy(new Error('gone'));
    expect(await result).toEqual(outage('the content broke off'));
    expect(clamd.scans).toEqual([]);
  });
});

describe('what a scan leaves behind', () => {
  it('no listeners, no connection', async () => {
    const { clamd, scanner } = await start();
    const content = Readable.from([bytes(10)], { objectMode: false });
    const before = content.eventNames().length;
    await scanner.scan(content, UNLIMITED, never());
    expect(content.eventNames().length).toBe(before);
    await expect.poll(() => clamd.open).toBe(0);
  });
});

describe('check', () => {
  it('is content with PONG', async () => {
    const { scanner } = await start();
    await expect(scanner.check()).resolves.toBeUndefined();
  });

  it.each(['PANG\0', 'PONG', ''])('is not with %j', async (reply) => {
    const { scanner } = await start({ reply });
    await expect(scanner.check()).rejects.toMatchObject({ code: 'MILLRACE_SCANNER' });
  });

  it('says when nobody listens', async () => {
    const scanner = new ClamdScanner({ path: '/nonexistent/clamd.ctl' }, PATIENT);
    await expect(scanner.check()).rejects.toMatchObject({ code: 'MILLRACE_SCANNER', message: 'ENOENT' });
  });
});
