import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, BenchContext, RunningBench } from '../bench.ts';
import { stopProgram } from '../contenders/process.ts';
import { MESSAGES } from '../macro/messages.ts';
import type { MessageName } from '../macro/messages.ts';
import { warmUp } from '../macro/session-bench.ts';
import { playTurn } from '../macro/turn.ts';
import type { ProfileResult } from '../result.ts';
import { attribute, WORK } from './attribution.ts';
import type { CpuProfile } from './attribution.ts';

/** A turn is so many times one of a session: the profile is a sample. */
const LONG = 2;
/** The fewest messages of a turn on each connection. */
const FEWEST = 2;

/** What the time of a footer goes into, by V8's own profiler. */
export function profileBench(message: MessageName, connections: number, isLong = false): Bench {
  const name = `profile-${message}`;
  const { title: size } = MESSAGES[message];
  const title = `where the time goes: footer, ${size}, ${connections === 1 ? 'one connection' : `${connections} connections`}`;
  return {
    name,
    group: 'profile',
    title,
    rounds: 1,
    ...(isLong ? { isLong } : {}),
    start: async (context) => startProfile({ name, title, message, connections }, context),
  };
}

interface ProfileRow {
  readonly name: string;
  readonly title: string;
  readonly message: MessageName;
  readonly connections: number;
}

async function startProfile(row: ProfileRow, context: BenchContext): Promise<RunningBench> {
  const { generator, pool, directory, turnSeconds } = context;
  const { connections } = row;
  const { bytes, in: fileIn } = MESSAGES[row.message];
  let result: ProfileResult | undefined;
  let number = 0;
  return {
    async round() {
      const profiles = join(directory, `${row.name}-${++number}`);
      mkdirSync(profiles);
      const entry = await pool.fresh('footer', 'unix', { profileDirectory: profiles });
      if ('reason' in entry) throw new Error(entry.reason);
      const play = (messages: number): ReturnType<typeof playTurn> =>
        playTurn(
          generator,
          entry.filter,
          { connections, messages, message: fileIn(directory), requireNewBody: true },
          bytes,
        );
      try {
        const { messagesPerSecond = 1 } = await warmUp(play, connections * FEWEST, context);
        const each = Math.round((messagesPerSecond * turnSeconds * LONG) / connections);
        const messages = connections * Math.max(FEWEST, each);
        const started = performance.now();
        await play(messages);
        const seconds = (performance.now() - started) / 1e3;
        await stopProgram(entry.filter);
        result = resultOf(row, readProfile(profiles), seconds, messages);
      } finally {
        await stopProgram(entry.filter);
      }
    },
    result: () => ({ profile: result! }),
    stop: async () => {},
  };
}

function resultOf(
  { name, title }: ProfileRow,
  profile: CpuProfile,
  seconds: number,
  messages: number,
): ProfileResult {
  const spent = attribute(profile, seconds);
  const whole = [...spent.values()].reduce((sum, part) => sum + part, 0);
  return {
    name,
    title,
    messages,
    perMessage: whole / messages,
    shares: WORK.map((what) => ({ what, share: (spent.get(what) ?? 0) / whole })),
  };
}

/** The only file in a directory, which the process has written at its end. */
function readProfile(directory: string): CpuProfile {
  const [file] = readdirSync(directory);
  return JSON.parse(readFileSync(join(directory, file), 'utf8')) as CpuProfile;
}
