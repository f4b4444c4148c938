import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import type { Command } from '../../src/protocol/commands.ts';
import { startServer } from '../support/milter-server.ts';
import { END, ENVELOPE, HEADER, RawPeer } from '../support/raw-peer.ts';

const MESSAGE: readonly Command[] = [...ENVELOPE, ...HEADER, END];

describe('a peer that does not wait for answers', () => {
  it('gets one for each of its messages, and each message keeps its own deadline', async () => {
    const { address, lines, messages, server } = await startServer(
      [
        defineTransform({
          name: 'slow',
          onEnd: async (msg) => {
            await new Promise((resolve) => setTimeout(resolve, 50));
            msg.headers.set('X-Slow', 'yes');
          },
        }),
      ],
      { deadlines: { progress: 20 } },
    );
    const peer = await RawPeer.negotiated(address);
    peer.say(...MESSAGE, { type: 'abort' }, ...MESSAGE, ...MESSAGE, { type: 'quit' });
    await peer.closed();
    const codes = peer.packets.map(({ code }) => code).join('');
    // One for the end of the headers, progress while it takes its time, the edit, the verdict.
    expect(codes.slice(1)).toMatch(/^(cp+ha){3}$/);
    expect(messages().map(({ verdict }) => verdict)).toEqual(['accept', 'accept', 'accept']);
    expect(lines.filter(({ level }) => level === 'warn')).toEqual([]);
    await expect.poll(() => server.connections).toBe(0);
  });
});
