import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Bench, BenchContext, RunningBench } from '../bench.ts';
import { altermime } from '../contenders/peers.ts';
import { openMessage } from '../load/message-source.ts';
import type { Figures } from '../measures.ts';
import { cpuOfEndedChildren } from '../process-meter.ts';
import type { ContenderResult, Skipped } from '../result.ts';
import { contenderResult, warmUp } from './session-bench.ts';
import { MESSAGES } from './messages.ts';
import type { BenchMessage } from './messages.ts';
import { playTurn } from './turn.ts';

/** altermime, which changes one file in place a process, beside Millrace's whole way over the wire. */
export function fileBench(name: string, size: '2k' | '10m', rounds: number): Bench {
  const message: BenchMessage = MESSAGES[size];
  const title = `a footer by altermime on a file, ${message.title}`;
  return {
    name,
    group: 'files',
    title,
    rounds,
    start: (context) => startFiles(name, title, message, context),
  };
}

async function startFiles(
  name: string,
  title: string,
  message: BenchMessage,
  context: BenchContext,
): Promise<RunningBench> {
  const { pool, generator, directory, turnSeconds } = context;
  const millrace = await pool.shared('footer', 'unix');
  if ('reason' in millrace) throw new Error(millrace.reason);
  const ours = contenderResult('footer', false, millrace.negotiated);
  const theirs: ContenderResult = { name: 'altermime', title: 'altermime, a process a message', rounds: [] };
  const peer = altermime();
  const skipped: Skipped[] = 'reason' in peer ? [{ name: 'altermime', reason: peer.reason }] : [];
  const original = join(directory, `${name}.eml`);
  const load = message.in(directory);
  if ('path' in load) await copyFile(load.path, original);
  else await writeFile(original, wholeMessage(load));
  const play = (messages: number): Promise<Figures> =>
    playTurn(
      generator,
      millrace.filter,
      { connections: 1, messages, message: load, requireNewBody: true },
      message.bytes,
    );
  const first = await warmUp(play, message.bytes > 2 ** 20 ? 5 : 200, context);
  const messages = Math.max(1, Math.round((first.messagesPerSecond ?? 1) * turnSeconds));
  return {
    async round() {
      ours.rounds.push(await play(messages));
      if ('file' in peer)
        theirs.rounds.push(await alter(peer.file, original, directory, message.bytes, turnSeconds));
    },
    result: () => ({
      row: {
        name,
        group: 'files',
        title,
        sizes: `${message.title}; altermime finds the message in a file already, Millrace gets it over the wire and sends it back`,
        contenders: theirs.rounds.length === 0 ? [ours] : [ours, theirs],
        skipped,
      },
    }),
    stop: async () => {},
  };
}

/** Run altermime on copies of a message for a while; the time of copying does not count. */
async function alter(
  file: string,
  original: string,
  directory: string,
  bytes: number,
  seconds: number,
): Promise<Figures> {
  const copy = join(directory, 'altermime.eml');
  const footer = join(directory, 'altermime-footer.txt');
  await writeFile(footer, '-- \nSent via example.org\n');
  const cpu = cpuOfEndedChildren();
  const times: number[] = [];
  for (let spent = 0; spent < seconds;) {
    await copyFile(original, copy);
    const started = performance.now();
    const child = spawn(file, [`--input=${copy}`, `--disclaimer=${footer}`], { stdio: 'ignore' });
    const [status] = (await once(child, 'exit')) as [number | null];
    if (status !== 0) throw new Error(`altermime has ended with ${status}`);
    times.push((performance.now() - started) / 1e3);
    spent += times.at(-1)!;
  }
  const each = times.reduce((sum, time) => sum + time, 0) / times.length;
  const cpuEach = (cpuOfEndedChildren() - cpu) / times.length;
  return {
    messagesPerSecond: 1 / each,
    bytesPerSecond: bytes / each,
    cpuPerMessage: cpuEach,
    cpuPerGigabyte: (cpuEach / bytes) * 1e9,
  };
}

function wholeMessage(load: Parameters<typeof openMessage>[0]): Buffer {
  const source = openMessage(load);
  const header = source.fields.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
  const body: Buffer[] = [];
  for (let at = 0; at < source.bodyBytes; at += 65_535)
    body.push(...source.slices(at, Math.min(65_535, source.bodyBytes - at)));
  return Buffer.concat([Buffer.from(`${header}\r\n`, 'latin1'), ...body]);
}
