import type { Writable } from 'node:stream';

/** What a command may touch of the world around it; tests put their own in. */
export interface CommandIo {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Relative paths on the command line are relative to it. */
  readonly cwd: string;
  /** Whether to use colours: stdout is a terminal, and NO_COLOR is not set. */
  readonly colour: boolean;
  /** Runs `stop` at the first request to end (SIGTERM, SIGINT); the second one ends the process at once. */
  onStop(stop: () => void): void;
  /** Reports an error that nobody has caught; the process ends with status 1 afterwards. */
  onCrash(report: (error: unknown) => void): void;
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
    onCrash: onUncaught,
  };
}

/** After an error that nobody has caught nothing about the process is certain: MTAs are told "try again" by its end. */
function onUncaught(report: (error: unknown) => void): void {
  // Rejections that nobody handles arrive here, too.
  process.on('uncaughtException', (error) => {
    report(error);
    process.exit(ExitStatus.failed);
  });
}

/** The exit status after the second signal is that of a killed program. */
function onStopSignal(stop: () => void): void {
  let asked = false;
  const onSignal = (signal: 'SIGTERM' | 'SIGINT'): void => {
    if (asked) process.exit(signal === 'SIGTERM' ? 143 : 130);
    asked = true;
    stop();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
