import type { Writable } from 'node:stream';

/** What a command may touch of the world around it; tests put their own in. */
export interface CommandIo {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Relative paths on the command line are relative to it. */
  readonly cwd: string;
  /** Whether to use colours: stdout is a terminal, and NO_COLOR is not set. */
  readonly colour: boolean;
  /** Runs `stop` at the first request to end (SIGTERM, SIGINT). Returns a function that takes the request back. */
  onStop(stop: () => void): () => void;
}

/** Exit status of every command. */
export const ExitStatus = {
  /** It did what it is for. */
  done: 0,
  /** The message or the peer failed the command's purpose. */
  failed: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
} as const;

/** The io of this process. */
export function processIo(): CommandIo {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: process.cwd(),
    colour: process.stdout.isTTY && !process.env['NO_COLOR'],
    onStop: onStopSignal,
  };
}

/** The first SIGTERM or SIGINT asks; the second one ends the process at once with the status of a killed program. */
function onStopSignal(stop: () => void): () => void {
  let asked = false;
  const onSignal = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (asked) process.exit(signal === 'SIGTERM' ? 143 : 130);
    asked = true;
    stop();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return () => {
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  };
}
