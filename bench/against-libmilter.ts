/*
 * Millrace with a footer against the filter that one writes first with libmilter (bench/libmilter/footer.c), both driven
 * by the same load generator in turns: A B A B. `npm run bench:libmilter`; with `-- --rounds N` (default 5).
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { compile, missing, start, stop } from './contenders.ts';
import type { Contender } from './contenders.ts';
import { writeMessages } from './messages.ts';
import { median, spread, table } from './statistics.ts';

/** What the load generator reports, as far as it is used here. */
interface LoadReport {
  readonly msgs_per_s: number;
  readonly errors: number;
  readonly latency_ms: { readonly p50: number };
  readonly filter_cpu_us_per_msg: number;
  readonly filter_hwm_kb: number;
}

interface Contest {
  readonly name: string;
  readonly connections: number;
  /** Messages of one turn, and of libmilter's where its turn would take too long. */
  readonly messages: number;
  readonly slowMessages?: number;
  readonly input: readonly string[];
  /** Least ratio of the rates that is wanted, if any. */
  readonly goal?: number;
}

/** Untimed messages before the first turn: until then the engine is still compiling. */
const WARM_UP = 20_000;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Math.max(1, Number.parseInt(values.rounds, 10) || 1);

const reason = missing();
if (reason !== undefined) console.log(`bench against libmilter: skipped, ${reason}`);
else await run();

async function run(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  try {
    const { load, filter } = compile(directory);
    const { text, alternative } = await writeMessages(directory);
    const unix: Contest[] = [
      { name: 'Unix socket, 2 KB, c=1', connections: 1, messages: 8000, input: [text], goal: 1 },
      { name: 'Unix socket, 2 KB, c=16', connections: 16, messages: 20_000, input: [text], goal: 1 },
      { name: 'Unix socket, 30 KB alternative, c=16', connections: 16, messages: 3000, input: [alternative] },
      { name: 'Unix socket, 10 MB, c=1', connections: 1, messages: 10, input: ['--synth', 'mixed:10m'] },
    ];
    const tcp: Contest[] = [
      { name: 'TCP, 2 KB, c=1', connections: 1, messages: 5000, slowMessages: 40, input: [text], goal: 50 },
    ];
    const rows = [
      [
        '',
        'messages/s, ratio',
        'libmilter messages/s',
        'Millrace messages/s',
        'CPU us/message: libmilter',
        'Millrace',
        'goal',
      ],
    ];
    for (const [kind, contests] of [
      ['tcp', tcp],
      ['unix', unix],
    ] as const) {
      const { libmilter, millrace } = await start(kind, directory, filter);
      try {
        await play(load, millrace, ['-n', String(WARM_UP), '-c', '16', text]);
        for (const contest of contests) rows.push(await hold(contest, load, libmilter, millrace));
      } finally {
        await Promise.all([stop(libmilter), stop(millrace)]);
      }
    }
    console.log(`\n${rounds} rounds in turns; median [least-most]\n\n${table(rows)}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** All rounds of one contest, as a row of the table. */
async function hold(
  { name, connections, messages, slowMessages = messages, input, goal }: Contest,
  load: string,
  libmilter: Contender,
  millrace: Contender,
): Promise<string[]> {
  const theirs: LoadReport[] = [];
  const ours: LoadReport[] = [];
  const options = (count: number): string[] => ['-n', String(count), '-c', String(connections), ...input];
  await play(load, millrace, options(Math.ceil(messages / 2)));
  for (let round = 0; round < rounds; round++) {
    theirs.push(await play(load, libmilter, options(slowMessages)));
    ours.push(await play(load, millrace, options(messages)));
    process.stderr.write('.');
  }
  const rate = (reports: readonly LoadReport[]): number[] => reports.map((report) => report.msgs_per_s);
  const cpu = (reports: readonly LoadReport[]): string =>
    spread(
      reports.map((report) => report.filter_cpu_us_per_msg),
      0,
    );
  const ratios = rate(ours).map((figure, round) => figure / rate(theirs)[round]);
  const verdict = goal === undefined ? '' : `${goal}: ${median(ratios) >= goal ? 'met' : 'not met'}`;
  return [
    name,
    spread(ratios, 2),
    spread(rate(theirs), 0),
    spread(rate(ours), 0),
    cpu(theirs),
    cpu(ours),
    verdict,
  ];
}

async function play(load: string, contender: Contender, options: readonly string[]): Promise<LoadReport> {
  const pid = String(contender.child.pid);
  const { stdout } = await promisify(execFile)(load, [
    '--json',
    '--pid',
    pid,
    '--require-replbody',
    ...options.slice(0, 4),
    contender.address,
    ...options.slice(4),
  ]);
  return JSON.parse(stdout) as LoadReport;
}
