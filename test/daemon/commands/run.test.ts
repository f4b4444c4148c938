import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { infectedMessage, reportMessage } from '../../../src/daemon/demo/messages.ts';
import { millrace } from '../memory-io.ts';

const PLAIN = 'From: a@example.org\nSubject: hello\n\nHi,\nthis is text.\n';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  mkdirSync(join(directory, 'in/inner'), { recursive: true });
  const put = (name: string, content: string | Buffer) => writeFileSync(join(directory, name), content);
  put('in/report.eml', reportMessage().bytes);
  put('in/infected.eml', infectedMessage().bytes);
  put('in/inner/plain.eml', PLAIN);
  put('plain.eml', PLAIN);
  put('empty.eml', '');
  put('mixed.eml', 'A: 1\r\nB: 2\n\nbare\rcr\r\nlf\n\0\r\n');
  put('nothing.toml', '');
  put(
    'footer.toml',
    '[[transform]]\nuse = "footer"\ntext = "FOOTER"\nwhen = { from = "*@example.org", to = "b@c.d" }\n',
  );
  put('fails.mjs', `export default { name: 'fails', onEnd() { throw new Error('no luck'); } };`);
  put('fails.toml', '[[transform]]\nuse = "./fails.mjs"\n');
  put(
    'verdicts.mjs',
    `export default (options) => ({ name: 'verdicts', edits: ['headers', 'sender', 'add-recipient', 'remove-recipient', 'quarantine'], onEnd(msg) {
    if (options.verdict) return options.verdict;
    msg.headers.set('Subject', 'gr\\u00fcn');
    msg.headers.add('X-New', '1');
    msg.addRecipient('new@example.org');
    msg.removeRecipient('recipient@example.org');
    msg.changeSender('bounce@example.org');
    msg.quarantine('because');
    msg.note('seen');
  } });`,
  );
  put('edits.toml', '[[transform]]\nuse = "./verdicts.mjs"\n');
  put('discard.toml', '[[transform]]\nuse = "./verdicts.mjs"\nverdict = { kind = "discard" }\n');
  put(
    'tempfail.toml',
    '[[transform]]\nuse = "./verdicts.mjs"\nverdict = { kind = "tempfail", code = 452, status = "4.2.2", text = "full" }\n',
  );
});
afterAll(() => rmSync(directory, { recursive: true }));

