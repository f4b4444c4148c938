import type { Bench, BenchContext, RunningBench } from '../bench.ts';
import { MESSAGES } from '../macro/messages.ts';
import { warmUp } from '../macro/session-bench.ts';
import { playTurn } from '../macro/turn.ts';
import type { ScalingResult } from '../result.ts';
import { fitPowerLaw, median, steepest } from '../statistics.ts';
import { WorkerProcess } from '../worker-process.ts';
import { GROWTHS } from './growth.ts';
import type { Growth } from './growth.ts';
import type { GrowthAnswer } from './worker.ts';

const WORKER = new URL('./worker.js', import.meta.url);

/** Twice as much may cost 2 ** 1.2 = 2.3 times as much; what is above that grows faster than linearly, noise or not. */
const LINEAR = 1.2;

/** A turn at one size is this part of a session's. */
const SHARE = 0.12;

/** What one size costs, in one round. */
type Measure = (size: number) => Promise<{ cost: number; peakMemory: number }>;

/** How the cost grows with something of the message. */
function growthBench(growth: Growth): Bench {
  return {
    name: growth.name,
    group: 'scaling',
    title: `cost of a message against its ${growth.title}`,
    rounds: 3,
    async start({ turnSeconds }) {
      const worker = new WorkerProcess(WORKER, growth.name, [growth.name]);
      const measure: Measure = async (size) => {
        const seconds = turnSeconds * SHARE;
        const { cpuSeconds, peakMemory } = await worker.ask<GrowthAnswer>({ size, seconds });
        return { cost: cpuSeconds, peakMemory };
      };
      // Untimed: until then V8 is still compiling.
      for (const size of growth.sizes) await measure(size);
      return running(growth, measure, async () => worker.stop());
    },
  };
}

const CONNECTIONS = {
  name: 'scaling-connections',
  title: 'number of connections',
  what: 'connections with a message each',
  sizes: [1, 2, 4, 8, 16, 32, 64],
};

/** How the cost of one message on each connection grows with their number. */
const connectionsBench: Bench = {
  name: CONNECTIONS.name,
  group: 'scaling',
  title: 'cost of a message on each of so many connections',
  rounds: 3,
  async start(context: BenchContext) {
    const { pool, generator, directory, turnSeconds } = context;
    const entry = await pool.shared('footer', 'unix');
    if ('reason' in entry) throw new Error(entry.reason);
    const { filter } = entry;
    const play = (connections: number, messages: number): ReturnType<typeof playTurn> =>
      playTurn(
        generator,
        filter,
        { connections, messages, message: MESSAGES['2k'].in(directory), requireNewBody: true },
        MESSAGES['2k'].bytes,
      );
    const { messagesPerSecond = 1000 } = await warmUp((messages) => play(16, messages), 500, context);
    // The system counts CPU time in steps of 10 ms: a turn must be long enough for many of them.
    const count = Math.max(64, Math.round(messagesPerSecond * Math.max(turnSeconds * 0.6, 0.2)));
    return running(
      CONNECTIONS,
      async (connections) => {
        const { cpuPerMessage = NaN, peakMemory = NaN } = await play(connections, count);
        return { cost: cpuPerMessage * connections, peakMemory };
      },
      async () => {},
    );
  },
};

function running(
  { name, title, what, sizes }: Omit<Growth, 'message'>,
  measure: Measure,
  stop: () => Promise<void>,
): RunningBench {
  const points = sizes.map((size) => ({ size, costs: [] as number[] }));
  let peak = 0;
  return {
    async round() {
      for (const point of points) {
        const { cost, peakMemory } = await measure(point.size);
        point.costs.push(cost);
        peak = Math.max(peak, peakMemory);
      }
    },
    result: () => ({ scaling: scalingResult({ name, title, what }, points, peak) }),
    stop,
  };
}

/** The exponents of points, and whether they are linear. */
export function scalingResult(
  { name, title, what }: Pick<ScalingResult, 'name' | 'title' | 'what'>,
  points: ScalingResult['points'],
  peakMemory: number,
): ScalingResult {
  const medians = points.map(({ size, costs }) => ({ size, cost: median(costs) }));
  const exponent = fitPowerLaw(medians)?.exponent ?? NaN;
  const upperExponent = steepest(medians) ?? NaN;
  return {
    name,
    title,
    what,
    points,
    exponent,
    upperExponent,
    isLinear: !(exponent > LINEAR || upperExponent > LINEAR),
    peakMemory,
  };
}

/** All scaling benches. */
export const SCALING_BENCHES: readonly Bench[] = [...GROWTHS.map(growthBench), connectionsBench];
