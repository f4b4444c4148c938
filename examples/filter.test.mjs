import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFilter } from 'millrace/testing';
import filter from './filter.mjs';

const eml = Buffer.from('From: anna@example.org\r\nSubject: hello\r\n\r\nHi Ben.\r\n');

await test('mail from outside is marked and gets the footer', async () => {
  const result = await runFilter(filter, { eml, from: 'anna@example.org', to: 'ben@example.net' });
  assert.equal(result.verdict.kind, 'accept');
  assert.match(result.message.toString(), /^Subject: \[external\] hello\r$/m);
  assert.match(result.message.toString(), /Hi Ben\.\r\n-- \r\nSent via example\.org\r\n$/);
});

await test('mail of our own users is not marked', async () => {
  const macros = { auth_authen: 'anna' };
  const result = await runFilter(filter, { eml, from: 'anna@example.org', to: 'ben@example.net', macros });
  assert.match(result.message.toString(), /^Subject: hello\r$/m);
});
