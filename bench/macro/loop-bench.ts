import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { stopProgram } from '../contenders/process.ts';
import type { ContenderResult } from '../result.ts';
import { MESSAGES } from './messages.ts';
import { contenderResult } from './session-bench.ts';
import { playTurn } from './turn.ts';

const MESSAGE = '50m';
const CONNECTIONS = 16;
const COUNT = 32;

/** How late the event loop of Millrace is while large messages come in and go out. */
export const loopBench: Bench = {
  name: 'loop-32x50m-c16',
  group: 'loop',
  title: `event loop under ${COUNT} messages of ${MESSAGES[MESSAGE].title}, ${CONNECTIONS} connections`,
  rounds: 1,
  isLong: true,
  async start({ pool, generator, directory }) {
    let result: ContenderResult | undefined;
    let number = 0;
    return {
      async round() {
        const file = join(directory, `loop-delay-${++number}.json`);
        const entry = await pool.fresh('footer', 'unix', { loopDelayFile: file });
        if ('reason' in entry) throw new Error(entry.reason);
        try {
          const message = MESSAGES[MESSAGE].in(directory);
          await generator.run({ address: entry.filter.address, connections: 1, messages: 1, message });
          entry.filter.child.kill('SIGUSR2');
          const figures = await playTurn(
            generator,
            entry.filter,
            { connections: CONNECTIONS, messages: COUNT, message, requireNewBody: true },
            MESSAGES[MESSAGE].bytes,
          );
          await stopProgram(entry.filter);
          const delay = JSON.parse(readFileSync(file, 'utf8')) as { p99: number };
          result ??= contenderResult('footer', false, entry.negotiated);
          result.rounds.push({ ...figures, loopDelayP99: delay.p99 });
        } finally {
          await stopProgram(entry.filter);
        }
      },
      result: () => ({
        row: {
          name: loopBench.name,
          group: loopBench.group,
          title: loopBench.title,
          sizes: `${COUNT} x ${MESSAGES[MESSAGE].title}; the delay includes the sampling period of 1 ms`,
          contenders: result === undefined ? [] : [result],
          skipped: [],
        },
      }),
      stop: async () => {},
    };
  },
};
