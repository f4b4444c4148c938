import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineFilter } from '../../src/core/filter.ts';
import { SpoolStore } from '../../src/core/spool/index.ts';
import { defineTransform, type AnyTransform } from '../../src/core/transform.ts';
import { DEFAULT_OFFER } from '../../src/protocol/client.ts';
import { encodeCommand, type Command } from '../../src/protocol/commands.ts';
import { MilterConnection } from '../../src/server/connection.ts';
import { DEFAULT_DEADLINES } from '../../src/server/server-options.ts';
import { wishesOf } from '../../src/server/wishes.ts';
import { footer } from '../../src/transforms/footer.ts';

/** Just as much of a socket as a connection uses while its peer reads quickly. */
class FastSocket extends EventEmitter {
  readonly writableLength = 0;
  readonly writes: string[] = [];

  write(bytes: Buffer): boolean {
    this.writes.push(bytes.toString('latin1'));
    return true;
  }

  setNoDelay(): void {}
  resume(): void {}
  pause(): void {}
  end(): void {}
  destroy(): void {}
}

function connection(transforms: readonly AnyTransform[]) {
  const filter = defineFilter(transforms);
  const spools = new SpoolStore();
  const socket = new FastSocket();
  const context = {
    filter,
    wishes: wishesOf(filter.interest),
    deadlines: DEFAULT_DEADLINES,
    maxPacket: undefined,
    logger: { log: () => undefined },
    openSpool: () => spools.open(),
  };
  const milter = new MilterConnection(
    socket as unknown as Socket,
    'inet:1@127.0.0.1',
    context,
    () => undefined,
  );
  const say = (...commands: Command[]): string[] => {
    socket.writes.length = 0;
    socket.emit('data', Buffer.concat(commands.map((command) => encodeCommand(command))));
    return [...socket.writes];
  };
  say({ type: 'negotiate', ...DEFAULT_OFFER });
  return { say, spools, end: () => milter.stop() };
}

/** Without recipients: a footer does not look at them, so it is not told of them. */
const BEGIN: Command[] = [
  { type: 'connect', host: 'client.example', family: 'unknown' },
  { type: 'mail', address: '<from@example.org>', args: [] },
  { type: 'header', name: 'Subject', value: ' x' },
  { type: 'endOfHeaders' },
];
const BODY: Command[] = [
  { type: 'body', data: Buffer.from('hello\r\n') },
  { type: 'endOfMessage', data: Buffer.alloc(0) },
];

describe('a message in which nothing waits', () => {
  // Time stands still: on a slow machine a message may have to wait for a turn that has time for it.
  beforeEach(() => void vi.spyOn(performance, 'now').mockReturnValue(1000));
  afterEach(() => vi.restoreAllMocks());

  it('is answered before the read that brought its end is over, in one write', () => {
    const { say, spools, end } = connection([footer({ text: 'F' }), defineTransform({ name: 'idle' })]);
    expect(say(...BEGIN)).toEqual(['\0\0\0\x01c']);
    expect(say(...BODY)).toEqual(['\0\0\0\x0bbhello\r\nF\r\n\0\0\0\x01a']);
    expect(spools.stats.memory).toBe(0);
    end();
  });

  it('is so together with the one that follows it in the same read', () => {
    const { say, spools, end } = connection([footer({ text: 'F' })]);
    const answer = ['\0\0\0\x01c', '\0\0\0\x0bbhello\r\nF\r\n\0\0\0\x01a'].join('');
    expect(say(...BEGIN, ...BODY, ...BEGIN.slice(1), ...BODY).join('')).toBe(answer + answer);
    expect(spools.stats.memory).toBe(0);
    end();
  });

  it('waits when a hook does', async () => {
    const { say, end } = connection([
      footer({ text: 'F' }),
      defineTransform({ name: 'slow', onEnd: () => Promise.resolve(undefined) }),
    ]);
    say(...BEGIN);
    expect(say(...BODY)).toEqual([]);
    end();
  });
});
