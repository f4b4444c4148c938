import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../src/daemon/config/config.ts';
import { formatDuration } from '../../../src/daemon/config/units.ts';
import { loadConfig } from '../../../src/daemon/config/load-config.ts';
import { tlsFile } from '../../support/tls.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  mkdirSync(join(directory, 'spool'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return name;
}

const FOOTER = '[[transform]]\nuse = "footer"\ntext = "hello"\n';

async function problem(text: string): Promise<string> {
  const error: unknown = await loadConfig(file('c.toml', text), directory).then(
    () => new Error('the configuration was taken'),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'MILLRACE_CONFIG' });
  return (error as Error).message;
}

describe('loadConfig', () => {
  it('has an embedded default', async () => {
    const config = await loadConfig(undefined, directory);
    expect(config.source).toBe('embedded default');
    expect(config.filter.transforms.map(({ name }) => name)).toEqual([
      'virus-scan',
      'strip-attachments',
      'footer',
    ]);
    expect(config.listen).toEqual([{ kind: 'inet', family: 4, host: '127.0.0.1', port: 8890 }]);
    expect(config.tls).toBeUndefined();
    expect(config.deadlines).toEqual({
      message: 240_000,
      command: 25_000,
      idle: 300_000,
      transaction: 7_210_000,
      handshake: 30_000,
      write: 60_000,
      pushback: 3000,
      progress: 2000,
      grace: 30_000,
    });
  });

  it('reads every key', async () => {
    const text = `
      listen = ["inet:9000@127.0.0.1", "unix:/run/millrace/milter.sock"]
      on-error = "accept"
      on-limit = "reject"
      log-level = "warn"
      socket = { mode = "0600", group = "postfix" }
      spool = { directory = "spool", quota = "2 GB", memory = "10 MB" }
      deadlines = { message = "100s", idle = "10m", grace = "1.5s", command = "9s", transaction = "1h", handshake = "8s", write = "7s", pushback = "600ms", progress = "500ms" }
      connections = { max = 50, max-packet = "256 KB" }
      limits = { header-bytes = "64 KB", parts = 10, depth = 5 }
      [[transform]]
      use = "footer"
      text = "hello"
      on-error = "tempfail"
      when = { from = "*@example.org", to = { any = ["a@b"] }, authenticated = true }
    `;
    const config = await loadConfig(file('all.toml', text), directory);
    expect(config).toMatchObject({
      source: 'all.toml',
      listen: [
        { kind: 'inet', port: 9000 },
        { kind: 'unix', path: '/run/millrace/milter.sock' },
      ],
      logLevel: 'warn',
      socket: { mode: 0o600, group: 'postfix' },
      spool: { directory: join(directory, 'spool'), quota: 2 ** 31, memory: 10 * 2 ** 20 },
      deadlines: {
        message: 100_000,
        idle: 600_000,
        grace: 1500,
        command: 9000,
        transaction: 3_600_000,
        handshake: 8000,
        write: 7000,
        pushback: 600,
        progress: 500,
      },
      connections: { max: 50, maxPacket: 262_144 },
    });
    expect(config.filter.policy).toMatchObject({
      onError: 'accept',
      onLimit: 'reject',
      limits: { headerBytes: 65_536, parts: 10, depth: 5, recipients: 1000 },
    });
    expect(config.filter.transforms[0]).toMatchObject({
      name: 'footer',
      onError: 'tempfail',
      when: { from: '*@example.org', to: { any: ['a@b'] }, authenticated: true },
    });
  });

  it('listens with TLS only, unless an address without it is given', async () => {
    for (const name of ['server.pem', 'server.key', 'ca.pem'])
      copyFileSync(tlsFile(name), join(directory, name));
    const tls = 'tls = { listen = ["inet:8891@0.0.0.0"], certificate = "server.pem", key = "server.key" }\n';
    const config = await loadConfig(file('tls.toml', tls), directory);
    expect(config.listen).toEqual([]);
    expect(config.tls).toEqual({
      listen: [{ kind: 'inet', family: 4, host: '0.0.0.0', port: 8891 }],
      certificate: join(directory, 'server.pem'),
      key: join(directory, 'server.key'),
    });
    const both = `listen = ["inet:8890@127.0.0.1"]\n[tls]\nlisten = ["inet:8891@::"]\ncertificate = "server.pem"
key = "server.key"\nclient-ca = "ca.pem"\n`;
    expect(await loadConfig(file('both.toml', both), directory)).toMatchObject({
      listen: [{ port: 8890 }],
      tls: { listen: [{ port: 8891, family: 6 }], clientCa: join(directory, 'ca.pem') },
    });
  });

  it.each([
    ['certificate', 'server.key', 'holds no certificate in PEM form'],
    ['certificate', 'none.pem', 'cannot be read (ENOENT)'],
    ['key', 'server.pem', 'holds no private key in PEM form'],
    ['key', 'client.key', 'cannot be used with the certificate'],
    ['client-ca', 'server.key', 'holds no certificate in PEM form'],
  ])('refuses tls.%s = %j with file and line', async (key, name, why) => {
    for (const known of ['server.pem', 'server.key', 'client.key', 'ca.pem']) {
      copyFileSync(tlsFile(known), join(directory, known));
    }
    const files = { certificate: 'server.pem', key: 'server.key', 'client-ca': 'ca.pem', [key]: name };
    const lines = Object.entries(files).map(([word, value]) => `${word} = "${value}"\n`);
    const line = 3 + Object.keys(files).indexOf(key);
    const told = await problem(`[tls]\nlisten = ["inet:8891@127.0.0.1"]\n${lines.join('')}`);
    expect(told).toContain(`c.toml:${line}:1: tls.${key}: "${join(directory, name)}" ${why}`);
  });

  it.each(Object.entries(DEFAULT_SETTINGS.deadlines))(
    'documents deadlines.%s with its default',
    (name, ms) => {
      const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
      expect(page).toMatch(new RegExp(`^\\| \`deadlines\\.${name}\` +\\| \`${formatDuration(ms)}\` `, 'm'));
    },
  );

  it('takes on-limit beside the limits, too', async () => {
    const config = await loadConfig(
      file('limit.toml', 'limits = { parts = 3, on-limit = "accept" }'),
      directory,
    );
    expect(config.filter.policy).toMatchObject({ onLimit: 'accept', limits: { parts: 3 } });
  });

  it('passes the keys of a transform on in the words of code', async () => {
    const text = `[[transform]]
      use = "strip-attachments"
      extensions = ["exe"]
      on-match = "reject"
      on-ambiguous = "note"
      [[transform]]
      use = "virus-scan"
      engine = "clamd"
      address = "inet:3310@127.0.0.1"
      on-infected = "tag"
      timeouts = { connect = "1s", verdict = "1m" }
      max-size = "10 MB"
    `;
    const { filter } = await loadConfig(file('words.toml', text), directory);
    expect([...filter.interest.edits]).toEqual(['headers', 'quarantine']);
  });

  it('reads a hash list beside the file', async () => {
    file('hashes.txt', `${'a'.repeat(64)}\n`);
    const text = '[[transform]]\nuse = "virus-scan"\nhashes = "hashes.txt"\n';
    expect((await loadConfig(file('h.toml', text), directory)).filter.transforms).toHaveLength(1);
  });

  const wrong: [string, string, string][] = [
    ['a syntax error', 'listen = [\n', 'c.toml:2:1: TOML syntax: invalid value'],
    [
      'a key twice',
      'on-error = "accept"\non-error = "reject"',
      'c.toml:2:1: TOML syntax: trying to redefine an already defined table or value in "on-error = \\"reject\\""',
    ],
    [
      'an unknown key',
      '\nlisten-on = ["inet:1@::1"]',
      'c.toml:2:1: listen-on: unknown key; did you mean "listen"?',
    ],
    [
      'an unknown key in a table',
      'limits = { header-byte = 1 }',
      'c.toml:1:12: limits.header-byte: unknown key; did you mean "header-bytes"?',
    ],
    [
      'an unknown key far from all',
      'socket = { xyzzy = 1 }',
      'c.toml:1:12: socket.xyzzy: unknown key; known are mode, group',
    ],
    ['camelCase', 'onError = "accept"', 'c.toml:1:1: onError: unknown key; did you mean "on-error"?'],
    [
      'a wrong type',
      'listen = "inet:1@127.0.0.1"',
      'c.toml:1:1: listen: must be an array of addresses, not "inet:1@127.0.0.1"',
    ],
    ['no address', 'listen = []', 'c.toml:1:1: listen: must not be an empty array'],
    [
      'a wrong address',
      'listen = [\n  "inet:1@127.0.0.1",\n  "tcp:8890@127.0.0.1"]',
      'c.toml:3:3: listen: address "tcp:8890@127.0.0.1": no known kind of address; did you mean inet:8890@127.0.0.1?',
    ],
    [
      'a wrong policy',
      'on-error = "tempfial"',
      'c.toml:1:1: on-error: must be tempfail, accept or reject, not "tempfial"; did you mean "tempfail"?',
    ],
    ['a wrong level', 'log-level = 3', 'c.toml:1:1: log-level: must be debug, info, warn or error, not 3'],
    [
      'a bad duration',
      '[deadlines]\nmessage = "240"',
      'c.toml:2:1: deadlines.message: must be a duration such as "500ms", "240s", "5m" or "1h", not "240"',
    ],
    [
      'a duration without unit',
      'deadlines = { idle = 300 }',
      'c.toml:1:15: deadlines.idle: must be a duration such as "500ms", "240s", "5m" or "1h", not 300',
    ],
    [
      'a bad size',
      'limits.header-bytes = "256 kB"',
      'c.toml:1:1: limits.header-bytes: must be a size such as "256 KB" or "2 GB", or a number of bytes, not "256 kB"',
    ],
    [
      'a negative size',
      'spool = { quota = -1 }',
      'c.toml:1:11: spool.quota: must be a size such as "256 KB" or "2 GB", or a number of bytes, not -1',
    ],
    [
      'a bad count',
      'limits = { parts = 0 }',
      'c.toml:1:12: limits.parts: must be a whole number above 0, not 0',
    ],
    [
      'a bad mode',
      'socket = { mode = "rw" }',
      'c.toml:1:12: socket.mode: must be an octal mode such as "0660", not "rw"',
    ],
    [
      'a mode as a number',
      'socket = { mode = 0o660 }',
      'c.toml:1:12: socket.mode: must be an octal mode such as "0660", not 432',
    ],
    [
      'transform as a table',
      '[transform]\nuse = "footer"',
      'c.toml:1:1: transform: must be an array of tables ([[transform]]), not a table',
    ],
    ['no use', `${FOOTER}[[transform]]\ntext = "x"`, 'c.toml:4:1: transform 2, use: is missing'],
    [
      'an unknown transform',
      `${FOOTER}[[transform]]\nuse = "footr"`,
      'c.toml:5:1: transform 2, use: unknown transform "footr"; did you mean "footer"?',
    ],
    [
      'a transform far from all',
      '[[transform]]\nuse = "dkim"',
      'c.toml:2:1: transform 1, use: unknown transform "dkim"; known are ambiguity-results, canonicalize, footer, strip-attachments, virus-scan',
    ],
    [
      'an unknown option',
      '[[transform]]\nuse = "footer"\ntext = "x"\non-sign = "skip"',
      'c.toml:4:1: transform 1, on-sign: unknown key; did you mean "on-signed"?',
    ],
    [
      'a wrong option',
      '[[transform]]\nuse = "strip-attachments"\nextensions = "exe"',
      'c.toml:3:1: transform 1, extensions: must be an array of strings, not "exe"',
    ],
    [
      'a wrong choice',
      '[[transform]]\nuse = "virus-scan"\nengine = "clam"',
      'c.toml:3:1: transform 1, engine: must be builtin or clamd, not "clam"; did you mean "clamd"?',
    ],
    [
      'a name with a blank in it',
      '[[transform]]\nuse = "ambiguity-results"\nauthserv-id = "mx.example.org"\ntrusted = ["a b"]',
      'c.toml:4:12: transform 1, trusted: must be a name such as "mx.example.org", not "a b"',
    ],
    [
      'options that do not go together',
      '\n[[transform]]\nuse = "strip-attachments"',
      'c.toml:2:1: transform 1: stripAttachments: extensions or types must name something',
    ],
    [
      'a condition with an unknown key',
      '[[transform]]\nuse = "footer"\ntext = "x"\nwhen = { frm = "a@b" }',
      'c.toml:4:10: transform 1, when.frm: unknown key; did you mean "from"?',
    ],
    [
      'a condition with a bad pattern',
      '[[transform]]\nuse = "footer"\ntext = "x"\n[transform.when]\nfrom = ["<a@b>"]',
      'c.toml:5:9: transform 1, when.from: address pattern "<a@b>": ',
    ],
    [
      'a condition of the wrong type',
      '[[transform]]\nuse = "footer"\ntext = "x"\nwhen.to = 5',
      'c.toml:4:1: transform 1, when.to: must be an address pattern or an array of them, { any = [...] } or { all = [...] }, not 5',
    ],
    [
      'TLS without a key',
      '[tls]\nlisten = ["inet:1@::1"]\ncertificate = "x"',
      'c.toml:1:1: tls.key: is missing',
    ],
    [
      'TLS on a Unix socket',
      '[tls]\nlisten = ["inet:1@::1", "unix:/run/x"]\ncertificate = "x"\nkey = "x"',
      'c.toml:2:25: tls.listen: TLS is for TCP, not for Unix sockets',
    ],
    [
      'a deadline that is none',
      'deadlines = { comand = "1s" }',
      'c.toml:1:15: deadlines.comand: unknown key; did you mean "command"?',
    ],
    [
      'packets that hold no body chunk',
      'connections = { max-packet = "10 KB" }',
      'c.toml:1:17: connections.max-packet: must be at least 64 KB, which is a body chunk',
    ],
    ['a directory that is missing', 'spool = { directory = "nowhere" }', 'c.toml:1:11: spool.directory: '],
    [
      'a module that is missing',
      '[[transform]]\nuse = "./none.mjs"',
      'c.toml:2:1: transform 1, use: ./none.mjs: no such file or directory',
    ],
  ];
  it.each(wrong)('refuses %s', async (_name, text, message) => {
    const told = await problem(text);
    // Where the message ends in the words of another room, only its beginning is this test's business.
    expect(message.endsWith(': ') ? told.slice(0, message.length) : told).toBe(message);
    expect(told).not.toContain('\n');
  });

  it('reports what stands first in the file', async () => {
    expect(await problem('limits = { parts = 0 }\nonerror = "accept"\n')).toMatch(/^c\.toml:1:12:/);
  });

  it.each([
    ['gone.toml', 'gone.toml: no such file or directory'],
    ['spool.toml/x.toml', 'spool.toml/x.toml: no such file or directory'],
    ['filter.yaml', 'filter.yaml: a configuration is a .toml file or a module (.js, .mjs, .ts, .mts)'],
  ])('refuses the file %s', async (name, message) => {
    await expect(loadConfig(name, directory)).rejects.toMatchObject({ code: 'MILLRACE_CONFIG', message });
  });
});

