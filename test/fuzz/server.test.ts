import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import { rewriteLines, tap } from '../../src/core/verbs.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { startServer } from '../support/milter-server.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { mutatedSession, pieces, pieceSizes } from './sessions.ts';

const PLAIN = Buffer.from('Subject: x\r\n\r\nhello\r\n');

/** Descriptors of this process; undefined where that cannot be seen. */
function descriptors(): number | undefined {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : undefined;
}

/** Reads all parts, changes the text and the header, has a hook at every stage. */
const BUSY = defineTransform({
  name: 'busy',
  onConnect: () => undefined,
  onHelo: () => undefined,
  onMail: () => undefined,
  onRcpt: () => undefined,
  onData: () => undefined,
  onEnvelope: () => undefined,
  onPart: (part) => (part.type === 'text/plain' ? rewriteLines((line) => `${line}!`) : undefined),
  onEnd: (msg) => msg.headers.set('X-Busy', 'yes'),
});
const LOOK = defineTransform({
  name: 'look',
  onPart: (part) => (part.isLeaf ? tap((content) => void content.resume()) : undefined),
});

describe('a server', () => {
  it('outlives any peer, closes what it leaves behind, and serves the next one', async () => {
    const { address, server, lines } = await startServer([LOOK, BUSY]);
    const before = descriptors();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(mutatedSession, pieceSizes, fc.boolean()), { minLength: 1, maxLength: 4 }),
        async (sessions) => {
          const play = async ([bytes, sizes, isRude]: (typeof sessions)[number]): Promise<void> => {
            const peer = await RawPeer.connect(address);
            for (const piece of pieces(bytes, sizes)) {
              if (peer.isClosed) break;
              peer.write(Buffer.from(piece));
              if (sizes[0] % 2 === 0) await new Promise(setImmediate);
            }
            if (isRude) peer.destroy();
            else peer.socket.end();
            await peer.closed();
          };
          await Promise.all(sessions.map(play));
          const client = await MilterClient.connect(address);
          expect(await client.send({ eml: PLAIN })).toMatchObject({ verdict: 'accept' });
          await client.close();
          // Nothing has fallen through to the connection's last net.
          expect(lines.splice(0).filter(({ text }) => text === 'connection failed')).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
    await expect.poll(() => server.connections).toBe(0);
    await expect.poll(descriptors).toBe(before);
  });
});
