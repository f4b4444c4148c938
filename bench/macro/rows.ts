import type { Bench } from '../bench.ts';
import type { ContenderName } from './contender-pool.ts';
import { fileBench } from './file-bench.ts';
import { loopBench } from './loop-bench.ts';
import { profileBench } from '../profile/profile-bench.ts';
import { memoryBench } from './memory-bench.ts';
import type { MessageName } from './messages.ts';
import { sessionBench } from './session-bench.ts';
import type { SessionRow } from './session-bench.ts';

const TWO: readonly ContenderName[] = ['footer', 'libmilter'];
const THREE: readonly ContenderName[] = ['footer', 'libmilter', 'pymilter'];
/** Where a round trip counts: one of them negotiates all "no reply" bits, as libmilter's filter does. */
const SMALL: readonly ContenderName[] = ['footer', 'libmilter', 'footer-eager', 'pymilter'];
/** In the order of what they do; the footer first, because the others are compared with the first one. */
const STAGES: readonly ContenderName[] = [
  'footer',
  'nothing',
  'inspect',
  'strip',
  'footer-strip',
  'scan-stub',
  'scan-clamd',
];

const session = (
  socket: 'unix' | 'tcp',
  message: MessageName,
  connections: number,
  contenders: readonly ContenderName[],
  more: Partial<SessionRow> = {},
): Bench =>
  sessionBench({
    name: `${socket}-${message}-c${connections}`,
    group: 'sessions',
    socket,
    message,
    connections,
    contenders,
    rounds: 5,
    ...more,
  });

const stages = (message: MessageName, connections: number): Bench =>
  sessionBench({
    name: `stages-${message}`,
    group: 'stages',
    socket: 'unix',
    message,
    connections,
    contenders: STAGES,
    rounds: 3,
    stages: true,
  });

/** Whole sessions, in separate processes. */
export const MACRO_BENCHES: readonly Bench[] = [
  session('unix', '2k', 1, SMALL),
  session('unix', '2k', 16, SMALL),
  session('unix', '2k', 64, TWO),
  session('unix', '30k', 1, TWO, { rounds: 3 }),
  session('unix', '30k', 16, SMALL),
  session('unix', '1m', 1, TWO, { rounds: 3 }),
  session('unix', '1m', 16, TWO, { rounds: 3 }),
  session('unix', '10m', 1, THREE),
  session('unix', '50m', 1, TWO, { rounds: 3 }),
  session('unix', '200m', 1, TWO, { isLong: true }),
  session('tcp', '2k', 1, TWO),
  session('tcp', '2k', 16, TWO, { rounds: 3 }),
  session('tcp', '10m', 1, TWO, { rounds: 3 }),
  session('tcp', '200m', 1, TWO, { rounds: 3, isLong: true }),
  stages('2k', 16),
  stages('30k', 16),
  stages('10m', 1),
  memoryBench({ name: 'memory-2k', message: '2k', connections: 1, rounds: 1 }),
  memoryBench({ name: 'memory-1m', message: '1m', connections: 1, rounds: 1 }),
  memoryBench({ name: 'memory-10m', message: '10m', connections: 1, rounds: 1 }),
  memoryBench({ name: 'memory-50m', message: '50m', connections: 1, rounds: 1 }),
  memoryBench({ name: 'memory-200m', message: '200m', connections: 1, rounds: 1, isLong: true }),
  memoryBench({ name: 'memory-1g', message: '1g', connections: 1, rounds: 2, isLong: true }),
  memoryBench({ name: 'memory-4x10m', message: '10m', connections: 4, rounds: 1 }),
  memoryBench({ name: 'memory-16x10m', message: '10m', connections: 16, rounds: 2 }),
  memoryBench({ name: 'memory-64x10m', message: '10m', connections: 64, rounds: 1, isLong: true }),
  memoryBench({ name: 'memory-16x50m', message: '50m', connections: 16, rounds: 2, isLong: true }),
  loopBench,
  profileBench('2k', 16),
  profileBench('30k', 16),
  profileBench('200m', 1, true),
  fileBench('altermime-2k', '2k', 3),
  fileBench('altermime-10m', '10m', 3),
];
