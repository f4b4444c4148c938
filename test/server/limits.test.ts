import { describe, expect, it } from 'vitest';
import { defineTransform, judge } from '../../src/core/index.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/core/limits.ts';
import type { SendResult } from '../../src/server/client-types.ts';
import { MilterClient } from '../../src/server/milter-client.ts';
import { footer } from '../../src/transforms/index.ts';
import { startServer } from '../support/milter-server.ts';
import { PLAIN } from '../support/send-once.ts';

/** Reads each part before it is passed on. */
const judging = defineTransform({
  name: 'judges',
  onPart: (part) => (part.isLeaf ? judge((content) => void content.resume()) : undefined),
});

const MESSAGE = Buffer.from(
  [
    'From: a@example.org',
    'Subject: limits',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b; a=1; c=2; d=3',
    '',
    '--b',
    `X-Long: ${'a'.repeat(100)}`,
    '',
    `A text with a line of more than eighty bytes, ${'and so on, '.repeat(8)}`,
    'and another.',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Subject: inside',
    '',
    'text',
    '--b--',
    '',
  ].join('\r\n'),
);

/** A value of each limit that the message goes beyond. The other limits are about the envelope and about single transforms. */
const REACHED = {
  headerBytes: 60,
  headerFields: 3,
  mimeHeaderBytes: 60,
  partHeaderBytes: 50,
  parts: 3,
  depth: 2,
  parameters: 2,
  lineBytes: 80,
  textPartBytes: 100,
  spoolBytes: 200,
} satisfies Partial<Limits>;

/** Those that do not only end the splitting of a message into parts. */
const FATAL = new Set(['headerBytes', 'headerFields', 'mimeHeaderBytes', 'spoolBytes']);

describe.each(Object.entries(REACHED))('a message beyond the limit %s', (name, value) => {
  it.each(['tempfail', 'reject', 'accept', undefined] as const)(
    'is answered as onLimit %s says, and the session goes on',
    async (onLimit) => {
      const policy = { limits: { [name]: value }, ...(onLimit && { onLimit }) };
      const { address, lines } = await startServer([judging, footer({ text: 'A footer.' })], {}, policy);
      const client = await MilterClient.connect(address);
      try {
        const limited = await client.send({ eml: MESSAGE });
        expect(limited.verdict).toBe(onLimit ?? (FATAL.has(name) ? 'tempfail' : 'accept'));
        // On with what the MTA has, or with what could be done: not to a text whose header goes on in its content.
        expect(await hasFooter(limited)).toBe(
          onLimit === undefined && !FATAL.has(name) && name !== 'partHeaderBytes',
        );
        const next = await client.send({
          eml: /^(?:mime)?header/i.test(name) ? SMALL : PLAIN,
        });
        expect(next.verdict).toBe('accept');
        expect(await hasFooter(next)).toBe(true);
      } finally {
        await client.close();
      }
      expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    },
  );
});

async function hasFooter({ message }: SendResult): Promise<boolean> {
  if (message === undefined) return false;
  const bytes = await message.toBuffer();
  message.dispose();
  return bytes.includes('A footer.');
}

const SMALL = Buffer.from('From: a@b.example\r\n\r\ntext\r\n');

it('has a test for each limit that a message can reach', () => {
  const others = ['heldBytes', 'unitBytes', 'recipients'];
  expect([...Object.keys(REACHED), ...others].toSorted()).toEqual(Object.keys(DEFAULT_LIMITS).toSorted());
});
