import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../../src/daemon/config/default-config.ts';
import { tlsFile } from '../../support/tls.ts';
import { millrace } from '../memory-io.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-test-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const check = (text: string, ...argv: string[]) => {
  writeFileSync(join(directory, 'c.toml'), text);
  return millrace(directory, 'check', '-c', 'c.toml', ...argv);
};

describe('check', () => {
  it('is short when all is well', async () => {
    expect(await check('[[transform]]\nuse = "footer"\ntext = "x"\n')).toEqual({
      status: 0,
      stdout: 'c.toml: ok, 1 transform\n',
      stderr: '',
    });
  });

  it('tells what is wrong, with status 2', async () => {
    expect(await check('[[transform]]\nuse = "footr"\n')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'millrace: c.toml:2:1: transform 1, use: unknown transform "footr"; did you mean "footer"?\n',
    });
  });

  it('shows the embedded default so that it can be copied', async () => {
    const { status, stdout } = await millrace(directory, 'check', '--show');
    expect(status).toBe(0);
    expect(stdout).toContain(DEFAULT_CONFIG);
    expect((await check(DEFAULT_CONFIG)).status).toBe(0);
  });

  it('shows order, flags and the lines for the MTA', async () => {
    const text = `
      listen = ["unix:/run/millrace/m.sock"]
      deadlines = { message = "10m" }
      [[transform]]
      use = "virus-scan"
      on-unscanned = "accept"
      on-ambiguous = "note"
      [[transform]]
      use = "footer"
      text = "x"
      on-error = "accept"
      when = { from = "*@example.org" }
    `;
    const { stdout } = await check(text, '--show');
    expect(stdout).toBe(`\
c.toml: ok, 2 transforms

listens on unix:/run/millrace/m.sock
deadlines: message 10m, command 25s, idle 5m, transaction 7210s, handshake 30s, write 60s, pushback 3s, progress 2s, grace 30s
on error: tempfail
on a limit: tempfail for a header that is too large, a note for parts that are too many or too deep

transforms, in the order in which messages pass them:
  1. virus-scan; may change: nothing
  2. footer; may change: body, headers; when from = "*@example.org"; on error: accept

negotiated with Postfix and Sendmail (milter version 6):
  actions:  ADDHDRS CHGBODY CHGHDRS
  protocol: NR_HDR NOUNKNOWN NODATA NR_CONN NR_HELO NR_MAIL NR_RCPT NR_BODY HDR_LEADSPC

Postfix, main.cf (name it before a milter that signs with DKIM: what is signed must not change any more):
  smtpd_milters = unix:/run/millrace/m.sock
  milter_default_action = tempfail
  milter_content_timeout = 660s
Sendmail, sendmail.mc (also before the signer):
  INPUT_MAIL_FILTER(\`millrace', \`S=local:/run/millrace/m.sock, F=T, T=S:30s;R:30s;E:660s')dnl
`);
  });

  it.each([
    ['inet:8890@127.0.0.1', 'inet:127.0.0.1:8890', 'inet:8890@127.0.0.1'],
    ['inet6:8890@::1', 'inet:[::1]:8890', 'inet6:8890@::1'],
    ['fd:3', 'inet:HOST:PORT', 'inet:PORT@HOST'],
  ])('writes %s as the MTAs know it', async (address, postfix, sendmail) => {
    const { stdout } = await check(`listen = ["${address}"]\n`, '--show');
    expect(stdout).toContain(`smtpd_milters = ${postfix}\n`);
    expect(stdout).toContain(`S=${sendmail}, F=T`);
  });

  it.each([
    ['eager', '', true],
    ['eager, but for some messages only', 'when = { from = "*@example.org" }\n', false],
    ['eager, beside one that is not', '[[transform]]\nuse = "./declines.mjs"\n', false],
  ])('shows whether the end of the header goes without an answer: %s', async (_, more, expected) => {
    writeFileSync(join(directory, 'declines.mjs'), `export default { name: 'x', onEnvelope: () => 'skip' };`);
    const eager = '[[transform]]\nuse = "footer"\ntext = "x"\neager = true\n';
    const { stdout } = await check(eager + more, '--show');
    expect(/^ {2}protocol: .* NR_EOH /m.test(stdout)).toBe(expected);
    expect(stdout).toContain('; eager\n');
  });

  it('shows where messages wait for all in front to be decided', async () => {
    const { stdout } = await check(
      ['virus-scan', 'canonicalize', 'footer']
        .map((use) => `[[transform]]\nuse = "${use}"\n${use === 'footer' ? 'text = "x"' : ''}\n`)
        .join(''),
      '--show',
    );
    expect(stdout).toContain(`\
  1. virus-scan; may change: quarantine
  -- barrier: the message waits in the spool until everything above is decided
  2. canonicalize; may change: body, headers, quarantine
  3. footer; may change: body, headers
`);
  });

  it('names the code that was meant', async () => {
    const text = '[[transform]]\nuse = "canonicalize"\ncodes = ["boundary-extended", "boundary-difer"]\n';
    expect((await check(text)).stderr).toMatch(
      /transform 1, codes: unknown code "boundary-difer"; did you mean "boundaries-differ"\?/,
    );
  });

  it('takes an action for each code, and names the code that was meant', async () => {
    const strip = '[[transform]]\nuse = "strip-attachments"\nextensions = ["exe"]\non-match = "reject"\n';
    const good = `${strip}on-ambiguous = { default = "note", "8bit-in-mime-field" = "header" }\n`;
    const { stdout } = await check(good, '--show');
    expect(stdout).toContain('  1. strip-attachments; may change: headers\n');
    const bad = async (table: string) => (await check(`${strip}on-ambiguous = ${table}\n`)).stderr;
    expect(await bad('{ "boundary-difer" = "note" }')).toMatch(
      /:5:18: transform 1, on-ambiguous.boundary-difer: unknown key; did you mean "boundaries-differ"\?/,
    );
    expect(await bad('{ default = "drop" }')).toMatch(
      /on-ambiguous.default: must be note, header, quarantine, /,
    );
    expect(await bad('"drop"')).toMatch(/on-ambiguous: must be note, header, quarantine, /);
    expect(await bad('["note"]')).toMatch(/on-ambiguous: must be note, .*, not an array/);
  });

  it('says where there is TLS, and that Postfix and Sendmail have no use for it', async () => {
    const tls = `tls = { listen = ["inet:8891@::1"], certificate = "${tlsFile('server.pem')}", key = "${tlsFile('server.key')}" }\n`;
    const only = await check(tls, '--show');
    expect(only.stdout).toContain('listens on inet6:8891@::1 with TLS\n');
    expect(only.stdout).toContain('Postfix and Sendmail speak no TLS to a milter');
    const both = await check(`listen = ["inet:8890@127.0.0.1"]\n${tls}`, '--show');
    expect(both.stdout).toContain('listens on inet:8890@127.0.0.1, inet6:8891@::1 with TLS\n');
    expect(both.stdout).toContain('smtpd_milters = inet:127.0.0.1:8890\n');
  });

  it('shows that a filter which only looks asks for nothing', async () => {
    const { stdout } = await check('', '--show');
    expect(stdout).toContain('  actions:  none\n');
  });
});
