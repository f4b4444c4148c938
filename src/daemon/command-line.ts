import { readFileSync } from 'node:fs';
import { MillraceError } from '../base/errors.ts';
import type { ErrorCode } from '../base/errors.ts';
import { commandHelp, parseArguments, usageError } from './arguments.ts';
import type { Command } from './command.ts';
import { complain, print } from './command.ts';
import { ExitStatus } from './command-io.ts';
import type { CommandIo } from './command-io.ts';
import { checkCommand } from './commands/check.ts';
import { demoCommand } from './commands/demo.ts';
import { probeCommand } from './commands/probe.ts';
import { runCommand } from './commands/run.ts';
import { sendCommand } from './commands/send.ts';
import { serveCommand } from './commands/serve.ts';
import { hintFor } from '../base/nearest-name.ts';

const COMMANDS: readonly Command[] = [
  serveCommand,
  runCommand,
  checkCommand,
  sendCommand,
  probeCommand,
  demoCommand,
];

/** Codes of what the user wrote wrong; everything else failed although it was well said. */
const USER_ERRORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MILLRACE_USAGE',
  'MILLRACE_CONFIG',
  'MILLRACE_DEFINITION',
]);

/**
 * Run the program. What goes wrong is told on stderr in one message; nothing is thrown for what MillraceError covers.
 * @returns the exit status: 0 done, 1 the message or the peer failed the command's purpose, 2 usage or configuration
 */
export async function runCommandLine(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    complain(io, error.message);
    return USER_ERRORS.has(error.code) ? ExitStatus.usage : ExitStatus.failed;
  }
}

async function dispatch(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    print(io.stdout, programHelp());
    return ExitStatus.done;
  }
  if (name === '--version' || name === '-V') {
    print(io.stdout, packageVersion());
    return ExitStatus.done;
  }
  const names = COMMANDS.map(({ spec }) => spec.name);
  if (name === undefined)
    throw usageError(`a command is missing; known are ${names.join(', ')} (see millrace --help)`);
  const command = COMMANDS.find(({ spec }) => spec.name === name);
  if (command === undefined) {
    const known = name.startsWith('-') ? ['--help', '--version'] : names;
    const kind = name.startsWith('-') ? 'option' : 'command';
    throw usageError(`unknown ${kind} ${JSON.stringify(name)}${hintFor(name, known)}`);
  }
  const args = parseArguments(command.spec, rest);
  if (args.flag('help')) {
    io.stdout.write(commandHelp(command.spec));
    return ExitStatus.done;
  }
  return command.run(args, io);
}

function programHelp(): string {
  const width = Math.max(...COMMANDS.map(({ spec }) => spec.name.length)) + 2;
  return [
    'usage: millrace COMMAND [OPTION]... [ARGUMENT]...',
    '',
    ...COMMANDS.map(({ spec }) => `  ${spec.name.padEnd(width)}${spec.summary}`),
    '',
    'millrace COMMAND --help says what a command takes; --version says which version this is.',
    'Exit status: 0 done, 1 the message or the peer failed the purpose, 2 wrong usage or configuration.',
  ].join('\n');
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
