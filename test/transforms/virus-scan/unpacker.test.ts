import { Readable } from 'node:stream';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BuiltinScanner } from '../../../src/transforms/virus-scan/builtin-scanner.ts';
import { chunksOf } from '../../support/chunks.ts';
import { EICAR } from '../../support/eicar.ts';
import { zip, type ZipEntry } from '../../support/zip.ts';

const FOUND = { kind: 'infected', name: 'Eicar-Test-Signature' };
const CLEAN = { kind: 'clean' };
const unscanned = (reason: string) => ({ kind: 'unscanned', reason });
const virus: ZipEntry = { name: 'eicar.com', content: EICAR };
const text: ZipEntry = { name: 'a.txt', content: Buffer.from('some text, some more text, and some more') };
const noise = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i * 31 + (i >> 3)) & 0xff));
/** The beginning of a deflate block in which any bytes are codes of literals, but for nine set bits, which end it. */
const ANY_BYTES = Buffer.from(`056000281${'0'.repeat(63)}e003`, 'hex');
const SIZES = [1, 2, 7, 4096, 65535];

function scan(pieces: Iterable<Buffer>) {
  const content = Readable.from(pieces, { objectMode: true });
  return new BuiltinScanner().scan(
    content,
    { what: 'part', maxSize: Infinity },
    new AbortController().signal,
  );
}

const nested = (depth: number, content: Buffer): Buffer =>
  depth === 0 ? content : nested(depth - 1, zip([{ name: `${depth}.zip`, content }]));

const named = (name: string, content: Buffer): Buffer => {
  const packed = gzipSync(content);
  const flags = Buffer.from(packed.subarray(0, 10));
  flags[3] = 4 | 8 | 16;
  const extra = Buffer.from([3, 0, 1, 2, 3]);
  return Buffer.concat([flags, extra, Buffer.from(`${name}\0a comment\0`), packed.subarray(10)]);
};

const INFECTED: Record<string, Buffer> = {
  'a deflated entry': zip([virus]),
  'the last of several': zip([text, { ...text, content: noise }, virus]),
  'a stored entry': zip([text, { ...virus, method: 0 }]),
  'an entry whose sizes come behind it': zip([
    { ...text, streamed: true },
    { ...virus, streamed: true },
  ]),
  'an entry whose size in front of it is wrong': zip([{ ...text, localSize: 100_000 }, virus]),
  'an archive without a directory': zip([text, virus], { directory: false }),
  'an archive behind something else': Buffer.concat([Buffer.from('MZjunk'.repeat(20)), zip([virus])]),
  'an archive behind a P and a PK': Buffer.concat([Buffer.from('PPKPK\x03PK\x03'), zip([virus])]),
  'an archive behind another': Buffer.concat([zip([text]), zip([virus])]),
  'archives in archives': nested(5, zip([virus])),
  'a stored archive in an archive': zip([{ name: 'in.zip', content: zip([virus]), method: 0 }]),
  'an archive that is cut off behind it': zip([virus, { ...text, content: noise }]).subarray(0, 400),
  'an entry behind an empty one': zip([{ name: 'd/', content: Buffer.alloc(0), method: 0 }, virus]),
  'an entry behind a broken one': Buffer.concat([
    zip([{ ...text, content: Buffer.from('\xff\xff no deflate', 'latin1'), method: 9, localMethod: 8 }], {
      directory: false,
    }),
    zip([virus]),
  ]),
  gzip: gzipSync(EICAR),
  'gzip with a name and more in front': named('eicar.com', EICAR),
  'the second member of gzip': Buffer.concat([gzipSync('one'), gzipSync(EICAR)]),
  'a zip behind gzip': Buffer.concat([gzipSync('one'), zip([virus])]),
  'zip in gzip in zip': zip([{ name: 'a.gz', content: gzipSync(zip([virus])) }]),
  'gzip that is stored in zip': zip([{ name: 'a.gz', content: gzipSync(EICAR), method: 0 }]),
};

