import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/daemon/command-line.ts';
import { infectedMessage, reportMessage } from '../../../src/daemon/demo/messages.ts';
import { defineFilter, SpoolStore } from '../../../src/core/index.ts';
import { serverOptions } from '../../../src/daemon/commands/serve.ts';
import { DEFAULT_SETTINGS } from '../../../src/daemon/config/config.ts';
import { MilterClient, silentLogger } from '../../../src/server/index.ts';
import { tlsClient, tlsFile } from '../../support/tls.ts';
import { MemoryIo, millrace } from '../memory-io.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  writeFileSync(join(directory, 'report.eml'), reportMessage().bytes);
  writeFileSync(join(directory, 'infected.eml'), infectedMessage().bytes);
  writeFileSync(join(directory, 'empty.eml'), '');
  writeFileSync(join(directory, 'header.eml'), `X: ${'y'.repeat(5_000_000)}`);
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Running {
  readonly address: string;
  readonly io: MemoryIo;
  readonly log: () => Record<string, unknown>[];
  stop(): Promise<number>;
}

const logOf = (io: MemoryIo): Record<string, unknown>[] =>
  io.stdout.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

async function start(...argv: string[]): Promise<Running> {
  const io = new MemoryIo(directory);
  const status = runCommandLine(['serve', ...argv], io);
  const ended = status.then(() => {
    throw new Error(`serve has ended: ${io.stderr.text}`);
  });
  await Promise.race([io.stoppable, ended]);
  const listening = logOf(io).find((line) => line.msg === 'listening');
  return {
    address: String(listening?.listener),
    io,
    log: () => logOf(io),
    stop: () => {
      io.stop();
      return status;
    },
  };
}

/** What a running milter is needed for. */
async function withMilter(use: (running: Running) => Promise<void>, ...argv: string[]): Promise<void> {
  const running = await start(...(argv.length === 0 ? ['--listen', 'inet:0@127.0.0.1'] : argv));
  try {
    await use(running);
  } finally {
    await running.stop();
  }
}

