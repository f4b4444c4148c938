import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt, finished, ROOT, startProgram } from '../support/built-program.ts';

let directory: string;
beforeAll(async () => {
  await ensureBuilt();
  directory = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  writeFileSync(join(directory, 'plain.eml'), 'Subject: hello\n\nHi.\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

const millrace = (...argv: string[]) => finished(startProgram(directory, ...argv));

/** Resolves with the first line of stdout that holds the text. */
function lineWith(child: ChildProcess, text: string): Promise<string> {
  let seen = '';
  return new Promise((resolve, reject) => {
    child.on('close', () => reject(new Error(`ended before it said ${text}: ${seen}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      const line = seen.split('\n').find((candidate) => candidate.includes(text));
      if (line !== undefined) resolve(line);
    });
  });
}

describe('the program', () => {
  it.each([
    [['--version'], 0],
    [['check'], 0],
    [['run', 'gone.eml'], 1],
    [['chekc'], 2],
    [['check', '-c', 'gone.toml'], 2],
  ])('%j ends with status %i', async (argv, status) => {
    const result = await millrace(...argv);
    expect(result.status).toBe(status);
    expect(result.stderr.split('\n')).toHaveLength(status === 0 ? 1 : 2);
  });

  it('writes a large output to a pipe to its end', async () => {
    const result = await millrace('run', '--json', ...Array<string>(500).fill('plain.eml'));
    expect(result.stdout.split('\n')).toHaveLength(501);
  });

  it('serves until SIGTERM, then ends with status 0', async () => {
    const child = startProgram(directory, 'serve', '--listen', 'inet:0@127.0.0.1');
    const end = finished(child);
    const { listener } = JSON.parse(await lineWith(child, '"listening"')) as { listener: string };
    expect((await millrace('probe', listener)).status).toBe(0);
    child.kill('SIGTERM');
    expect((await end).status).toBe(0);
    expect((await millrace('probe', listener)).status).toBe(1);
  });

  it('goes on serving when nobody reads its log any more', async () => {
    const child = startProgram(directory, 'serve', '--listen', 'inet:0@127.0.0.1');
    const end = finished(child);
    const { listener } = JSON.parse(await lineWith(child, '"listening"')) as { listener: string };
    child.stdout?.destroy();
    for (let i = 0; i < 3; i++) expect((await millrace('send', listener, 'plain.eml')).status).toBe(0);
    child.kill('SIGTERM');
    expect((await end).status).toBe(0);
  });

  it('ends quietly when nobody reads its output', async () => {
    const child = startProgram(directory, 'run', '--json', ...Array<string>(2000).fill('plain.eml'));
    const end = finished(child);
    child.stdout?.destroy();
    expect(await end).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('ends at once at the second signal', async () => {
    writeFileSync(
      join(directory, 'slow.mjs'),
      `export default { name: 'slow', onEnd() { console.log('"waiting"'); return new Promise(() => {}); } };`,
    );
    writeFileSync(join(directory, 'slow.toml'), '[[transform]]\nuse = "./slow.mjs"\n');
    const child = startProgram(directory, 'serve', '-c', 'slow.toml', '--listen', 'inet:0@127.0.0.1');
    const end = finished(child);
    const waiting = lineWith(child, '"waiting"');
    const stopping = lineWith(child, '"stopping"');
    const { listener } = JSON.parse(await lineWith(child, '"listening"')) as { listener: string };
    const send = finished(startProgram(directory, 'send', listener, 'plain.eml'));
    await waiting;
    child.kill('SIGTERM');
    await stopping;
    child.kill('SIGTERM');
    expect((await end).status).toBe(143);
    expect((await send).status).toBe(1);
  });

  it('logs an error that nobody has caught, and ends with status 1', async () => {
    writeFileSync(
      join(directory, 'crash.mjs'),
      `export default { name: 'crash', onEnd() { setImmediate(() => { throw new Error('secret content'); }); return new Promise(() => {}); } };`,
    );
    writeFileSync(join(directory, 'crash.toml'), '[[transform]]\nuse = "./crash.mjs"\n');
    const child = startProgram(directory, 'serve', '-c', 'crash.toml', '--listen', 'inet:0@127.0.0.1');
    const end = finished(child);
    const { listener } = JSON.parse(await lineWith(child, '"listening"')) as { listener: string };
    const send = await millrace('send', listener, 'plain.eml');
    expect(send).toMatchObject({ status: 1, stdout: '' });
    const { status, stdout } = await end;
    expect(status).toBe(1);
    expect(stdout).toContain('"uncaught error: the process ends"');
    expect(stdout).not.toContain('secret content');
  });

  it('prints nothing of its own when npm runs it', async () => {
    const npm = spawn('npm', ['run', '-s', 'millrace', '--', 'check', '-c', 'examples/footer.toml'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { status, stdout } = await finished(npm);
    expect(stdout).toBe('examples/footer.toml: ok, 1 transform\n');
    expect(status).toBe(0);
  });
});
