/* The load generator as a process: the job as JSON in its argument, the report as JSON on its output. */
import type { NetConnectOpts } from 'node:net';
import { performance } from 'node:perf_hooks';
import { quantile } from '../statistics.ts';
import type { LatencyFigures, LoadJob, LoadReport } from './job.ts';
import { MESSAGES_PER_CONNECTION } from './job.ts';
import { LoadConnection } from './load-connection.ts';
import { openMessage } from './message-source.ts';

console.log(JSON.stringify(await generate(JSON.parse(process.argv[2]) as LoadJob)));

async function generate(job: LoadJob): Promise<LoadReport> {
  const source = openMessage(job.message);
  const totals: number[] = [];
  const ends: number[] = [];
  let left = job.messages;
  let bodyBytes = 0;
  let newBodyBytes = 0;
  const ready = job.hold === true ? barrier(Math.min(job.connections, job.messages)) : () => undefined;
  const connection = async (): Promise<void> => {
    while (left > 0) {
      const one = new LoadConnection(source);
      await one.open(whereIs(job.address));
      for (let count = 0; count < MESSAGES_PER_CONNECTION && left > 0; count++) {
        left--;
        const sent = await one.send(ready);
        if (job.requireNewBody === true && !sent.hasNewBody) throw new Error('a message without a new body');
        totals.push(sent.total / 1e3);
        ends.push(sent.end / 1e3);
        bodyBytes += sent.bodyBytes;
        newBodyBytes += sent.newBodyBytes;
      }
      await one.close();
    }
  };
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(Array.from({ length: job.connections }, connection));
  const seconds = (performance.now() - started) / 1e3;
  const { user, system } = process.cpuUsage(cpu);
  return {
    messages: totals.length,
    seconds,
    bodyBytes,
    newBodyBytes,
    latency: latencies(totals),
    end: latencies(ends),
    generatorCpu: (user + system) / 1e6,
  };
}

/** Resolves for the first so many that come, when all of them are there; nobody waits afterwards. */
function barrier(count: number): () => Promise<void> | undefined {
  let missing = count;
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    if (missing === 0) return undefined;
    if (--missing === 0) open();
    return opened;
  };
}

function latencies(seconds: readonly number[]): LatencyFigures {
  return {
    p50: quantile(seconds, 0.5),
    p95: quantile(seconds, 0.95),
    p99: quantile(seconds, 0.99),
    max: quantile(seconds, 1),
  };
}

function whereIs(address: string): NetConnectOpts {
  if (address.startsWith('unix:')) return { path: address.slice('unix:'.length) };
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