const run = (...argv: string[]) => millrace(directory, 'run', ...argv);
const read = (name: string) => readFileSync(join(directory, name), 'latin1');
const lines = (text: string): any[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Whether the footer for a certain envelope was put in. */
const changed = async (...argv: string[]) =>
  lines((await run('-c', 'footer.toml', '--json', ...argv, 'plain.eml')).stdout)[0].bodyChanged as boolean;

describe('run', () => {
  it('says what becomes of each message of a directory, and writes what is accepted', async () => {
    const { status, stdout, stderr } = await run('-o', 'out', 'in');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain(
      'in/infected.eml: reject 550 5.7.1 message contains a virus (Eicar-Test-Signature)\n',
    );
    expect(stdout).toContain('in/report.eml: accept, body replaced\n');
    expect(stdout).toContain('  part 1.3 application/octet-stream "figures.exe": replaced (fits .exe)\n');
    expect(existsSync(join(directory, 'out/infected.eml'))).toBe(false);
    expect(read('out/report.eml')).toContain('X-Attachment-Removed: ');
    expect(read('out/inner/plain.eml')).toBe(
      'From: a@example.org\r\nSubject: hello\r\n\r\nHi,\r\nthis is text.\r\n-- \r\nThis message was processed by Millrace.\r\n',
    );
  });

  it('prints one object a line with --json', async () => {
    const { status, stdout } = await run('--json', 'in/report.eml', 'in/infected.eml');
    expect(status).toBe(0);
    const [report, infected] = lines(stdout);
    expect(report).toEqual({
      file: 'in/report.eml',
      verdict: { kind: 'accept' },
      bodyChanged: true,
      headerEdits: [
        { kind: 'add', name: 'X-Attachment-Removed', value: expect.stringContaining('figures.exe') },
      ],
      envelopeEdits: [],
      parts: expect.any(Array),
      ambiguities: [],
      peakBuffered: expect.any(Number),
    });
    expect(report.parts).toEqual(
      expect.arrayContaining([
        { path: '1.1.1', type: 'text/plain', action: 'footer' },
        { path: '1.2', type: 'application/pdf', name: 'figures.pdf', action: 'kept' },
        {
          path: '1.3',
          type: 'application/octet-stream',
          name: 'figures.exe',
          action: 'replaced',
          reason: 'fits .exe',
        },
      ]),
    );
    expect(report.peakBuffered).toBeGreaterThan(0);
    expect(infected).toMatchObject({
      verdict: { kind: 'reject', status: '5.7.1', text: 'message contains a virus (Eicar-Test-Signature)' },
      bodyChanged: false,
      headerEdits: [],
    });
  });

  it('prints every kind of edit', async () => {
    const { stdout } = await run('-c', 'edits.toml', '--json', 'plain.eml');
    expect(lines(stdout)).toMatchObject([
      {
        verdict: { kind: 'accept' },
        bodyChanged: false,
        headerEdits: [
          { kind: 'change', name: 'Subject', index: 1, value: ' gr\u00fcn' },
          { kind: 'add', name: 'X-New', value: ' 1' },
        ],
        envelopeEdits: [
          { kind: 'add-recipient', address: 'new@example.org', parameters: [] },
          { kind: 'remove-recipient', address: 'recipient@example.org' },
          { kind: 'change-sender', address: 'bounce@example.org', parameters: [] },
        ],
        quarantine: 'because',
      },
    ]);
    expect((await run('-c', 'edits.toml', 'plain.eml')).stdout).toBe(`\
plain.eml: accept, quarantined (because), body unchanged
  header: change Subject number 1 to gr\u00fcn
  header: add X-New: 1
  envelope: add-recipient <new@example.org>
  envelope: remove-recipient <recipient@example.org>
  envelope: change-sender <bounce@example.org>
  note: verdicts: seen
`);
  });

  it.each([
    ['discard.toml', { kind: 'discard' }, 'plain.eml: discard\n'],
    [
      'tempfail.toml',
      { kind: 'tempfail', code: 452, status: '4.2.2', text: 'full' },
      'plain.eml: tempfail 452 4.2.2 full\n',
    ],
  ])('writes nothing for the verdict of %s', async (config, verdict, text) => {
    const { status, stdout } = await run('-c', config, '-o', `out-${config}`, '--json', 'plain.eml');
    expect(status).toBe(0);
    expect(lines(stdout)).toMatchObject([{ verdict, bodyChanged: false }]);
    expect(existsSync(join(directory, `out-${config}`))).toBe(false);
    expect((await run('-c', config, 'plain.eml')).stdout).toBe(text);
  });

  it('leaves a message alone byte for byte but for its line ends', async () => {
    const { stdout } = await run('-c', 'nothing.toml', '-o', 'same', 'mixed.eml', 'in/report.eml');
    expect(stdout).toBe('mixed.eml: accept, unchanged\nin/report.eml: accept, unchanged\n');
    expect(read('same/mixed.eml')).toBe('A: 1\r\nB: 2\r\n\r\nbare\rcr\r\nlf\r\n\0\r\n');
    expect(read('same/report.eml')).toBe(reportMessage().bytes.toString('latin1'));
  });

  it('gives the same result for every chunk size', async () => {
    const whole = lines((await run('--json', '-o', 'whole', 'in/report.eml')).stdout)[0];
    for (const size of [1, 2, 7, 4096, 65535]) {
      const { stdout } = await run(
        '--chunk-size',
        String(size),
        '--json',
        '-o',
        `chunks-${size}`,
        'in/report.eml',
      );
      const { peakBuffered: _, ...result } = lines(stdout)[0];
      expect(whole).toMatchObject(result);
      expect(read(`chunks-${size}/report.eml`)).toBe(read('whole/report.eml'));
    }
  });

  it('takes the envelope from --from and --rcpt', async () => {
    expect(await changed('--from', 'x@example.org', '--rcpt', 'b@c.d')).toBe(true);
    expect(await changed('--from', '<x@example.org>', '--rcpt', 'b@c.d', '--rcpt', 'other@c.d')).toBe(false);
    expect(await changed('--from', 'x@example.com', '--rcpt', 'b@c.d')).toBe(false);
    expect(await changed('--from', '<>', '--rcpt', 'b@c.d')).toBe(false);
  });

  it('shows the difference', async () => {
    const { stdout } = await run('--diff', 'plain.eml');
    expect(stdout).toContain(`\
  header: the same
  structure: the same
  body:
     Hi,
     this is text.
    +--${' '}
    +This message was processed by Millrace.
`);
    expect((await run('-c', 'nothing.toml', '--diff', 'plain.eml')).stdout).toBe(
      'plain.eml: accept, unchanged\n',
    );
  });

  it('reports what it cannot read, and goes on with the others', async () => {
    const { status, stdout, stderr } = await run('-c', 'nothing.toml', 'gone.eml', 'empty.eml', 'plain.eml');
    expect(status).toBe(1);
    expect(stdout).toBe('plain.eml: accept, unchanged\n');
    expect(stderr).toBe('millrace: gone.eml: no such file or directory\nmillrace: empty.eml: is empty\n');
  });

  it('tells why a transform failed', async () => {
    const { status, stdout, stderr } = await run('-c', 'fails.toml', 'plain.eml');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^plain\.eml: tempfail 451 4\.3\.0 /);
    expect(stderr).toBe('millrace: plain.eml: transform fails: no luck\n');
  });

  it('ends a message that takes too long', async () => {
    writeFileSync(
      join(directory, 'never.mjs'),
      `export default { name: 'never', onEnd: () => new Promise(() => {}) };`,
    );
    writeFileSync(
      join(directory, 'never.toml'),
      'deadlines = { message = "50ms" }\n[[transform]]\nuse = "./never.mjs"\n',
    );
    const { stdout } = await run('-c', 'never.toml', '--json', 'plain.eml');
    expect(lines(stdout)).toMatchObject([{ verdict: { kind: 'tempfail', code: 451 } }]);
  });

  it('keeps to the quota of the spool', async () => {
    writeFileSync(
      join(directory, 'large.eml'),
      `Subject: large\n\n${'x'.repeat(70)}\n`.padEnd(2_000_000, `${'y'.repeat(70)}\n`),
    );
    const footer = '[[transform]]\nuse = "footer"\ntext = "FOOTER"\n';
    writeFileSync(join(directory, 'small.toml'), `spool = { quota = "64 KB", memory = "64 KB" }\n${footer}`);
    writeFileSync(join(directory, 'enough.toml'), `spool = { quota = "64 KB", memory = "40 MB" }\n${footer}`);
    const small = await run('-c', 'small.toml', 'large.eml');
    expect(small.stdout + small.stderr).toMatch(/quota/);
    expect((await run('-c', 'enough.toml', 'large.eml')).stdout).toMatch(
      /^large\.eml: accept, body replaced\n/,
    );
  });

  it('never writes over a message or over another result', async () => {
    const { status, stderr } = await run('-c', 'nothing.toml', '-o', '.', 'plain.eml');
    expect(stderr).toBe('millrace: plain.eml: not written: the result would replace the message\n');
    expect(status).toBe(1);
    expect(read('plain.eml')).toBe(PLAIN);
    const twice = await run('-c', 'nothing.toml', '-o', 'twice', 'plain.eml', 'in/inner/plain.eml');
    expect(twice.stderr).toBe(
      'millrace: in/inner/plain.eml: not written: its result would replace that of plain.eml\n',
    );
    expect(twice.status).toBe(1);
  });

  it.each([
    [['--diff', '--json', 'plain.eml'], 'run: --diff and --json exclude each other'],
    [['--chunk-size', '0', 'plain.eml'], 'run: --chunk-size must be a number from 1 to 1048576, not "0"'],
    [['--chunk-size', '64k', 'plain.eml'], 'run: --chunk-size must be a number from 1 to 1048576, not "64k"'],
    [['--from', 'a<b>c', 'plain.eml'], '--from "a<b>c": an angle bracket is not at the ends of the address'],
    [[], 'run: MESSAGE.eml|DIR... is missing'],
    [['-c', 'none.toml', 'plain.eml'], 'none.toml: no such file or directory'],
  ])('refuses %j', async (argv, message) => {
    expect(await run(...argv)).toEqual({ status: 2, stdout: '', stderr: `millrace: ${message}\n` });
  });
});