/** Try until it works: the milter may not have noticed yet that the last client is gone. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = 1000; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

describe('serve', () => {
  it('says where it listens in one line, serves, and closes when asked', async () => {
    const running = await start('--listen', 'inet:0@127.0.0.1');
    expect(running.address).toMatch(/^inet:\d+@127\.0\.0\.1$/);
    expect(running.log().filter((line) => line.msg === 'listening')).toHaveLength(1);
    const sent = await millrace(directory, 'send', running.address, 'report.eml');
    expect(sent.status).toBe(0);
    expect(await running.stop()).toBe(0);
    expect(running.log()).toContainEqual(
      expect.objectContaining({
        level: 'info',
        msg: 'message',
        verdict: 'accept',
        changed: expect.stringContaining('body'),
      }),
    );
    expect(running.log().at(-1)).toMatchObject({ msg: 'stopped' });
    expect((await millrace(directory, 'probe', running.address)).status).toBe(1);
  });

  it('listens on a Unix socket with the mode that is configured, and removes it', async () => {
    const socket = join(directory, 'milter.sock');
    writeFileSync(
      join(directory, 'unix.toml'),
      `listen = ["unix:${socket}"]\nsocket = { mode = "0600" }\nlog-level = "warn"\n`,
    );
    const running = await start('-c', 'unix.toml');
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect((await millrace(directory, 'probe', `unix:${socket}`)).status).toBe(0);
    await running.stop();
    expect(existsSync(socket)).toBe(false);
    expect(running.log().filter((line) => line.level === 'info')).toEqual([]);
  });

  it('keeps to the deadlines and the number of connections that are configured', async () => {
    writeFileSync(
      join(directory, 'never.mjs'),
      `export default { name: 'never', onEnd: () => new Promise(() => {}) };`,
    );
    writeFileSync(
      join(directory, 'limits.toml'),
      `listen = ["inet:0@127.0.0.1"]
       connections = { max = 1 }
       deadlines = { message = "100ms", idle = "200ms" }
       [[transform]]
       use = "./never.mjs"
      `,
    );
    await withMilter(
      async ({ address, log }) => {
        const sent = await millrace(directory, 'send', address, 'report.eml');
        expect(sent.stdout).toMatch(/^report\.eml: tempfail 451 .* at endOfMessage\n/);
        const client = await eventually(() => MilterClient.connect(address));
        expect(await millrace(directory, 'probe', address)).toMatchObject({ status: 1 });
        expect(log()).toContainEqual(
          expect.objectContaining({ level: 'warn', msg: expect.stringContaining('too many') }),
        );
        // The connection is closed because it is idle, so that the next one finds room.
        await eventually(() => MilterClient.probe(address));
        await client.close();
      },
      '-c',
      'limits.toml',
    );
  });

  it('hands every deadline and limit of the configuration to the server', () => {
    const deadlines = {
      message: 1,
      command: 2,
      idle: 3,
      transaction: 4,
      handshake: 5,
      write: 6,
      pushback: 7,
      progress: 8,
    };
    const files = { certificate: '/c', key: '/k', clientCa: '/ca' };
    const tls = { ...files, listen: DEFAULT_SETTINGS.listen };
    const spool = new SpoolStore();
    const config = {
      ...DEFAULT_SETTINGS,
      source: 'test',
      filter: defineFilter([]),
      tls,
      deadlines: { ...deadlines, grace: 9 },
      connections: { max: 10, maxPacket: 70_000 },
    };
    expect(serverOptions(config, spool, silentLogger)).toEqual({
      listen: DEFAULT_SETTINGS.listen,
      tls,
      socket: {},
      maxConnections: 10,
      maxPacket: 70_000,
      deadlines,
      spool,
      logger: silentLogger,
    });
  });

  it('listens with TLS, and not without it', async () => {
    writeFileSync(
      join(directory, 'tls.toml'),
      `tls = { listen = ["inet:0@127.0.0.1"], certificate = "${tlsFile('server.pem')}", key = "${tlsFile('server.key')}" }\n`,
    );
    await withMilter(
      async ({ address, log }) => {
        expect(log().filter((line) => line.msg === 'listening')).toMatchObject([{ tls: true }]);
        expect((await MilterClient.probe(address, { tls: tlsClient() })).version).toBe(6);
        await expect(MilterClient.probe(address)).rejects.toMatchObject({ code: 'MILLRACE_CONNECT' });
      },
      '-c',
      'tls.toml',
    );
  });

  it('does not take an address that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    const port = await portOf(other);
    const result = await millrace(directory, 'serve', '--listen', `inet:${port}@127.0.0.1`);
    expect(result).toMatchObject({
      status: 1,
      stderr: `millrace: inet:${port}@127.0.0.1 is in use by another process (EADDRINUSE)\n`,
    });
    other.close();
  });

  it('refuses a wrong address', async () => {
    expect(await millrace(directory, 'serve', '--listen', '8890')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'millrace: address "8890": no known kind of address; did you mean inet:8890@127.0.0.1?\n',
    });
  });
});

function portOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.once('listening', () => resolve((server.address() as { port: number }).port));
  });
}

describe('probe', () => {
  it('shows what a milter negotiates', async () => {
    await withMilter(async ({ address }) => {
      const { status, stdout } = await millrace(directory, 'probe', address);
      expect(status).toBe(0);
      expect(stdout).toMatch(
        /^inet:\d+@127\.0\.0\.1: a milter, version 6\n {2}actions: {2}ADDHDRS CHGBODY .*\n {2}protocol: NR_HDR /,
      );
    });
  });

  it('fails when nobody listens, and when it is no milter', async () => {
    const other = createServer((socket) => socket.end('220 smtp.example.org ESMTP\r\n')).listen(
      0,
      '127.0.0.1',
    );
    const port = await portOf(other);
    const smtp = await millrace(directory, 'probe', `inet:${port}@127.0.0.1`);
    other.close();
    expect(smtp.status).toBe(1);
    expect(smtp.stderr).toMatch(/^millrace: .+\n$/);
    const nobody = await millrace(directory, 'probe', `unix:${directory}/none.sock`);
    expect(nobody).toEqual({
      status: 1,
      stdout: '',
      stderr: `millrace: cannot connect to unix:${directory}/none.sock (ENOENT)\n`,
    });
  });
});

describe('send', () => {
  it('shows what a milter answers, and writes what the MTA would go on with', async () => {
    await withMilter(async ({ address }) => {
      const { status, stdout, stderr } = await millrace(
        directory,
        'send',
        address,
        '-o',
        'sent',
        'report.eml',
        'infected.eml',
      );
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(stdout).toBe(`\
report.eml: accept at endOfMessage, body replaced
  header: add X-Attachment-Removed: name="figures.exe"; type=application/octet-stream; rule=.exe
infected.eml: reject 550 5.7.1 message contains a virus (Eicar-Test-Signature) at endOfMessage
`);
      expect(existsSync(join(directory, 'sent/infected.eml'))).toBe(false);
      await millrace(directory, 'run', '-o', 'ran', 'report.eml');
      expect(readFileSync(join(directory, 'sent/report.eml'), 'latin1')).toBe(
        readFileSync(join(directory, 'ran/report.eml'), 'latin1'),
      );
    });
  });

  it('prints one object a line with --json', async () => {
    await withMilter(async ({ address }) => {
      const { stdout } = await millrace(directory, 'send', '--json', address, 'report.eml', 'infected.eml');
      const [report, infected] = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
      expect(report).toEqual({
        file: 'report.eml',
        verdict: { kind: 'accept' },
        stage: 'endOfMessage',
        bodyChanged: true,
        headerEdits: [
          { kind: 'add', name: 'X-Attachment-Removed', value: expect.stringContaining('figures.exe') },
        ],
        envelopeEdits: [],
        refused: [],
        progress: 0,
      });
      expect(infected).toMatchObject({
        verdict: {
          kind: 'reject',
          code: 550,
          status: '5.7.1',
          text: 'message contains a virus (Eicar-Test-Signature)',
        },
        bodyChanged: false,
      });
    });
  });

  it('shows edits of the envelope', async () => {
    writeFileSync(
      join(directory, 'edits.mjs'),
      `export default { name: 'edits', edits: ['headers', 'sender', 'add-recipient', 'remove-recipient', 'quarantine'], onEnd(msg) {
        msg.headers.insert(0, 'X-Top', '1');
        msg.headers.set('Subject', 'new');
        msg.headers.delete('Date');
        msg.addRecipient('new@example.org');
        msg.removeRecipient('recipient@example.org');
        msg.changeSender('bounce@example.org');
        msg.quarantine('because');
      } };`,
    );
    writeFileSync(
      join(directory, 'edits.toml'),
      'listen = ["inet:0@127.0.0.1"]\n[[transform]]\nuse = "./edits.mjs"\n',
    );
    await withMilter(
      async ({ address }) => {
        const { stdout } = await millrace(directory, 'send', '--json', address, 'infected.eml');
        expect(JSON.parse(stdout)).toMatchObject({
          headerEdits: [
            { kind: 'change', name: 'Subject', index: 1, value: ' new' },
            { kind: 'delete', name: 'Date', index: 1 },
            { kind: 'insert', name: 'X-Top', index: 0, value: ' 1' },
          ],
          envelopeEdits: [
            { kind: 'add-recipient', address: 'new@example.org', parameters: [] },
            { kind: 'remove-recipient', address: 'recipient@example.org' },
            { kind: 'change-sender', address: 'bounce@example.org', parameters: [] },
          ],
          quarantine: 'because',
        });
      },
      '-c',
      'edits.toml',
    );
  });

  it('goes on after a file that cannot be read, but not after a milter that is gone', async () => {
    await withMilter(async ({ address }) => {
      const { status, stdout, stderr } = await millrace(
        directory,
        'send',
        address,
        'gone.eml',
        'empty.eml',
        'header.eml',
        'report.eml',
      );
      expect(status).toBe(1);
      expect(stderr).toBe(
        'millrace: gone.eml: no such file or directory\nmillrace: empty.eml: is empty\nmillrace: header.eml: a header of more than 4194304 bytes\n',
      );
      expect(stdout).toMatch(/^report\.eml: accept/);
    });
    const nobody = await millrace(directory, 'send', `unix:${directory}/none.sock`, 'report.eml');
    expect(nobody.status).toBe(1);
    expect((await millrace(directory, 'send', 'unix:/x')).stderr).toBe(
      'millrace: send: ADDR MESSAGE.eml|DIR... is missing\n',
    );
  });
});