describe('a module as configuration', () => {
  const core = new URL('../../../src/core/index.ts', import.meta.url).href;

  it('exports a filter', async () => {
    const text = `import { defineFilter } from '${core}';\nexport default defineFilter([{ name: 'mine', onEnd() {} }]);`;
    const config = await loadConfig(file('filter.mjs', text), directory);
    expect(config.filter.transforms[0].name).toBe('mine');
    expect(config.listen).toHaveLength(1);
  });

  it.each([
    ['none.mjs', 'export const filter = 1;', 'none.mjs: has no default export'],
    ['other.mjs', 'export default {};', 'other.mjs: the default export is no filter (see defineFilter)'],
    ['throws.mjs', 'throw new Error("no luck");', 'throws.mjs: cannot be loaded: no luck'],
    [
      'wrong.mjs',
      `import { defineFilter } from '${core}';\nexport default defineFilter([{ name: 'x', onFoo() {} }]);`,
      'wrong.mjs: cannot be loaded: transform "x": unknown key "onFoo"',
    ],
  ])('refuses %s', async (name, text, message) => {
    await expect(loadConfig(file(name, text), directory)).rejects.toMatchObject({
      code: 'MILLRACE_CONFIG',
      message,
    });
  });
});

describe('a module as a transform', () => {
  it('exports a transform, or a function of the other keys', async () => {
    file('plain.mjs', `export default { name: 'plain', onEnd() {} };`);
    file('factory.mjs', `export default (options) => ({ name: 'factory-' + options.someWord, onEnd() {} });`);
    const text = `[[transform]]
use = "./plain.mjs"
when = { from = "a@b" }
[[transform]]
use = "./factory.mjs"
some-word = "x"
on-error = "accept"
eager = true
`;
    const { filter } = await loadConfig(file('modules.toml', text), directory);
    expect(filter.transforms).toMatchObject([
      { name: 'plain', when: { from: 'a@b' } },
      { name: 'factory-x', onError: 'accept', eager: true },
    ]);
  });

  it.each([
    [
      'number.mjs',
      'export default 5;',
      '',
      'c.toml:2:1: transform 1, use: the default export of "./number.mjs" must be a transform or a function that returns one',
    ],
    [
      'options.mjs',
      `export default { name: 'x' };`,
      'word = 1\n',
      'c.toml:3:1: transform 1, word: ./options.mjs takes no options',
    ],
    [
      'unknown.mjs',
      `export default { name: 'x', onFoo() {} };`,
      '',
      'c.toml:1:1: transform 1: transform "x": unknown key "onFoo"',
    ],
    [
      'fails.mjs',
      `export default () => { throw new Error('no luck'); };`,
      '',
      'c.toml:1:1: transform 1: cannot be set up: Error: no luck',
    ],
  ])('refuses %s', async (name, module, keys, message) => {
    file(name, module);
    expect(await problem(`[[transform]]\nuse = "./${name}"\n${keys}`)).toBe(message);
  });
});
