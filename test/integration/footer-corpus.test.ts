import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineFilter } from '../../src/core/index.ts';
import { runFilter, type RunFilterResult } from '../../src/testing/run-filter.ts';
import { footer } from '../../src/transforms/footer.ts';
import { corpusMessages, corpusMissing, readAsMta, splitMessage, titled } from '../support/corpus.ts';

const ORACLE = resolve(import.meta.dirname, '../../../shared/tools/mail_oracle.py');
const missing = corpusMissing ?? (existsSync(ORACLE) ? undefined : 'the oracle is not beside this checkout');

/** What the oracle wants otherwise, and why it is as it is. */
const KNOWN: Readonly<Record<string, string>> = {
  // The HTML ends inside a tag that is never closed: a footer there would not be shown (`html-unclosed`).
  'ruby-mail/spec_fixtures_emails_error_emails_cant_parse_from.eml': 'alternative',
  // A text directly in a digest (`multipart/digest`): nothing in a digest is touched.
  'cpython/Lib_test_test_email_data_msg_34.txt': 'footer-missing',
  // The file ends inside its header; the line end that has to come there is the difference.
  'gmime/tests_empty0.msg': 'headers',
  'chatmail-core/test-data_message_issue_523.txt': 'headers',
  // The body ends with CR and no LF.
  'stalwart-mail-parser/resources_eml_legacy_049.eml': 'footer-missing',
};

/** Reasons for which no text of a message gets a footer, though the oracle could read one. */
const POLICY = /auto-submitted|report|unknown-charset/;

