import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineFilter, defineTransform } from '../../../src/core/index.ts';
import { formatAddress } from '../../../src/server/listen-address.ts';
import { serve } from '../../../src/server/server.ts';
import type { MilterServer } from '../../../src/server/server.ts';
import { tlsFile } from '../../support/tls.ts';
import { millrace } from '../memory-io.ts';

const FILES = { certificate: tlsFile('server.pem'), key: tlsFile('server.key') };
const CA = ['--ca', tlsFile('ca.pem')];
const own = (name: string): string[] => [
  '--certificate',
  tlsFile(`${name}.pem`),
  '--key',
  tlsFile(`${name}.key`),
];

/** A plain listener, one with TLS, and one with TLS for clients with a certificate. */
let addresses: { plain: string; tls: string; strict: string };
let directory: string;
const servers: MilterServer[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  writeFileSync(join(directory, 'letter.eml'), 'Subject: hello\r\n\r\nHi.\r\n');
  const filter = defineFilter([
    defineTransform({ name: 'mark', edits: ['headers'], onEnd: (msg) => msg.headers.set('X-Mark', 'yes') }),
  ]);
  const listen = 'inet:0@127.0.0.1';
  servers.push(
    await serve(filter, { listen, tls: { ...FILES, listen } }),
    await serve(filter, { tls: { ...FILES, clientCa: tlsFile('ca.pem'), listen } }),
  );
  const [plain, tls] = servers[0].addresses.map(formatAddress);
  addresses = { plain, tls, strict: formatAddress(servers[1].addresses.at(-1)!) };
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await Promise.all(servers.map((server) => server.close()));
});

const probe = (address: keyof typeof addresses, ...options: string[]) =>
  millrace(directory, 'probe', ...options, addresses[address]);

describe('TLS to a milter', () => {
  it.each<[string, keyof typeof addresses, string[]]>([
    ['its authority', 'tls', CA],
    ['its authority and --tls', 'tls', ['--tls', ...CA]],
    ['the name of the host', 'tls', [...CA, '--server-name', 'localhost']],
    ['a certificate that nobody asks for', 'tls', [...CA, ...own('stranger')]],
    ['a client certificate', 'strict', [...CA, ...own('client')]],
  ])('works with %s', async (_, address, options) => {
    const { status, stdout, stderr } = await probe(address, ...options);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(': a milter, version 6\n  actions:  ADDHDRS CHGHDRS\n');
    const sent = await millrace(directory, 'send', ...options, addresses[address], 'letter.eml');
    expect(sent).toEqual({
      status: 0,
      stderr: '',
      stdout: 'letter.eml: accept at endOfMessage, body unchanged\n  header: add X-Mark: yes\n',
    });
  });

  it.each<[string, keyof typeof addresses, string[], RegExp]>([
    ['there is no TLS', 'plain', CA, /cannot connect to inet:.*: it speaks no TLS there.* \(\w+\)$/],
    ['nobody has said so', 'tls', [], /without an answer to the offer \(does it want TLS\?\)$/],
    ['the system does not trust it', 'tls', ['--tls'], /: its certificate is not trusted \(\w+\)$/],
    [
      'another authority is trusted',
      'tls',
      ['--ca', tlsFile('stranger.pem')],
      /its certificate is not trusted/,
    ],
    [
      'another name is expected',
      'tls',
      [...CA, '--server-name', 'mx.example.org'],
      /its certificate is for another name \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
    ],
    ['a certificate is wanted', 'strict', CA, /\(does it want a client certificate\?\)$/],
    [
      'the certificate is a stranger’s',
      'strict',
      [...CA, ...own('stranger')],
      /\(does it trust the client certificate\?\)$/,
    ],
  ])('fails when %s, and says so', async (_, address, options, text) => {
    for (const argv of [
      ['probe', ...options, addresses[address]],
      ['send', ...options, addresses[address], 'letter.eml'],
    ]) {
      const { status, stdout, stderr } = await millrace(directory, ...argv);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr.trimEnd()).toMatch(text);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });

  it.each<[string[], string | RegExp]>([
    [['--certificate', tlsFile('client.pem')], '--certificate needs --key beside it'],
    [['--key', tlsFile('client.key')], '--key needs --certificate beside it'],
    [['--ca', 'none.pem'], /^--ca: ".*\/none\.pem" cannot be read \(ENOENT\)$/],
    [['--ca', tlsFile('ca.pem'), '--ca', 'x'], 'probe: --ca is given twice'],
    [['--ca', 'letter.eml'], /^--ca: ".*letter\.eml" holds no certificate in PEM form/],
    [
      ['--certificate', tlsFile('client.key'), '--key', tlsFile('client.key')],
      /^--certificate: ".*client\.key" holds no certificate in PEM form/,
    ],
    [
      ['--certificate', tlsFile('client.pem'), '--key', tlsFile('client.pem')],
      /^--key: ".*client\.pem" holds no private key in PEM form/,
    ],
    [
      ['--certificate', tlsFile('client.pem'), '--key', tlsFile('server.key')],
      /^--key: ".*server\.key" cannot be used with the certificate/,
    ],
    [['--server-name'], 'probe: --server-name needs a value (NAME)'],
    [['--server-nam', 'x'], 'probe: unknown option --server-nam; did you mean "--server-name"?'],
  ])('%j is told with status 2', async (options, text) => {
    const { status, stdout, stderr } = await millrace(directory, 'probe', addresses.tls, ...options);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const message = /^millrace: (.*)\n$/.exec(stderr)?.[1];
    expect(message).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
  });
});

describe('send --mta', () => {
  it('imitates each of them', async () => {
    for (const mta of ['postfix', 'sendmail', 'stalwart']) {
      const sent = await millrace(directory, 'send', '--mta', mta, addresses.plain, 'letter.eml');
      expect(sent).toMatchObject({ status: 0, stdout: expect.stringContaining('header: add X-Mark: yes') });
    }
  });

  it('knows no others', async () => {
    expect(await millrace(directory, 'send', '--mta', 'exim', addresses.plain, 'letter.eml')).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'millrace: --mta "exim" is none of the MTAs that can be imitated; known are postfix, sendmail, stalwart\n',
    });
  });
});
