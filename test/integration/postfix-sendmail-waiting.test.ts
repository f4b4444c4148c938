import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import type { AnyTransform, TransformDefinition } from '../../src/core/transform.ts';
import { judge, tap } from '../../src/core/verbs.ts';
import { footer } from '../../src/transforms/index.ts';
import { BOTH_MTAS, describeMta, MtaBench } from '../support/mta-bench.ts';
import type { MtaVariant } from '../support/mta-bench.ts';
import { lines } from '../support/mta-instance.ts';

/** Twice as long as Sendmail waits for a packet to be taken or answered. Milliseconds. */
const WAIT = 20_000;

const LINE = 'The quick brown fox jumps over the lazy dog.\r\n';
const ATTACHED = Buffer.alloc(22_000 * LINE.length, LINE);
const LARGE = Buffer.concat([
  lines(
    'From: Anna <anna@example.org>',
    'To: Otto <otto@example.com>',
    'Subject: large',
    'Message-ID: <1@example.org>',
    'Date: Thu, 1 Jan 2026 00:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    'See the attachments.',
    '--b',
    'Content-Type: application/octet-stream; name=first',
    '',
  ),
  ATTACHED,
  lines('--b', 'Content-Type: application/octet-stream; name=second', ''),
  ATTACHED,
  lines('', '--b--'),
]);

/** The last line end belongs to the boundary behind the part. */
const DIGEST = createHash('sha256').update(ATTACHED.subarray(0, -2)).digest('hex');

/** Reads all, and waits in the middle. */
async function readSlowly(content: Readable): Promise<string> {
  const hash = createHash('sha256');
  let read = 0;
  for await (const chunk of content) {
    const before = read;
    read += (chunk as Buffer).length;
    hash.update(chunk as Buffer);
    if (before < ATTACHED.length / 2 && read >= ATTACHED.length / 2) await sleep(WAIT);
  }
  return hash.digest('hex');
}

type Waiter = Omit<TransformDefinition<{ digest: string }>, 'name'>;

/** Where a transform may wait. Those that read tell what they have read. */
const WAITERS: Record<string, Waiter> = {
  onPart: {
    onPart: async (part) => {
      if (part.filename === 'first') await sleep(WAIT);
      return undefined;
    },
  },
  tap: {
    onPart: (part, msg) =>
      part.filename === 'first'
        ? tap(async (content) => void (msg.state.digest = await readSlowly(content)))
        : undefined,
  },
  judge: {
    onPart: (part, msg) =>
      part.filename === 'first'
        ? judge(async (content) => void (msg.state.digest = await readSlowly(content)))
        : undefined,
  },
  onEnd: { onEnd: () => sleep(WAIT, undefined) },
};

const waiting = (hooks: Waiter): AnyTransform =>
  defineTransform<{ digest: string }>({
    name: 'waiting',
    state: () => ({ digest: '' }),
    ...hooks,
    async onEnd(msg) {
      await hooks.onEnd?.(msg);
      msg.headers.set('X-Waited', msg.state.digest === '' ? 'yes' : msg.state.digest);
    },
  });

let bench: MtaBench;
beforeAll(async () => {
  const filters = Object.entries(WAITERS).map(([name, hooks]) => [
    name,
    { transforms: [waiting(hooks), footer({ text: 'Sent via example.org' })] },
  ]);
  bench = await MtaBench.start(BOTH_MTAS, Object.fromEntries(filters));
});
afterAll(() => bench?.stop());

describe.concurrent('a transform that waits 20 s', () => {
  for (const variant of BOTH_MTAS) describeMta(variant.kind, variant.name, () => tests(variant));
});

function tests(variant: MtaVariant): void {
  it('in onPart, a tap, a judge or onEnd delays its message, and nothing else', async () => {
    const names = Object.keys(WAITERS);
    const fates = await Promise.all(names.map((name) => bench.send(variant, name, { bytes: LARGE })));
    for (const [i, { code, copies }] of fates.entries()) {
      expect([names[i], code]).toEqual([names[i], '250']);
      const waited = ['tap', 'judge'].includes(names[i]) ? DIGEST : 'yes';
      const expected = LARGE.toString('latin1')
        .replace('\r\n\r\n', `\r\nX-Waited: ${waited}\r\n\r\n`)
        .replace('attachments.\r\n', 'attachments.\r\nSent via example.org\r\n');
      expect(copies.map(({ bytes }) => bytes.equals(Buffer.from(expected, 'latin1')))).toEqual([true]);
    }
  });
}
