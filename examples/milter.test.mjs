import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serve } from 'millrace';
import { MilterClient } from 'millrace/testing';
import filter from './filter.mjs';

const eml = Buffer.from('From: anna@example.org\r\nSubject: hello\r\n\r\nHi Ben.\r\n');

for (const mta of /** @type {const} */ (['postfix', 'sendmail', 'stalwart'])) {
  await test(`${mta}: the second message of a connection is like the first`, async () => {
    const server = await serve(filter, { listen: 'inet:0@127.0.0.1' });
    const client = await MilterClient.connect(server.addresses[0], { mta });
    // Something that an MTA sees every day: the SMTP client goes away in the middle.
    await client.giveUp({ eml }, 'body');
    const result = await client.send({ eml, from: 'anna@example.org', rcpt: ['ben@example.net'] });
    assert.equal(result.verdict, 'accept');
    assert.deepEqual(result.envelope?.recipients, [{ address: 'ben@example.net', parameters: [] }]);
    assert.match(String(await result.message?.toBuffer()), /^Subject: \[external\] hello\r$/m);
    result.message?.dispose();
    await client.close();
    await server.close();
  });
}
