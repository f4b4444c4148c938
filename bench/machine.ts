import { cpus, release, totalmem, type } from 'node:os';
import { readFileSync } from 'node:fs';
import type { Machine } from './result.ts';

/** What the figures of this run are true for. */
export function describeMachine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memory: totalmem(),
    system: `${distribution() ?? type()}, kernel ${release()}`,
    node: process.version,
  };
}

/** The machine in one line. */
export function machineLine({ cpu, cores, memory, system, node }: Machine): string {
  return `${cores} cores ${cpu}, ${(memory / 2 ** 30).toFixed(0)} GiB, ${system}, Node ${node}`;
}

function distribution(): string | undefined {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
