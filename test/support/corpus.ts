import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A message of the corpus, and what is known about it. */
export interface CorpusMessage {
  readonly name: string;
  readonly file: string;
  readonly topType: string;
  readonly flags: ReadonlySet<string>;
}

const shared = resolve(import.meta.dirname, '../../../shared');
const corpusDirectory = join(shared, 'corpus');
const toolsDirectory = join(shared, 'tools');

/** Why tests with the corpus do not run here; undefined where they do. */
export const corpusMissing = missing('the message corpus', join(corpusDirectory, 'dev', 'manifest.tsv'));

/** Why tests with the generator of hostile messages do not run here. */
export const adversarialMissing = missing('the generator of hostile messages', adversarialGenerator());

/** The script that writes hostile messages into a directory. */
export function adversarialGenerator(): string {
  return join(toolsDirectory, 'gen_adversarial.py');
}

/** The script that compares messages before and after a filter. */
export function mailOracle(): string {
  return join(toolsDirectory, 'mail_oracle.py');
}

/** A title that shows why a group of tests is skipped. */
export function titled(title: string, reason: string | undefined): string {
  return reason === undefined ? title : `${title} (skipped: ${reason})`;
}

/** All messages of the corpus, in the manifest's order; none where it is missing. */
export function corpusMessages(): CorpusMessage[] {
  if (corpusMissing !== undefined) return [];
  const [head = '', ...lines] = readFileSync(join(corpusDirectory, 'dev', 'manifest.tsv'), 'utf8')
    .trimEnd()
    .split('\n');
  const columns = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    const cell = (column: string) => cells[columns.indexOf(column)] ?? '';
    return {
      name: cell('path'),
      file: join(corpusDirectory, cell('path')),
      topType: cell('top_content_type'),
      flags: new Set(cell('flags').split(',')),
    };
  });
}

/** Whether whoever put the corpus together has found nothing odd about a message. */
export function isPlain({ flags }: CorpusMessage): boolean {
  return !flags.has('ambiguous') && !flags.has('malformed');
}

/** The message as an MTA hands it on: every line end CR LF. A lone CR stays. */
export function readAsMta(message: CorpusMessage): Buffer {
  return withCrlf(readFileSync(message.file));
}

/** LF without CR becomes CR LF. */
function withCrlf(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

/**
 * A message cut into header block and body, as the milter protocol brings them: the blank line belongs to neither. A
 * message without a blank line is all header.
 */
export function splitMessage(bytes: Buffer): { header: Buffer; body: Buffer } {
  const text = bytes.toString('latin1');
  const blank = /^\r?\n/.exec(text) ?? /\n\r?\n/.exec(text);
  if (blank === null) return { header: bytes, body: Buffer.alloc(0) };
  const headerEnd = blank.index + (blank[0].length > 1 && blank[0].startsWith('\n') ? 1 : 0);
  return {
    header: bytes.subarray(0, headerEnd),
    body: bytes.subarray(blank.index + blank[0].length),
  };
}

function missing(what: string, file: string): string | undefined {
  if (existsSync(file)) return undefined;
  const reason = `${what} is not beside this checkout`;
  if (process.env['MILLRACE_INTEGRATION'] === 'required') throw new Error(`${reason}: ${file}`);
  return reason;
}
