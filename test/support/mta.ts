import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { SENDMAIL_ROOT, findSendmail } from './sendmail-root.ts';
import { hasProgram, sharedTool } from './shared-tools.ts';

const ROUNDTRIP = sharedTool('harness/postfix_roundtrip.py');

const harnessMissing =
  ROUNDTRIP === undefined
    ? 'the MTA harness is not beside the repository'
    : !hasProgram('python3')
      ? 'there is no python3'
      : process.getuid?.() === 0
        ? undefined
        : 'an MTA can only be started by root';

/** Why a real Postfix cannot be used here; undefined when it can. */
export const postfixMissing: string | undefined =
  harnessMissing ??
  (existsSync('/usr/sbin/postfix') ? undefined : 'there is no Postfix (Debian: apt-get install postfix)');

/** Why a real Sendmail cannot be used here; undefined when it can. */
export const sendmailMissing: string | undefined = harnessMissing ?? findSendmail();

/** What became of one message. */
export interface Delivery {
  /** The SMTP reply code of the end of data (or of what was refused before). */
  readonly code: string;
  readonly text: string;
  /** What the next hop got; undefined when nothing was delivered. */
  readonly bytes: Buffer | undefined;
  /** Accepted, but neither delivered nor held. */
  readonly isLost: boolean;
}

/**
 * Send messages through a real MTA with a milter; deliveries by name. `milter` is in Postfix's form, or `none`; the MTA
 * is Postfix unless the options (those of the harness) say `--mta sendmail`.
 */
export async function throughMta(
  milter: string,
  messages: ReadonlyMap<string, Buffer>,
  ...options: string[]
): Promise<Map<string, Delivery>> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-mta-'));
  try {
    const [source, target] = [join(directory, 'in'), join(directory, 'out')];
    await mkdir(source);
    for (const [name, bytes] of messages) await writeFile(join(source, `${name}.eml`), bytes);
    await roundtrip(['--milter', milter, '--in', source, '--out', target, '--drop-trace', ...options]);
    return await readDeliveries(target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A listen address of ours in Postfix's form. */
export function postfixAddress(address: string): string {
  const tcp = /^inet:(\d+)@(.*)$/.exec(address);
  return tcp === null ? address : `inet:${tcp[2]}:${tcp[1]}`;
}

async function roundtrip(args: string[]): Promise<void> {
  const child = spawn('python3', [ROUNDTRIP!, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SENDMAIL_ROOT },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  // 1: a message was lost, which the deliveries tell as well.
  if (code !== 0 && code !== 1)
    throw new Error(`the harness ended with ${String(code)}: ${output.slice(-2000)}`);
}

async function readDeliveries(directory: string): Promise<Map<string, Delivery>> {
  const deliveries = new Map<string, Delivery>();
  const files = new Set(await readdir(directory));
  for (const file of files) {
    const name = basename(file, '.json');
    if (file === 'summary.json' || !file.endsWith('.json')) continue;
    const row = JSON.parse(await readFile(join(directory, file), 'utf8')) as {
      code: string;
      text: string;
      lost: boolean;
    };
    const bytes = files.has(`${name}.eml`) ? await readFile(join(directory, `${name}.eml`)) : undefined;
    deliveries.set(name, {
      code: row.code,
      text: row.text,
      bytes: bytes && withoutTrace(bytes),
      isLost: row.lost,
    });
  }
  return deliveries;
}

/** Without the field that the MTA has put in, which is no longer the first one when a filter has inserted above it. */
export function withoutTrace(bytes: Buffer): Buffer {
  const end = bytes.indexOf('\r\n\r\n');
  const header = bytes.subarray(0, end === -1 ? bytes.length : end + 2).toString('latin1');
  const fields = header.matchAll(/^Received: [^\r]*(?:\r\n[ \t][^\r]*)*\r\n/gm);
  const trace = [...fields].find(([field]) => field.includes('by mx.test'));
  if (trace === undefined) return bytes;
  return Buffer.concat([bytes.subarray(0, trace.index), bytes.subarray(trace.index + trace[0].length)]);
}
