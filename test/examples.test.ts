import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../src/core/index.ts';
import { loadConfig } from '../src/daemon/config/load-config.ts';
import { CONFIG_SCHEMA } from '../src/daemon/config/schema.ts';
import { kebabCase } from '../src/daemon/config/schema-helpers.ts';
import { postfixLines, sendmailLines } from '../src/daemon/mta-settings.ts';
import { TRANSFORM_KINDS } from '../src/daemon/transforms-registry.ts';
import { ensureBuilt, finished, ROOT, startNode, startProgram } from './support/built-program.ts';

const EXAMPLES = join(ROOT, 'examples');
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

/** A message with so many invisible images. */
const html = (images: number) =>
  `Subject: hello\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>Hi${'<img width="1" src="x">'.repeat(images)}</p>\r\n`;

/** HTML with a link, and an attachment. */
const LINKS = [
  'Subject: hello',
  'X-Internal: yes',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html',
  '',
  '<a href="http://example.org/">example</a>',
  '--b',
  'Content-Disposition: attachment; filename=hello.txt',
  'Content-Transfer-Encoding: base64',
  '',
  'aGVsbG8K',
  '--b--',
  '',
].join('\r\n');

let directory: string;
beforeAll(async () => {
  await ensureBuilt();
  directory = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  writeFileSync(join(directory, 'plain.eml'), 'Subject: hello\r\n\r\nHi.\r\n');
  writeFileSync(join(directory, 'pixels.eml'), html(2));
  writeFileSync(join(directory, 'many.eml'), html(4));
  writeFileSync(join(directory, 'links.eml'), LINKS);
  const twice = LINKS.replace('boundary=b', 'boundary=b; boundary=c').replace('hello.txt', 'hello.exe');
  writeFileSync(join(directory, 'twice.eml'), twice.replace('X-Internal: yes\r\n', ''));
});
afterAll(() => rmSync(directory, { recursive: true }));

const example = (name: string) => join(EXAMPLES, name);
const millrace = (...argv: string[]) => finished(startProgram(directory, ...argv));
const result = (name: string) => readFileSync(join(directory, name), 'latin1');