interface OracleResult {
  readonly pass: number;
  readonly fail: number;
  readonly files: Readonly<Record<string, { fails?: [check: string, where: string, detail: string][] }>>;
}

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'footer-corpus-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function write(folder: string, name: string, bytes: Buffer): Promise<void> {
  const file = join(directory, folder, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

/** What an implementation that shares nothing with ours finds wrong. */
async function judge(original: string, folder: string, ...options: string[]): Promise<OracleResult> {
  const report = join(directory, `${folder}.json`);
  const command = [ORACLE, 'footer', join(directory, original), join(directory, folder), '--json', report];
  await new Promise<void>((done) => {
    // Its exit status says that something failed, which the report says better.
    execFile('python3', [...command, ...options], { maxBuffer: 1e8 }, () => done());
  });
  return JSON.parse(await readFile(report, 'utf8')) as OracleResult;
}

describe.skipIf(missing)(titled('a footer in every message of the corpus', missing), () => {
  const footers: [name: string, text: string, html: string][] = [
    ['ascii', 'Sent via example.org, a footer', '<div>Sent via example.org, a footer</div>'],
    ['umlaut', 'Grüße aus Köln, die Fußnote', '<div>Gr&#252;&#223;e aus K&#246;ln, die Fu&#223;note</div>'],
    ['euro', 'Costs 5 € each', '<div>Costs 5 &#8364; each</div>'],
    [
      'cjk',
      '由例子公司发送 日本',
      '<div>&#30001;&#20363;&#23376;&#20844;&#21496;&#21457;&#36865; &#26085;&#26412;</div>',
    ],
  ];

  it.each(footers)(
    '%s: keeps everything else, and twice is once',
    { timeout: 600_000 },
    async (name, text, html) => {
      const filter = defineFilter([footer({ text })]);
      const results = new Map<string, RunFilterResult>();
      for (const message of corpusMessages()) {
        const eml = readAsMta(message);
        const result = await runFilter(filter, { eml });
        expect([message.name, result.verdict.kind, result.failures]).toEqual([message.name, 'accept', []]);
        const file = message.name.replace(/^dev\//, '');
        results.set(file, result);
        await write('original', file, eml);
        await write(name, file, result.message);
        if (!result.bodyChanged) continue;
        const again = await runFilter(filter, { eml: result.message });
        if (!again.message.equals(result.message)) expect.fail(`${file} changes when it comes again`);
      }
      const { pass, files } = await judge('original', name, '--footer', text, '--footer-html', html);
      const wrong: string[] = [];
      for (const [file, { fails = [] }] of Object.entries(files)) {
        const { parts, notes } = results.get(file)!;
        const why = [...notes, ...parts.map(({ reason }) => reason ?? '')].join(' ');
        for (const [check, where, detail] of fails) {
          if (KNOWN[file] === check || (check === 'footer-missing' && POLICY.test(why))) continue;
          wrong.push(`${file}: ${check} ${where}: ${detail}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(pass).toBeGreaterThan(1100);
    },
  );

  it.each([7, 4096])('is the same at chunk size %i', { timeout: 600_000 }, async (chunkSize) => {
    const filter = defineFilter([footer({ text: 'Costs 5 € each' })]);
    for (const message of corpusMessages()) {
      const eml = readAsMta(message);
      if (eml.length > 200_000) continue;
      const whole = await runFilter(filter, { eml, chunkSize: 65_535 });
      const result = await runFilter(filter, { eml, chunkSize });
      if (!result.message.equals(whole.message)) expect.fail(`${message.name} has other bytes`);
      expect([message.name, result.parts]).toEqual([message.name, whole.parts]);
    }
  });
});

/** What the corpus knows as signed or encrypted, at the root or anywhere. */
const SIGNED = ['signed', 'encrypted', 'smime', 'pgp-mime'];

/** Boundaries are made at random. */
const BOUNDARY = /[0-9a-f]{16}=_[0-9a-f]{16}/g;

describe.skipIf(missing)(titled('a footer around every signed message of the corpus', missing), () => {
  const text = '-- \nGrüße aus Köln, die Fußnote';
  const filter = defineFilter([footer({ text, onSigned: 'wrap' })]);
  const messages = corpusMessages().filter(({ flags }) => SIGNED.some((flag) => flags.has(flag)));
  const isWrapped = ({ parts }: RunFilterResult) => parts.some(({ action }) => action === 'wrapped');

  it('keeps the whole, and comes once', { timeout: 600_000 }, async () => {
    let wrapped = 0;
    for (const message of messages) {
      const eml = readAsMta(message);
      const result = await runFilter(filter, { eml });
      expect([message.name, result.verdict.kind, result.failures]).toEqual([message.name, 'accept', []]);
      await write('signed', message.name, eml);
      await write('wrapped', message.name, result.message);
      const again = await runFilter(filter, { eml: result.message });
      if (!again.message.equals(result.message)) expect.fail(`${message.name} changes when it comes again`);
      if (!isWrapped(result)) continue;
      wrapped++;
      const { body } = splitMessage(eml);
      if (!result.message.includes(body)) expect.fail(`${message.name} has another body inside`);
    }
    const { pass, fail, files } = await judge(
      'signed',
      'wrapped',
      '--footer',
      text,
      // It moves into the body, which the oracle does not see where it finds the structure ambiguous.
      '--allow-header',
      'content-disposition',
    );
    const wrong = Object.entries(files).filter(([, { fails = [] }]) => fails.length > 0);
    expect(wrong).toEqual([]);
    expect(fail).toBe(0);
    expect(pass).toBeGreaterThan(100);
    expect(wrapped).toBeGreaterThan(100);
  });

  it.each([1, 2, 7, 4096])('is the same at chunk size %i', { timeout: 600_000 }, async (chunkSize) => {
    const fixed = (bytes: Buffer) => bytes.toString('latin1').replaceAll(BOUNDARY, '');
    for (const message of messages) {
      const eml = readAsMta(message);
      if (eml.length > 20_000) continue;
      const whole = await runFilter(filter, { eml });
      const result = await runFilter(filter, { eml, chunkSize });
      if (fixed(result.message) !== fixed(whole.message)) expect.fail(`${message.name} has other bytes`);
      expect([message.name, result.parts]).toEqual([message.name, whole.parts]);
    }
  });
});
