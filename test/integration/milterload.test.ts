import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MilterClient } from '../../src/server/milter-client.ts';
import { BuiltSources, FilterProcess } from '../support/daemon-process.ts';
import { Milterload, milterloadMissing } from '../support/milterload.ts';
import { integrationRequired, temporaryDirectory } from '../support/shared-tools.ts';

if (milterloadMissing !== undefined && integrationRequired) throw new Error(milterloadMissing);
const suite = milterloadMissing === undefined ? 'milterload' : `milterload: skipped, ${milterloadMissing}`;

/** A filter that changes every message: header and body. */
const STAMP = `defineFilter([defineTransform({
  name: 'stamp',
  onPart: (part) => (part.type === 'text/plain' ? rewriteLines((line) => line, { atEnd: () => 'the end\\r\\n' }) : undefined),
  onEnd: (msg) => void msg.headers.set('X-Stamp', 'yes'),
})])`;

/** A filter that only looks, and so answers each body chunk. */
const LOOK = `defineFilter([defineTransform({
  name: 'look',
  edits: ['headers'],
  onPart: (part) => (part.isMultipart ? undefined : tap((content) => void content.resume())),
})])`;

describe.skipIf(milterloadMissing !== undefined)(suite, () => {
  let load: Milterload;
  let built: BuiltSources;
  const filters: Record<string, FilterProcess> = {};

  beforeAll(async () => {
    [load, built] = await Promise.all([Milterload.compile(), BuiltSources.build()]);
    filters['stamp'] = await FilterProcess.start(built, STAMP);
    filters['look'] = await FilterProcess.start(built, LOOK);
  });

  afterAll(async () => {
    for (const filter of Object.values(filters)) await filter.end('SIGKILL');
    await Promise.all([load?.remove(), built?.remove()]);
  });

  const runs: [string, string[], number][] = [
    ['2000 messages over 16 connections', ['-n', '2000', '-c', '16', '--verify-sha'], 2000],
    [
      'large messages',
      ['-n', '8', '-c', '4', '--synth', 'mixed:3m', '--synth', 'text:2m', '--verify-sha'],
      8,
    ],
    ['an endless line', ['-n', '2', '--synth', 'lf:2m', '--verify-sha'], 2],
    ['a new connection for each message', ['-n', '60', '-c', '4', '-m', '1'], 60],
    ['an MTA that offers no NR', ['-n', '60', '-c', '4', '--no-nr', '--verify-sha'], 60],
    ['an MTA that offers no SKIP', ['-n', '60', '-c', '4', '--no-skip', '--verify-sha'], 60],
    ['Sendmail', ['-n', '60', '-c', '4', '--sendmail', '--verify-sha'], 60],
    ['version 2', ['-n', '40', '-c', '2', '--version', '2', '--actions', '0x3f', '--protocol', '0x7f'], 40],
    ['version 3', ['-n', '40', '-c', '2', '--version', '3', '--actions', '0x3f', '--protocol', '0x17f'], 40],
    ['version 4', ['-n', '40', '-c', '2', '--version', '4', '--actions', '0x3f', '--protocol', '0x37f'], 40],
    [
      "Stalwart's offer",
      ['-n', '40', '-c', '2', '--sendmail', '--actions', '0xff', '--protocol', '0x42', '--verify-sha'],
      40,
    ],
    ['packets of 1 MiB', ['-n', '20', '-c', '2', '--mds1m', '--synth', 'text:3m', '--verify-sha'], 20],
    ['packets of 256 KiB', ['-n', '20', '-c', '2', '--mds256k', '--synth', 'mixed:1m', '--verify-sha'], 20],
    ['single bytes on the wire', ['-n', '3', '--frag', '1', '--synth', 'text:1k', '--verify-sha'], 3],
    ['body chunks of one byte', ['-n', '3', '--chunk', '1', '--synth', 'mixed:1k', '--verify-sha'], 3],
    [
      'an MTA that reads slowly',
      ['-n', '3', '--read-delay', '2000', '--synth', 'text:500k', '--verify-sha'],
      3,
    ],
    ['sessions that end with QUIT_NC', ['-n', '60', '-c', '2', '-m', '5', '--quit-nc'], 60],
    ['whole bodies held at end-of-message', ['-n', '16', '-c', '8', '--hold-eom', '--synth', 'text:1m'], 16],
  ];

  describe.each(['stamp', 'look'] as const)('with the filter "%s"', (name) => {
    it.each(runs)('%s: no protocol error', async (_, options, messages) => {
      const report = await load.run(`127.0.0.1:${filters[name].port}`, ...options);
      expect(report).toMatchObject({ errors: 0, messages, not_closed_after_quit: 0 });
      // A message without an edit may end before its last chunk, but always as accepted.
      expect(report.final).toEqual({ a: messages });
      if (name === 'stamp') expect(report.body_replaced).toBeGreaterThan(report.body_in);
      else expect(report.packets).toEqual({});
    });

    it('messages that are given up in the middle, and connections that break: the others are fine', async () => {
      const report = await load.run(
        `127.0.0.1:${filters[name].port}`,
        ...'-n 200 -c 4 --abort-pct 20 --drop-pct 20 --synth text:200k'.split(' '),
      );
      expect(report).toMatchObject({ errors: 0, messages: 200 });
      expect(report.aborted).toBeGreaterThan(10);
      expect(report.dropped).toBeGreaterThan(10);
      expect(report.final).toEqual({ a: 200 - report.aborted - report.dropped });
    });
  });

  it('SIGTERM: the message that is under way is answered, then the process ends', async () => {
    const filter = await FilterProcess.start(
      built,
      `defineFilter([defineTransform({
        name: 'slow',
        onEnd: (msg) => new Promise((resolve) => setTimeout(() => {
          msg.headers.set('X-Slow', 'yes');
          resolve();
        }, 500)),
      })])`,
    );
    const client = await MilterClient.connect(filter.address);
    const sending = client.send({ eml: Buffer.from('Subject: x\r\n\r\ntext\r\n') });
    await sleep(200);
    const ending = filter.end('SIGTERM');
    expect(await sending).toMatchObject({ verdict: 'accept', modifications: [{ name: 'X-Slow' }] });
    expect(await ending).toBe(0);
    await client.close();
  });

  it('a socket that was handed over by the starter is served, as is a Unix socket', async () => {
    const starter = createServer();
    starter.listen(0, '127.0.0.1');
    await once(starter, 'listening');
    const { port } = starter.address() as { port: number };
    const handle = Reflect.get(starter, '_handle') as { fd: number };
    const handed = await FilterProcess.start(built, STAMP, 'fd:3', '{}', [handle.fd]);
    starter.close();
    expect(handed.address).toBe('fd:3');
    expect(await load.run(`127.0.0.1:${port}`, '-n', '20')).toMatchObject({ errors: 0, messages: 20 });
    await handed.end('SIGTERM');

    const directory = await temporaryDirectory();
    const unix = await FilterProcess.start(built, STAMP, `unix:${directory.path}/s`);
    expect(await load.run(unix.address, '-n', '200', '-c', '8')).toMatchObject({ errors: 0, messages: 200 });
    await unix.end('SIGTERM');
    await directory.remove();
  });
});