const OTHERS: Record<string, [content: Buffer, result: object]> = {
  'an archive with nothing in it': [zip([]), CLEAN],
  'an archive without a virus': [zip([text, { ...text, content: noise }]), CLEAN],
  'a deflated entry of no bytes': [
    zip([{ name: 'x', content: Buffer.alloc(0), packed: Buffer.alloc(0) }, text]),
    CLEAN,
  ],
  'something that begins as gzip does': [Buffer.from([0x1f, 0x8b, 0x08]), CLEAN],
  'gzip that is broken': [Buffer.concat([gzipSync('x').subarray(0, 10), Buffer.alloc(50, 0xff)]), CLEAN],
  'text about PK\x03\x04': [Buffer.from('It begins with PK\x03\x04, and goes on with a version.'), CLEAN],
  'an encrypted entry': [zip([{ ...text, encrypted: true }]), unscanned('encrypted')],
  'an encrypted entry beside a virus': [zip([{ ...text, encrypted: true }, virus]), FOUND],
  'another method': [zip([{ ...text, method: 14 }]), unscanned('unsupported')],
  'an entry that says it is stored, and is not to the directory': [
    zip([{ ...virus, localMethod: 0 }]),
    unscanned('unsupported'),
  ],
  'an entry that the directory lists and that is broken': [
    zip([{ ...virus, packed: Buffer.from('\xff\xff\xff\xff no deflate', 'latin1') }]),
    unscanned('unsupported'),
  ],
  'an archive that lies in what an entry in front takes for its own': [
    Buffer.concat([zip([{ ...text, packed: ANY_BYTES }], { directory: false }), zip([virus])]),
    unscanned('unsupported'),
  ],
  'the same, with an end': [
    Buffer.concat([
      zip([{ ...text, packed: ANY_BYTES }], { directory: false }),
      zip([virus]),
      Buffer.alloc(64, 0xff),
    ]),
    unscanned('unsupported'),
  ],
  'an archive in pieces, in a compound file': [
    Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      zip([text]).subarray(0, 45),
      noise,
      zip([text]).subarray(45),
    ]),
    CLEAN,
  ],
  'an archive in pieces, in anything else': [
    Buffer.concat([zip([text]).subarray(0, 45), noise, zip([text]).subarray(45)]),
    unscanned('unsupported'),
  ],
  'archives in archives without end': [nested(12, zip([virus])), unscanned('limits')],
  'far more than the archive': [zip([{ name: 'z', content: Buffer.alloc(40 << 20) }]), unscanned('limits')],
  'a bomb of many entries': [
    zip(Array.from({ length: 20 }, () => ({ name: 'z', content: Buffer.alloc(3 << 20) }))),
    unscanned('limits'),
  ],
};

describe('what is packed', () => {
  it.each(Object.keys(INFECTED))('is found in %s, however it is cut', async (name) => {
    const content = INFECTED[name];
    expect(await scan([content])).toEqual(FOUND);
    for (const size of SIZES) expect(await scan(chunksOf(content, size))).toEqual(FOUND);
  });

  it('is found at every split point', async () => {
    for (const content of [zip([text, virus]), named('a', EICAR)]) {
      for (let at = 0; at <= content.length; at++)
        expect(await scan([content.subarray(0, at), content.subarray(at)])).toEqual(FOUND);
    }
  });

  it.each(Object.keys(OTHERS))('%s is told apart, however it is cut', async (name) => {
    const [content, result] = OTHERS[name];
    expect(await scan([content])).toEqual(result);
    for (const size of content.length > 10_000 ? [4096] : SIZES)
      expect(await scan(chunksOf(content, size))).toEqual(result);
  });

  it('is not looked for in the message as it was received', async () => {
    const content = Readable.from([zip([virus])]);
    const info = { what: 'message', maxSize: Infinity } as const;
    expect(await new BuiltinScanner().scan(content, info, new AbortController().signal)).toEqual(CLEAN);
  });

  it('neither keeps the event loop nor all of a bomb', async () => {
    const bomb = zip([{ name: 'z', content: Buffer.alloc(200 << 20) }]);
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await nextTurn();
    expect(await scan(chunksOf(bomb, 65535))).toEqual(unscanned('limits'));
    delay.disable();
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 << 20);
    // The machine may be busy; a bomb that is unpacked at once takes far longer than this.
    expect(delay.percentile(90) / 1e6).toBeLessThan(50);
  });
});
