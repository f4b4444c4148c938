import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Splitter, type SplitterChunk } from 'mailsplit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineFilter, type Filter } from '../../src/core/index.ts';
import { normalizedNames } from '../../src/core/mime/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';
import { CURED, DEFAULT_CODES } from '../../src/transforms/canonicalize/cures.ts';
import { canonicalize, STRUCTURE_SPLITTING } from '../../src/transforms/index.ts';
import {
  adversarialGenerator,
  adversarialMissing,
  corpusMessages,
  corpusMissing,
  readAsMta,
  splitMessage,
  titled,
} from '../support/corpus.ts';
import { type Leaf, leavesOf } from '../support/leaves.ts';
import { scan } from '../support/scan.ts';

const TOOLS = dirname(adversarialGenerator());
const missing = corpusMissing ?? adversarialMissing;

/** With the default codes; and with all that have a cure, which is most of what is odd in the corpus. */
const defaults = defineFilter([canonicalize()]);
const everything = defineFilter([canonicalize({ codes: [...CURED] })]);

/** Reads messages with a strict splitter and with Python's email package, and says where the two differ. */
const READER = `
import sys, json, hashlib, os
sys.path.insert(0, sys.argv[1])
import mail_oracle as oracle
for name in sorted(os.listdir(sys.argv[2])):
    data = open(os.path.join(sys.argv[2], name), 'rb').read()
    result = oracle.Result()
    tree = oracle.read_tree(data, result, 'new')
    leaves = []
    for node in (tree.walk() if tree else []):
        if not node.leaf(): continue
        content = oracle.decode_body(node)
        leaves.append([node.ctype, node.names(), None if content is None else content.decode('latin-1')])
    print(json.dumps({'name': name, 'doubts': result.und, 'leaves': leaves}))
`;

interface Reading {
  readonly name: string;
  readonly doubts: readonly string[];
  readonly leaves: readonly (readonly [type: string, names: readonly string[], content: string | null])[];
}

let directory = '';
beforeAll(() => {
  if (missing !== undefined) return;
  directory = mkdtempSync(join(tmpdir(), 'canonicalize-'));
  mkdirSync(join(directory, 'hostile'));
  execFileSync('python3', [adversarialGenerator(), join(directory, 'hostile')], { stdio: 'ignore' });
});
afterAll(() => {
  if (directory !== '') rmSync(directory, { recursive: true });
});

interface Rewritten {
  readonly name: string;
  readonly before: Buffer;
  readonly after: Buffer;
}

interface Counts {
  untouched: number;
  rewritten: Rewritten[];
  refused: string[];
}

/** Play messages through a filter; what is untouched must be so byte for byte. */
async function playAll(filter: Filter, messages: Iterable<readonly [string, Buffer]>): Promise<Counts> {
  const counts: Counts = { untouched: 0, rewritten: [], refused: [] };
  for (const [name, eml] of messages) {
    const result = await runFilter(filter, { eml });
    if (result.verdict.kind !== 'accept' || result.quarantine !== undefined) {
      counts.refused.push(`${name}: ${result.quarantine ?? result.verdict.kind}`);
      expect(result.bodyChanged).toBe(false);
    } else if (result.notes.length > 0) {
      counts.rewritten.push({ name, before: eml, after: result.message });
    } else {
      counts.untouched++;
      if (!result.message.equals(eml) || result.headerEdits.length > 0 || result.bodyChanged)
        expect(name).toBe('untouched');
    }
  }
  return counts;
}

function codesOf(message: Buffer): string[] {
  const { header, body } = splitMessage(message);
  return scan(header, [Buffer.from(body)]).ambiguities.map((found) => found.split(' ')[1]);
}

/** The tree as mailsplit finds it: the types of all parts. */
async function mailsplitTypes(message: Buffer): Promise<string[]> {
  const splitter = new Splitter({ defaultInlineEmbedded: true });
  const types: string[] = [];
  splitter.end(message);
  for await (const chunk of splitter as AsyncIterable<SplitterChunk>)
    if (chunk.type === 'node') types.push(chunk.contentType || 'text/plain');
  return types;
}

function readWithPython(rewritten: readonly Rewritten[]): Reading[] {
  const output = mkdtempSync(join(directory, 'output-'));
  for (const [index, { after }] of rewritten.entries())
    writeFileSync(join(output, String(index).padStart(5, '0')), after);
  const lines = execFileSync('python3', ['-c', READER, TOOLS, output], {
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  });
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Reading);
}

const hash = (leaf: Leaf) => createHash('sha256').update(JSON.stringify(leaf)).digest('hex');

/** Everything that must be true of messages that have been rewritten. */
async function check(
  filter: Filter,
  codes: ReadonlySet<string>,
  rewritten: readonly Rewritten[],
): Promise<void> {
  const wrong: string[] = [];
  for (const { name, before, after } of rewritten) {
    const left = codesOf(after).filter((code) => codes.has(code) || STRUCTURE_SPLITTING.has(code));
    if (left.length > 0) wrong.push(`${name} still has ${left.join(', ')}`);
    const [one, other] = [leavesOf(before), leavesOf(after)];
    if (one.map(hash).join() !== other.map(hash).join()) wrong.push(`${name} has other leaves`);
    const again = await runFilter(filter, { eml: after });
    if (!again.message.equals(after)) wrong.push(`${name} is changed again`);
    const text = after.toString('latin1');
    if (/\r(?!\n)|(?<!\r)\n/.test(splitMessage(after).body.toString('latin1')))
      wrong.push(`${name} has lone CR or LF`);
    if (text.split('\r\n').some((line) => line.length > 998)) wrong.push(`${name} has a long line`);
  }
  expect(wrong).toEqual([]);
}

