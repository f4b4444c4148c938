import type { ListenAddress } from '../../src/server/listen-address.ts';
import type { MilterClientOptions, SendResult } from '../../src/server/client-types.ts';
import { MilterClient } from '../../src/server/milter-client.ts';

/** A small message. */
export const PLAIN = Buffer.from('From: a@example.org\r\nSubject: hello\r\n\r\nfirst\r\nsecond\r\n');

/** Send one message over a connection of its own; the result with the bytes of the message (as latin1). */
export async function sendOnce(
  address: ListenAddress,
  options: MilterClientOptions = {},
  eml: Buffer = PLAIN,
): Promise<SendResult & { bytes: string }> {
  const client = await MilterClient.connect(address, options);
  try {
    const result = await client.send({ eml });
    const bytes = result.message === undefined ? '' : (await result.message.toBuffer()).toString('latin1');
    result.message?.dispose();
    return { ...result, bytes };
  } finally {
    await client.close();
  }
}