async function outcomes(...argv: string[]): Promise<any[]> {
  const { stdout, stderr } = await millrace('run', '--json', ...argv);
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('examples', () => {
  it.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.toml')))(
    '%s is a correct configuration',
    async (name) => {
      expect(await millrace('check', '-c', example(name))).toMatchObject({ status: 0, stderr: '' });
    },
  );

  it('filter.mjs marks mail from outside and adds a footer', async () => {
    await millrace('run', '-c', example('filter.mjs'), '-o', 'filter', 'plain.eml');
    expect(result('filter/plain.eml')).toBe(
      'Subject: [external] hello\r\n\r\nHi.\r\n-- \r\nSent via example.org\r\n',
    );
  });

  it('footer.toml leaves mail alone that nobody has logged in for', async () => {
    expect(
      await outcomes('-c', example('footer.toml'), '--from', 'a@example.org', 'plain.eml'),
    ).toMatchObject([{ bodyChanged: false }]);
  });

  it('tracking-pixels.mjs takes them out, counts them, and refuses too many', async () => {
    const config = example('tracking-pixels.mjs');
    const [pixels, many] = await outcomes('-c', config, '-o', 'pixels', 'pixels.eml', 'many.eml');
    expect(pixels).toMatchObject({
      verdict: { kind: 'accept' },
      bodyChanged: true,
      headerEdits: [{ kind: 'add', name: 'X-Tracking-Pixels', value: ' 2' }],
    });
    expect(result('pixels/pixels.eml')).toContain('<p>Hi</p>\r\n');
    expect(many.verdict).toEqual({ kind: 'reject', status: '5.7.1', text: 'too many tracking pixels' });
  });

  it('guessed-recipients.mjs hears of recipients that the MTA refuses, and of the client', async () => {
    const script = `
      import { runFilter } from 'millrace/testing';
      import filter from ${JSON.stringify(pathToFileURL(example('guessed-recipients.mjs')).href)};
      const eml = Buffer.from('Subject: hello\\r\\n\\r\\nHi.\\r\\n');
      for (const rejected of [['x@example.org'], ['x@example.org', 'y@example.org']]) {
        const macros = { client_ptr: 'mail.example.com' };
        const { verdict, notes } = await runFilter(filter, { eml, to: 'ben@example.org', rejected, macros });
        console.log(verdict.kind, verdict.text ?? '', ...notes);
      }
    `;
    const { stdout, stderr } = await finished(startNode(ROOT, '--input-type=module', '-e', script));
    expect(stderr).toBe('');
    expect(stdout).toBe(
      'accept \nreject too many unknown recipients guessed-recipients: 2 recipients guessed by mail.example.com\n',
    );
    const { stdout: shown } = await millrace('check', '-c', example('guessed-recipients.mjs'), '--show');
    expect(shown).toContain('RCPT_REJ');
    expect(shown).toMatch(/^ {2}macros at connect: .*\{client_ptr\}$/m);
    expect(shown).toMatch(/^ {2}macros at rcpt: .*\{rcpt_mailer\}/m);
  });

  it('subject-tag.toml uses a transform from a module', async () => {
    const config = example('subject-tag.toml');
    const [tagged] = await outcomes('-c', config, '--rcpt', 'announce@example.org', 'plain.eml');
    expect(tagged.headerEdits).toEqual([
      { kind: 'change', name: 'Subject', index: 1, value: ' [announce] hello' },
    ]);
    const [other] = await outcomes('-c', config, '--rcpt', 'ben@example.org', 'plain.eml');
    expect(other.headerEdits).toEqual([]);
  });

  it('node-stream.mjs runs a filter in a program of one’s own', async () => {
    const script = `
      import { filterFile, filterBody } from ${JSON.stringify(pathToFileURL(example('node-stream.mjs')).href)};
      const one = await filterFile('plain.eml', 'whole.eml');
      const two = await filterBody([['Subject', ' hello']], 'plain.eml', 'body');
      console.log(one.bodyChanged, two.bodyChanged);
    `;
    const { status, stdout, stderr } = await finished(
      startNode(directory, '--input-type=module', '-e', script),
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'true true\n', stderr: '' });
    expect(result('whole.eml')).toBe('Subject: hello\r\n\r\nHi.\r\n-- \r\nSent via example.org\r\n');
    expect(result('body')).toBe('Subject: hello\r\n\r\nHi.\r\n-- \r\nSent via example.org\r\n');
  });

  it('mailsplit.mjs runs mailsplit’s Streamer and Rewriter, and a stream of one’s own', async () => {
    const [outcome] = await outcomes('-c', example('mailsplit.mjs'), '-o', 'mailsplit', 'links.eml');
    expect(outcome).toMatchObject({ verdict: { kind: 'accept' }, bodyChanged: true });
    expect(outcome.headerEdits).toEqual([
      { kind: 'delete', name: 'X-Internal', index: 1 },
      {
        kind: 'add',
        name: 'X-Attachment-SHA256',
        value: ` ${createHash('sha256').update('hello\n').digest('hex')}`,
      },
    ]);
    expect(result('mailsplit/links.eml')).toContain('href=3D"https://example.org/"');
  });

  it('canonicalize.toml gives a message one reading, and strips what is in it', async () => {
    const config = example('canonicalize.toml');
    const [twice] = await outcomes('-c', config, '-o', 'canonical', 'twice.eml');
    expect(twice).toMatchObject({ verdict: { kind: 'accept' }, bodyChanged: true });
    expect(twice.quarantine).toBeUndefined();
    const message = result('canonical/twice.eml');
    expect(message).toContain(
      'Subject: hello\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary="',
    );
    expect(message).not.toContain('aGVsbG8K');
    const [plain] = await outcomes('-c', config, 'plain.eml');
    expect(plain).toMatchObject({ bodyChanged: false, headerEdits: [] });
  });

  it.each([
    ['filter.test.mjs', 2],
    ['milter.test.mjs', 3],
  ])('%s passes, all %d of it', async (name, tests) => {
    const { status, stdout } = await finished(startNode(ROOT, '--test', example(name)));
    expect(stdout).toMatch(new RegExp(`^(?:#|ℹ) pass ${tests}$`, 'm'));
    expect(status).toBe(0);
  });

  it('are correctly typed', () => {
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    expect(() =>
      execFileSync(tsc, ['-p', 'examples'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }),
    ).not.toThrow();
  });
});

/** Fenced blocks that a comment in front says the source of. */
function* sourcedBlocks(page: string): Generator<{ source: string; text: string }> {
  const text = readFileSync(join(ROOT, page), 'utf8');
  for (const match of text.matchAll(/<!-- (.+?) -->\n\n?```\w*\n(.*?)```/gs)) {
    yield { source: match[1], text: match[2] };
  }
}

describe('the documentation', () => {
  it.each(PAGES)('%s quotes the examples as they are', async (page) => {
    const config = await loadConfig(undefined, ROOT);
    for (const { source, text } of sourcedBlocks(page)) {
      if (source === 'check postfix') expect(text).toBe(`${postfixLines(config).join('\n')}\n`);
      else if (source === 'check sendmail') expect(text).toBe(`${sendmailLines(config).join('\n')}\n`);
      else expect(text).toBe(readFileSync(join(ROOT, source), 'utf8'));
    }
  });

  it('quotes something in the README', () => {
    expect([...sourcedBlocks('README.md')].map(({ source }) => source)).toEqual([
      'examples/filter.mjs',
      'examples/footer.toml',
      'check postfix',
      'check sendmail',
    ]);
  });

  it('has no link to a page that is not there', () => {
    for (const page of PAGES) {
      const text = readFileSync(join(ROOT, page), 'utf8');
      for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        expect(() => readFileSync(join(ROOT, page, '..', target)), `${page}: ${target}`).not.toThrow();
      }
    }
  });

  it('explains every key of the configuration', () => {
    const text = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8');
    const keys = [
      ...Object.keys(CONFIG_SCHEMA.entries).filter(
        (key) => !['transform', 'socket', 'spool', 'deadlines', 'connections'].includes(key),
      ),
      ...Object.keys(DEFAULT_LIMITS).map(kebabCase),
      ...Object.values(TRANSFORM_KINDS).flatMap((kind) => Object.keys(kind.keys)),
    ];
    for (const key of keys) expect(text, key).toMatch(new RegExp(`\`(?:[a-z]+\\.)?${key}(?:\\.[a-z]+)?\``));
  });
});
