import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { LatencyFigures, LoadGenerator, LoadJob, LoadMessage, LoadReport } from './job.ts';
import { MESSAGES_PER_CONNECTION } from './job.ts';

/** The scripts of package.json run in the checkout. */
const SOURCE = resolve(process.cwd(), '../shared/tools/milterload.c');

interface Milliseconds {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** What milterload prints, as far as it is used here. */
interface MilterloadReport {
  readonly messages: number;
  readonly seconds: number;
  readonly body_in: number;
  readonly body_replaced: number;
  readonly latency_ms: Milliseconds;
  readonly eom_ms: Milliseconds;
  readonly self_cpu_s: number;
}

/** Whether the source of milterload and a C compiler are there. */
export function hasMilterload(): boolean {
  if (!existsSync(SOURCE)) return false;
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Compile milterload, a load generator in C that also checks every packet of the filter. */
export function compileMilterload(directory: string): LoadGenerator {
  const program = join(directory, 'milterload');
  execFileSync('cc', ['-O2', '-pthread', '-o', program, SOURCE]);
  return {
    title: 'milterload (C)',
    async run(job) {
      const { stdout } = await promisify(execFile)(program, options(job), { maxBuffer: 1 << 24 });
      return readReport(JSON.parse(stdout) as MilterloadReport);
    },
  };
}

function options({ address, connections, messages, message, hold, requireNewBody }: LoadJob): string[] {
  return [
    '--json',
    '-n',
    String(messages),
    '-c',
    String(connections),
    '-m',
    String(MESSAGES_PER_CONNECTION),
    ...(hold === true ? ['--hold-eom'] : []),
    ...(requireNewBody === true ? ['--require-replbody'] : []),
    address,
    ...input(message),
  ];
}

function input(message: LoadMessage): string[] {
  return 'path' in message ? [message.path] : ['--synth', `${message.kind}:${message.bytes}`];
}

function readReport(report: MilterloadReport): LoadReport {
  return {
    messages: report.messages,
    seconds: report.seconds,
    bodyBytes: report.body_in,
    newBodyBytes: report.body_replaced,
    latency: inSeconds(report.latency_ms),
    end: inSeconds(report.eom_ms),
    generatorCpu: report.self_cpu_s,
  };
}

function inSeconds({ p50, p95, p99, max }: Milliseconds): LatencyFigures {
  return { p50: p50 / 1e3, p95: p95 / 1e3, p99: p99 / 1e3, max: max / 1e3 };
}
