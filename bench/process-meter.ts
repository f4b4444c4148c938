import { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';

/** Clock ticks of /proc in a second; 100 on every Linux that Node runs on. */
const TICKS = 100;
/** Between two looks at open files, in milliseconds. */
const SAMPLING = 20;

/** Whether this system tells what a process takes (Linux). */
export function canMeter(): boolean {
  return readStatus(process.pid) !== undefined;
}

/** What a process took between {@link ProcessMeter.start} and {@link ProcessMeter.stop}. */
export interface ProcessUse {
  /** User and system time of all threads and child processes, in seconds; 10 ms is the finest. */
  readonly cpu: number;
  /** The largest resident memory of the process itself, in bytes. */
  readonly peakMemory: number;
  /** Most bytes of files in the spool directory at any look; undefined when none was given. */
  readonly spoolBytes: number | undefined;
}

/** Meters one process and its children by /proc. */
export class ProcessMeter {
  readonly #pid: number;
  readonly #spool: string | undefined;
  #cpu = 0;
  #spoolBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `spool` is the directory whose files count as spool, named or not. */
  constructor(pid: number, spool?: string) {
    this.#pid = pid;
    this.#spool = spool;
  }

  /** Begin; the peak of memory counts from here. */
  start(): void {
    this.#cpu = cpuOf(this.#pid);
    this.#spoolBytes = 0;
    try {
      writeFileSync(`/proc/${this.#pid}/clear_refs`, '5');
    } catch {
      // Then the peak is that of the process's whole life, which is not less.
    }
    if (this.#spool !== undefined) this.#timer = setInterval(() => this.#look(), SAMPLING);
  }

  stop(): ProcessUse {
    clearInterval(this.#timer);
    return {
      cpu: cpuOf(this.#pid) - this.#cpu,
      peakMemory: residentMemory(this.#pid, 'VmHWM'),
      spoolBytes: this.#spool === undefined ? undefined : this.#spoolBytes,
    };
  }

  #look(): void {
    this.#spoolBytes = Math.max(this.#spoolBytes, openBytes(this.#pid, this.#spool!));
  }
}

/** Resident memory of a process in bytes, now (`VmRSS`) or at its peak (`VmHWM`); NaN where the system does not tell. */
export function residentMemory(pid: number, key: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(readStatus(pid) ?? '')?.[1];
  return kilobytes === undefined ? NaN : Number(kilobytes) * 1024;
}

function readStatus(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return undefined;
  }
}

/** CPU seconds of a process and of its children, live and gone. */
function cpuOf(pid: number): number {
  const fields = statFields(pid);
  if (fields === undefined) return NaN;
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
  return childrenOf(pid).reduce((sum, child) => sum + (cpuOf(child) || 0), own);
}

/** CPU seconds of the children of this process that have ended. */
export function cpuOfEndedChildren(): number {
  const fields = statFields(process.pid);
  return fields === undefined ? NaN : (Number(fields[13]) + Number(fields[14])) / TICKS;
}

/** The fields of /proc/PID/stat from the third on: the name in front of them may hold anything. utime is at 11. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children === '' ? [] : children.split(' ').map(Number);
  } catch {
    return [];
  }
}

/** Bytes of the files below a directory that a process has open. */
function openBytes(pid: number, directory: string): number {
  let bytes = 0;
  try {
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${name}`;
      if (readlinkSync(path).startsWith(`${directory}/`)) bytes += statSync(path).size;
    }
  } catch {
    // A file that was closed between two calls.
  }
  return bytes;
}
