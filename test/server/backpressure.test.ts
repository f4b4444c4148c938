import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { Socket } from 'node:net';
import { Duplex, Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defineFilter } from '../../src/core/filter.ts';
import { defineTransform } from '../../src/core/transform.ts';
import { openUnnamed } from '../../src/core/spool/spool-file.ts';
import { SpoolStore } from '../../src/core/spool/index.ts';
import { replace, tap, through } from '../../src/core/verbs.ts';
import { encodeCommand } from '../../src/protocol/commands.ts';
import { PROTOCOL } from '../../src/protocol/codes.ts';
import { DEFAULT_OFFER } from '../../src/protocol/client.ts';
import { MilterConnection } from '../../src/server/connection.ts';
import { silentLogger } from '../../src/server/logger.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { DEFAULT_DEADLINES } from '../../src/server/server-options.ts';
import { startServer } from '../support/milter-server.ts';
import { body, END, ENVELOPE, HEADER, RawPeer } from '../support/raw-peer.ts';

const HEAD = Buffer.from('From: a@example.org\r\nSubject: hello\r\n\r\n');
const LINE = 'The quick brown fox jumps over the lazy dog.\r\n';
const stores: SpoolStore[] = [];

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
});

/** A message of so many lines. */
function message(lines: number): Buffer {
  return Buffer.concat([HEAD, bodyOf(lines)]);
}

function bodyOf(lines: number): Buffer {
  return Buffer.alloc(lines * LINE.length, LINE);
}

function spool(options: ConstructorParameters<typeof SpoolStore>[0] = {}): SpoolStore {
  const store = new SpoolStore(options);
  stores.push(store);
  return store;
}

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Reads nothing for a while, then everything; what it has read, as a hash. */
function lateReader(milliseconds: number, digests: string[]): ReturnType<typeof tap> {
  return tap(async (content: Readable) => {
    await sleep(milliseconds);
    const hash = createHash('sha256');
    for await (const chunk of content) hash.update(chunk as Buffer);
    digests.push(hash.digest('hex'));
  });
}

