import type { CommandSpec, OptionSpec, ParsedArguments } from './arguments.ts';
import type { CommandIo } from './command-io.ts';

/** A command of the program. */
export interface Command {
  readonly spec: CommandSpec;
  /** The exit status. Throws MillraceError for what makes it impossible. */
  run(args: ParsedArguments, io: CommandIo): Promise<number>;
}

/** `-c`, which most commands take. */
export const CONFIG_OPTION: OptionSpec = {
  short: 'c',
  value: 'FILE',
  help: 'configuration: .toml, or a module that exports a filter; left out: the embedded default',
};

/** Write lines to a stream. */
export function print(stream: NodeJS.WritableStream, ...lines: readonly string[]): void {
  stream.write(lines.map((line) => `${line}\n`).join(''));
}

/** A problem that does not end the command. */
export function complain(io: CommandIo, text: string): void {
  print(io.stderr, `millrace: ${text}`);
}
