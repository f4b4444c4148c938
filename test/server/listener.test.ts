import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MillraceError } from '../../src/base/errors.ts';
import { parseAddress } from '../../src/server/listen-address.ts';
import { listen } from '../../src/server/listener.ts';
import type { Listener } from '../../src/server/listener.ts';
import type { SocketAccess } from '../../src/server/socket-file.ts';

let directory: string;
let path: string;
const open: Listener[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-listen-'));
  path = join(directory, 's');
});

afterEach(() => {
  for (const listener of open.splice(0)) listener.close();
  rmSync(directory, { recursive: true, force: true });
});

async function start(text: string, access: SocketAccess = {}, sockets: Socket[] = []): Promise<Listener> {
  const listener = await listen(
    parseAddress(text),
    { access },
    {
      connection: (socket) => sockets.push(socket),
      refused: () => undefined,
      full: () => undefined,
      error: () => undefined,
    },
  );
  open.push(listener);
  return listener;
}

async function failure(text: string, access?: SocketAccess): Promise<string> {
  const error: unknown = await start(text, access).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MillraceError);
  expect((error as MillraceError).code).toBe('MILLRACE_LISTEN');
  return (error as MillraceError).message;
}

/** A socket file whose process was killed. */
async function leaveStaleSocket(): Promise<void> {
  const child = spawn(process.execPath, [
    '-e',
    `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
  ]);
  await once(child, 'exit');
  expect(statSync(path).isSocket()).toBe(true);
}

describe('listen', () => {
  it('takes TCP connections and tells the port that it got', async () => {
    const sockets: Socket[] = [];
    const listener = await start('inet:0@127.0.0.1', {}, sockets);
    if (listener.address.kind !== 'inet') throw new Error('not TCP');
    expect(listener.address.port).toBeGreaterThan(0);
    const client = connect(listener.address.port, '127.0.0.1');
    await once(client, 'connect');
    await expect.poll(() => sockets.length).toBe(1);
    client.destroy();
    sockets[0].destroy();
  });

  it('says clearly that a port is in use', async () => {
    const first = await start('inet:0@127.0.0.1');
    if (first.address.kind !== 'inet') throw new Error('not TCP');
    expect(await failure(`inet:${first.address.port}@127.0.0.1`)).toBe(
      `inet:${first.address.port}@127.0.0.1 is in use by another process (EADDRINUSE)`,
    );
  });

  it('says clearly that an address is not of this machine', async () => {
    expect(await failure('inet:0@192.0.2.1')).toContain('is no address of this machine');
  });

  it('gives a Unix socket mode 0660 and removes it at close', async () => {
    const before = process.umask();
    const listener = await start(`unix:${path}`);
    expect(process.umask()).toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    listener.close();
    await expect.poll(() => existsSync(path)).toBe(false);
  });

  it('gives a Unix socket the mode and the group that are asked for', async () => {
    await start(`unix:${path}`, { mode: 0o600, group: process.getgid!() });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(path).gid).toBe(process.getgid!());
  });

  it('finds a group by its name', async () => {
    const [name, , id] = readFileSync('/etc/group', 'utf8').split('\n')[0].split(':');
    if (process.getuid!() !== 0 && process.getgid!() !== Number(id)) return;
    await start(`unix:${path}`, { group: name });
    expect(statSync(path).gid).toBe(Number(id));
  });

  it('leaves no socket behind when the group is unknown', async () => {
    expect(await failure(`unix:${path}`, { group: 'no-such-group' })).toContain('"no-such-group"');
    await expect.poll(() => existsSync(path)).toBe(false);
  });

  it('replaces a stale socket', async () => {
    await leaveStaleSocket();
    await start(`unix:${path}`);
    const client = connect(path);
    await once(client, 'connect');
    client.destroy();
  });

  it('does not steal a live socket', async () => {
    const other = createServer((socket) => socket.on('error', () => undefined).end('mine'));
    other.listen(path);
    await once(other, 'listening');
    expect(await failure(`unix:${path}`)).toBe(`unix:${path} is in use by another process`);
    const client = connect(path);
    const [data] = (await once(client, 'data')) as [Buffer];
    expect(data.toString()).toBe('mine');
    client.destroy();
    other.close();
  });

  it.each([
    ['a file', () => writeFileSync(path, 'precious')],
    ['a directory', () => mkdirSync(path)],
  ])('never removes %s', async (_, make) => {
    make();
    expect(await failure(`unix:${path}`)).toContain('is no socket');
    expect(existsSync(path)).toBe(true);
  });

  it('says clearly that the directory does not exist', async () => {
    expect(await failure(`unix:${directory}/no/s`)).toBe(
      `unix:${directory}/no/s is in a directory that does not exist (ENOENT)`,
    );
  });

  it.runIf(process.getuid!() !== 0)('says clearly that the directory is not writable', async () => {
    chmodSync(directory, 0o500);
    expect(await failure(`unix:${path}`)).toContain('may not be used by this user');
    chmodSync(directory, 0o700);
  });

  it('says clearly that a descriptor is none', async () => {
    expect(await failure('fd:999')).toMatch(/^fd:999 /);
  });
});
