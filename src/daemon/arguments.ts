import { parseArgs } from 'node:util';
import { MillraceError } from '../base/errors.ts';
import { hintFor } from '../base/nearest-name.ts';

/** An option of a command, by its long name without the dashes. */
export interface OptionSpec {
  readonly short?: string;
  /** What the value is called in the help; left out: the option is a flag. */
  readonly value?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  readonly help: string;
}

/** What a command takes. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** What the operands are called in the help, e.g. `ADDR MESSAGE.eml...`. */
  readonly operands: string;
  readonly minOperands: number;
  readonly maxOperands: number;
}

/** A command line that fits its {@link CommandSpec}. */
export interface ParsedArguments {
  readonly operands: readonly string[];
  flag(name: string): boolean;
  value(name: string): string | undefined;
  values(name: string): readonly string[];
}

/** Options of every command. */
const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  help: { short: 'h', help: 'say what the command does' },
};

/** An error about the command line itself. */
export function usageError(text: string): MillraceError {
  return new MillraceError('MILLRACE_USAGE', text);
}

/**
 * Read a command's arguments.
 * @throws MillraceError `MILLRACE_USAGE` with one line: what is wrong, and the nearest valid name.
 */
export function parseArguments(spec: CommandSpec, args: readonly string[]): ParsedArguments {
  const known = { ...spec.options, ...COMMON_OPTIONS };
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(known).map(([name, option]) => [
        name,
        {
          type: option.value === undefined ? ('boolean' as const) : ('string' as const),
          ...(option.short === undefined ? {} : { short: option.short }),
        },
      ]),
    ),
  });

  const given = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (option === undefined) throw unknownOption(spec.name, token.rawName, known);
    const values = given.get(token.name) ?? [];
    if (values.length > 0 && option.multiple !== true && option.value !== undefined) {
      throw usageError(`${spec.name}: ${token.rawName} is given twice`);
    }
    given.set(token.name, [...values, optionValue(spec.name, token, option)]);
  }

  const parsed: ParsedArguments = {
    operands,
    flag: (name) => given.has(name),
    value: (name) => given.get(name)?.[0],
    values: (name) => given.get(name) ?? [],
  };
  if (!parsed.flag('help')) checkOperands(spec, operands);
  return parsed;
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function optionValue(command: string, token: OptionToken, option: OptionSpec): string {
  if (option.value === undefined) {
    if (token.value !== undefined) throw usageError(`${command}: ${token.rawName} takes no value`);
    return '';
  }
  // `-o --json` means a forgotten value far more often than a directory of that name (which `-o=--json` can say).
  const forgotten =
    token.value?.startsWith('-') === true && token.value !== '-' && token.inlineValue !== true;
  if (token.value === undefined || token.value === '' || forgotten) {
    throw usageError(`${command}: ${token.rawName} needs a value (${option.value})`);
  }
  return token.value;
}

function unknownOption(
  command: string,
  rawName: string,
  known: Readonly<Record<string, OptionSpec>>,
): MillraceError {
  const names = Object.keys(known).map((name) => `--${name}`);
  return usageError(`${command}: unknown option ${rawName}${hintFor(rawName, names)}`);
}

function checkOperands(spec: CommandSpec, operands: readonly string[]): void {
  if (operands.length < spec.minOperands) throw usageError(`${spec.name}: ${spec.operands} is missing`);
  if (operands.length > spec.maxOperands) {
    const extra = operands[spec.maxOperands];
    throw usageError(`${spec.name}: unexpected argument ${JSON.stringify(extra)}`);
  }
}

/** The help text of one command. */
export function commandHelp(spec: CommandSpec): string {
  const rows = Object.entries({ ...spec.options, ...COMMON_OPTIONS }).map(([name, option]) => {
    const short = option.short === undefined ? '    ' : `-${option.short}, `;
    const value = option.value === undefined ? '' : ` ${option.value}`;
    return [`  ${short}--${name}${value}`, option.help] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  const operands = spec.operands === '' ? '' : ` ${spec.operands}`;
  return [
    `usage: millrace ${spec.name} [OPTION]...${operands}`,
    '',
    `${spec.summary}.`,
    '',
    ...rows.map(([left, help]) => `${left.padEnd(width)}${help}`),
    '',
  ].join('\n');
}
