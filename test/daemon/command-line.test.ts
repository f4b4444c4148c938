import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { millrace } from './memory-io.ts';

const COMMANDS = ['serve', 'run', 'check', 'send', 'probe', 'demo'];

describe('the command line', () => {
  it.each([
    [[], 'a command is missing; known are serve, run, check, send, probe, demo (see millrace --help)'],
    [['serv'], 'unknown command "serv"; did you mean "serve"?'],
    [['launch'], 'unknown command "launch"; known are serve, run, check, send, probe, demo'],
    [['--hlep'], 'unknown option "--hlep"; did you mean "--help"?'],
    [['check', '--shwo'], 'check: unknown option --shwo; did you mean "--show"?'],
    [['check', 'x.toml'], 'check: unexpected argument "x.toml"'],
    [['check', '-c'], 'check: -c needs a value (FILE)'],
    [['serve', '--listen'], 'serve: --listen needs a value (ADDR)'],
    [['probe'], 'probe: ADDR is missing'],
    [
      ['probe', '127.0.0.1:8890'],
      'address "127.0.0.1:8890": no known kind of address; did you mean inet:8890@127.0.0.1?',
    ],
    [['send', 'inet:1@127.0.0.1'], 'send: ADDR MESSAGE.eml|DIR... is missing'],
  ])('%j is told in one line, with status 2', async (argv, message) => {
    expect(await millrace('/', ...argv)).toEqual({ status: 2, stdout: '', stderr: `millrace: ${message}\n` });
  });

  it('says which version it is', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await millrace('/', '--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('has a help text that names every command', async () => {
    const { status, stdout } = await millrace('/', '--help');
    expect(status).toBe(0);
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it.each(COMMANDS)('has a help text for %s', async (name) => {
    const { status, stdout } = await millrace('/', name, '--help');
    expect(status).toBe(0);
    expect(stdout).toContain(`usage: millrace ${name} `);
  });
});
