/* Messages that grow, through a pipeline of all transforms that look at or change a message; the argument names what grows. */
import { performance } from 'node:perf_hooks';
import { defineFilter } from '../../src/core/index.ts';
import { footer, stripAttachments, virusScan } from '../../src/transforms/index.ts';
import { inChunks } from '../micro/streams.ts';
import { answerRequests } from '../worker-process.ts';
import { GROWTHS } from './growth.ts';

/** A turn at one size. */
export interface GrowthRequest {
  readonly size: number;
  readonly seconds: number;
}

/** CPU seconds of a message; the process's peak memory so far. */
export interface GrowthAnswer {
  readonly cpuSeconds: number;
  readonly peakMemory: number;
}

const growth = GROWTHS.find(({ name }) => name === process.argv[2])!;
const filter = defineFilter([
  virusScan({ engine: 'builtin', onAmbiguous: 'note' }),
  stripAttachments({ extensions: ['exe'], onAmbiguous: 'note' }),
  footer({ text: '-- \nSent via example.org' }),
]);
const messages = new Map<number, Buffer[]>();

answerRequests(async (request) => {
  const { size, seconds } = request as GrowthRequest;
  let chunks = messages.get(size);
  if (chunks === undefined) {
    chunks = inChunks(growth.message(size), 65_535);
    messages.set(size, chunks);
  }
  const until = performance.now() + seconds * 1e3;
  const cpu = process.cpuUsage();
  let count = 0;
  do {
    await play(chunks);
    count++;
  } while (performance.now() < until);
  const { user, system } = process.cpuUsage(cpu);
  return {
    cpuSeconds: (user + system) / 1e6 / count,
    peakMemory: process.resourceUsage().maxRSS * 1024,
  } satisfies GrowthAnswer;
});

async function play(chunks: readonly Buffer[]): Promise<void> {
  async function* source(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const done = await filter.process(source());
  let bytes = 0;
  for await (const block of done.message()) bytes += block.length;
  const { verdict, bodyChanged } = done.outcome;
  done.dispose();
  // What is refused or left alone would be cheap, and no measure of anything.
  if (verdict.kind !== 'accept' || !bodyChanged || bytes === 0)
    throw new Error(`${verdict.kind}, body ${bodyChanged ? 'changed' : 'unchanged'}`);
}
