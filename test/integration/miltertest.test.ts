import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import { rewriteLines } from '../../src/core/verbs.ts';
import { discard, quarantine, reject, tempfail } from '../../src/core/verdict.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { formatAddress } from '../../src/server/listen-address.ts';
import { startServer } from '../support/milter-server.ts';
import { hasProgram, integrationRequired } from '../support/shared-tools.ts';

const missing = hasProgram('miltertest')
  ? undefined
  : 'there is no miltertest (Debian: apt-get install miltertest)';
if (missing !== undefined && integrationRequired) throw new Error(missing);
const suite = missing === undefined ? 'miltertest' : `miltertest: skipped, ${missing}`;

/** `reject.mail@...` is rejected at MAIL, and so on; whatever begins otherwise goes on. */
function verdictFor(name: string, stage = ''): Verdict | undefined {
  if (name.startsWith(`reject${stage}`)) return reject('no, 100% no');
  if (name.startsWith(`tempfail${stage}`)) return tempfail('later');
  return name.startsWith(`discard${stage}`) ? discard() : undefined;
}

/** A hook at every stage, so that miltertest can ask about each; the addresses say what is to happen. */
const everyStage = defineTransform({
  name: 'every-stage',
  edits: ['headers', 'body', 'sender', 'add-recipient', 'remove-recipient', 'quarantine'],
  onConnect: (msg) => verdictFor(msg.connection.host, '.example'),
  onHelo: (msg) => verdictFor(msg.connection.helo ?? '', '.example'),
  onMail: ({ address }) => verdictFor(address, '.mail'),
  onRcpt: ({ address }) => verdictFor(address, '@'),
  onData: (msg) => verdictFor(msg.envelope.sender.address, '.data'),
  onEnvelope: (msg) => verdictFor(msg.envelope.sender.address, '.headers'),
  onPart: (_part, msg) =>
    msg.envelope.sender.address.startsWith('edit@') ? rewriteLines((line) => line.toUpperCase()) : undefined,
  onEnd(msg) {
    const { address } = msg.envelope.sender;
    if (!address.startsWith('edit@')) return verdictFor(address, '.end');
    msg.headers.insert(0, 'X-Top', 'top');
    msg.headers.add('X-Last', 'last');
    msg.headers.set('Subject', 'changed');
    msg.headers.delete('X-Same', 2);
    msg.addRecipient('c@example.org');
    msg.removeRecipient('b@example.com');
    return quarantine('held for a test');
  },
});

describe.skipIf(missing !== undefined)(suite, () => {
  it('finds a filter with a hook at every stage to do what it should', async () => {
    const { address, messages, lines } = await startServer([everyStage]);
    const script = join(import.meta.dirname, '../fixtures/miltertest/every-stage.lua');
    const options = ['-D', `socket=${formatAddress(address)}`, '-s', script];
    const { stdout, stderr } = await promisify(execFile)('miltertest', options, { timeout: 50_000 }).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    // What does not hold is said on stdout; the exit status says no more.
    expect(`${stdout}${stderr}`).toBe('every stage: ok\n');
    const verdicts = messages().map(({ verdict }) => verdict);
    expect(verdicts.filter((verdict) => verdict === 'accept')).toHaveLength(6);
    for (const verdict of ['reject', 'tempfail', 'discard']) expect(verdicts).toContain(verdict);
    expect(messages().filter(({ changed }) => changed !== undefined)).toHaveLength(4);
    expect(lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
  });
});