/** Doubts of the other reader, and why there is nothing in them. */
const DOUBTED: Readonly<Record<string, string>> = {
  'dev/rspamd/test_functional_messages_next2last-digits_in_brackets.eml':
    'brackets in a quoted name, of a part that has nothing ambiguous and is kept',
  'dev/wildduck/imap-core_test_fixtures_fix2.eml':
    'eight bits in the quoted-printable of a signed part, which keeps every byte',
  'dev/mox/testdata_message_message-rfc822-multipart.eml': 'the text of a delivery report is no header',
};

/** What a strict splitter and Python's email package find must be what Millrace finds. */
function compareWithPython(rewritten: readonly Rewritten[]): void {
  const wrong: string[] = [];
  for (const [index, { doubts, leaves }] of readWithPython(rewritten).entries()) {
    const { name, after } = rewritten[index];
    if (DOUBTED[name] !== undefined) continue;
    const ours = leavesOf(after);
    wrong.push(...doubts.map((doubt) => `${name}: ${doubt}`));
    if (leaves.length !== ours.length) wrong.push(`${name}: ${leaves.length} leaves, not ${ours.length}`);
    for (const [i, [type, names, content]] of leaves.entries()) {
      const leaf = ours[i];
      if (leaf === undefined) break;
      if (type !== leaf.type) wrong.push(`${name}: type ${type}, not ${leaf.type}`);
      const [filename] = normalizedNames(names.slice(0, 1));
      if (filename !== leaf.filename) wrong.push(`${name}: name ${filename}, not ${leaf.filename}`);
      const isText = /^(?:text|message)\//.test(type);
      if (content === null) wrong.push(`${name}: content of leaf ${i} is in no clean encoding`);
      else if (comparable(content, isText) !== comparable(leaf.content, isText))
        wrong.push(`${name}: content of leaf ${i}`);
    }
  }
  expect(wrong).toEqual([]);
}

function comparable(content: string, isText: boolean): string {
  return isText ? content.replace(/\r\n/g, '\n').replace(/\n+$/, '') : content;
}

/** mailsplit must find the same parts; it reads attached messages and digests otherwise than the RFC has it. */
async function compareWithMailsplit(rewritten: readonly Rewritten[]): Promise<number> {
  let compared = 0;
  for (const { name, after } of rewritten) {
    const { header, body } = splitMessage(after);
    const types = scan(header, [Buffer.from(body)]).parts.map(({ type }) => type);
    if (types.some((type) => /^message\/(?:rfc822|global)$|^multipart\/digest$/.test(type))) continue;
    compared++;
    expect([name, ...(await mailsplitTypes(after))]).toEqual([name, ...types]);
  }
  return compared;
}

function* hostile(): Generator<readonly [string, Buffer]> {
  for (const name of readdirSync(join(directory, 'hostile')).toSorted()) {
    const file = join(directory, 'hostile', name);
    // Line ends as an MTA hands them on.
    if (name.endsWith('.eml'))
      yield [name, Buffer.from(readFileSync(file, 'latin1').replace(/\r?\n/g, '\r\n'), 'latin1')];
  }
}

function* corpus(): Generator<readonly [string, Buffer]> {
  for (const message of corpusMessages()) yield [message.name, readAsMta(message)];
}

describe.skipIf(missing)(titled('canonicalize on the corpus and hostile messages', missing), () => {
  it.each([
    {
      what: 'the corpus',
      filter: defaults,
      codes: DEFAULT_CODES,
      messages: corpus,
      total: 1714,
      least: 30,
      most: 30,
    },
    {
      what: 'the corpus for all',
      filter: everything,
      codes: CURED,
      messages: corpus,
      total: 1714,
      least: 500,
      most: 110,
    },
    {
      what: 'hostile mail',
      filter: defaults,
      codes: DEFAULT_CODES,
      messages: hostile,
      total: 249,
      least: 25,
      most: 25,
    },
    {
      what: 'hostile mail for all',
      filter: everything,
      codes: CURED,
      messages: hostile,
      total: 249,
      least: 55,
      most: 10,
    },
  ])(
    '$what: each message is untouched, or rewritten (at least $least) so that all read the same, or refused (at most $most)',
    async ({ filter, codes, messages, total, least, most }) => {
      const { untouched, rewritten, refused } = await playAll(filter, messages());
      expect(untouched + rewritten.length + refused.length).toBe(total);
      expect(rewritten.length).toBeGreaterThanOrEqual(least);
      expect(refused.length).toBeLessThanOrEqual(most);
      await check(filter, codes, rewritten);
      compareWithPython(rewritten);
      expect(await compareWithMailsplit(rewritten)).toBeGreaterThan(rewritten.length * 0.7);
    },
    300_000,
  );
});