describe('a slow transform', () => {
  it('pushes back for a while, then lets the MTA send the rest into the overflow, and misses nothing', async () => {
    const digests: string[] = [];
    const store = spool();
    const eml = message(80_000);
    const { address, messages } = await startServer(
      [defineTransform({ name: 'late', onPart: () => lateReader(600, digests) })],
      { spool: store, deadlines: { pushback: 50, progress: 20 } },
    );
    const client = await MilterClient.connect(address, { mta: 'sendmail' });
    const result = await client.send({ eml });
    expect(result.verdict).toBe('accept');
    expect(result.progress).toBeGreaterThan(0);
    expect(digests).toEqual([createHash('sha256').update(eml.subarray(HEAD.length)).digest('hex')]);
    expect(messages()).toMatchObject([{ bytesIn: 80_000 * LINE.length }]);
    await client.close();
    expect(store.stats).toMatchObject({ memory: 0, filesOpen: 0 });
  });

  it('holds the MTA back without losing a byte while it keeps up', async () => {
    const store = spool();
    const { address } = await startServer(
      [
        defineTransform({
          name: 'upper',
          onPart: () =>
            through(
              () =>
                new Transform({
                  transform(chunk: Buffer, _encoding, done) {
                    setTimeout(() => done(null, chunk.toString('latin1').toUpperCase()), 2);
                  },
                }),
            ),
        }),
      ],
      { spool: store },
    );
    const client = await MilterClient.connect(address);
    const result = await client.send({ eml: message(20_000) });
    const bytes = await result.message!.toBuffer();
    result.message!.dispose();
    await client.close();
    expect(
      bytes
        .subarray(bytes.indexOf('\r\n\r\n') + 4)
        .equals(Buffer.from(bodyOf(20_000).toString().toUpperCase())),
    ).toBe(true);
    expect(store.stats).toMatchObject({ memory: 0, filesOpen: 0 });
  });

  it('that is slow a little at a time pushes back so long in all where the MTA gets no replies to chunks', async () => {
    const store = spool();
    const open = vi.spyOn(store, 'open');
    const slow = defineTransform({
      name: 'slow',
      edits: [],
      onMessage: () => async (content) => {
        for await (const _ of content) await sleep(20);
      },
    });
    const { address } = await startServer([slow], { spool: store, deadlines: { pushback: 60 } });
    const client = await MilterClient.connect(address);
    expect(client.negotiated.protocol & PROTOCOL.NR_BODY).not.toBe(0);
    expect((await client.send({ eml: message(60_000) })).verdict).toBe('accept');
    await client.close();
    // The overflow: nothing else of this filter needs a spool.
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('whose overflow does not fit onto the disk costs a tempfail', async () => {
    const digests: string[] = [];
    const { address, lines } = await startServer(
      [defineTransform({ name: 'late', onPart: () => lateReader(400, digests) })],
      { spool: spool({ memory: 64 * 1024, quota: 100_000 }), deadlines: { pushback: 20 } },
    );
    const client = await MilterClient.connect(address);
    expect((await client.send({ eml: message(80_000) })).verdict).toBe('tempfail');
    expect(JSON.stringify(lines)).toContain('MILLRACE_SPOOL');
    await client.close();
  });
});

describe('a new body', () => {
  const big = defineTransform({
    name: 'big',
    onPart: () => replace({ content: bodyOf(130_000) }),
  });

  it('goes out as fast as the MTA reads, from memory and from the file', async () => {
    for (const memory of [64 * 1024, 40 * 1024 * 1024]) {
      const store = spool({ memory });
      const { address } = await startServer([big], { spool: store, deadlines: { progress: 1 } });
      const client = await MilterClient.connect(address);
      const result = await client.send({ eml: message(2) });
      const bytes = await result.message!.toBuffer();
      result.message!.dispose();
      const encoded = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4).toString('latin1');
      expect(Buffer.from(encoded, 'base64').equals(bodyOf(130_000))).toBe(true);
      await client.close();
      await expect.poll(() => store.stats.filesOpen).toBe(0);
      expect(store.stats.memory).toBe(0);
    }
  });

  it('is given up when the MTA does not read it, and leaves nothing behind', async () => {
    const store = spool();
    const { address, server, lines } = await startServer([big], { spool: store, deadlines: { write: 100 } });
    const peer = await RawPeer.negotiated(address);
    peer.say(...ENVELOPE, ...HEADER);
    await peer.codes();
    peer.socket.pause();
    peer.say(body('x\r\n'), END);
    await expect.poll(() => server.connections, { timeout: 20_000 }).toBe(0);
    expect(lines.some(({ fields }) => fields['reason'] === 'the peer does not read')).toBe(true);
    await expect.poll(() => store.stats).toMatchObject({ memory: 0, filesOpen: 0 });
    peer.destroy();
  });

  it('that cannot be read becomes a tempfail, also after the first edit', async () => {
    let isBroken = false;
    const store = new SpoolStore({ memory: 64 * 1024 }, async () => {
      const file = await openUnnamed(tmpdir());
      return {
        close: () => file.close(),
        write: (block, offset, length, position) => file.write(block, offset, length, position),
        read: (block, offset, length, position) =>
          isBroken && position > 1_000_000
            ? Promise.reject(Object.assign(new Error('broken'), { code: 'EIO' }))
            : file.read(block, offset, length, position),
      };
    });
    stores.push(store);
    const { address, messages } = await startServer([big], { spool: store });
    const client = await MilterClient.connect(address);
    isBroken = true;
    const result = await client.send({ eml: message(2) });
    expect(result).toMatchObject({ verdict: 'tempfail', bodyReplaced: true });
    expect(messages()).toMatchObject([{ verdict: 'tempfail' }]);
    isBroken = false;
    expect((await client.send({ eml: message(2) })).verdict).toBe('accept');
    await client.close();
  });
});

describe('reading', () => {
  it('waits while a hook is at work, however much comes at once', async () => {
    const { address } = await startServer([
      defineTransform({
        name: 'slow',
        onMail: async () => await sleep(200),
        onPart: () => tap((content) => void content.resume()),
      }),
    ]);
    const peer = await RawPeer.negotiated(address);
    // Much more than a session keeps: what it does not read stays with the peer.
    const chunks = Array.from({ length: 80 }, () => body('x'.repeat(65_000)));
    peer.say(...ENVELOPE, ...HEADER, ...chunks, END);
    for (const code of ['c', 'c', 'a']) expect(await peer.codes()).toBe(code);
    peer.destroy();
  });

  it('stops as long as the peer does not read', async () => {
    const socket = new UnreadSocket();
    const filter = defineFilter([]);
    const connection = new MilterConnection(
      socket as unknown as Socket,
      'test',
      {
        filter,
        wishes: { requiredActions: 0, stages: { header: 'answer' } },
        deadlines: DEFAULT_DEADLINES,
        maxPacket: undefined,
        logger: silentLogger,
        openSpool: () => spool().open(),
      },
      () => undefined,
    );
    const header = encodeCommand({ type: 'header', name: 'X', value: 'y' });
    socket.push(encodeCommand({ type: 'negotiate', ...DEFAULT_OFFER }));
    socket.push(Buffer.concat(ENVELOPE.map(encodeCommand)));
    await expect.poll(() => socket.isPaused()).toBe(false);
    for (let i = 0; i < 100 && !socket.isPaused(); i++) {
      socket.push(header);
      await new Promise(setImmediate);
    }
    expect(socket.isPaused()).toBe(true);
    expect(socket.writableLength).toBeLessThan(200);
    socket.takeAll();
    await expect.poll(() => socket.isPaused()).toBe(false);
    connection.stop();
  });
});

/** A socket of which nothing is read until the test says so. */
class UnreadSocket extends Duplex {
  #done: (() => void)[] | undefined = [];

  constructor() {
    super({ writableHighWaterMark: 64 });
  }

  override _read(): void {
    // The test pushes.
  }

  override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.#done === undefined) done();
    else this.#done.push(done);
  }

  takeAll(): void {
    for (const done of this.#done ?? []) done();
    this.#done = undefined;
  }

  setNoDelay(): this {
    return this;
  }
}

describe('a peer that never reads', () => {
  it('while it sends and sends is closed', async () => {
    const { address, server, lines } = await startServer(
      [
        defineTransform({
          name: 'reader',
          edits: ['headers'],
          onPart: () => tap((content) => void content.resume()),
        }),
      ],
      { deadlines: { write: 200 } },
    );
    // Every header takes a reply here.
    const peer = await RawPeer.negotiated(address, { version: 6, actions: 0x1ff, protocol: PROTOCOL.NODATA });
    peer.socket.pause();
    peer.say(...ENVELOPE);
    const header = encodeCommand({ type: 'header', name: 'X', value: 'y' });
    const flood = Buffer.concat(Array.from({ length: 2000 }, () => header));
    let sent = 0;
    const pump = setInterval(() => {
      if (peer.socket.writableLength < 1_000_000)
        sent += flood.length * Number(peer.socket.write(flood) || true);
    }, 1);
    await expect.poll(() => server.connections, { timeout: 30_000 }).toBe(0);
    clearInterval(pump);
    expect(sent).toBeGreaterThan(0);
    expect(lines.some(({ fields }) => fields['reason'] === 'the peer does not read')).toBe(true);
    peer.destroy();
  });
});
