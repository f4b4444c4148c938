import { parseArguments, usageError } from '../src/daemon/arguments.ts';
import type { CommandSpec } from '../src/daemon/arguments.ts';
import { hintFor } from '../src/base/nearest-name.ts';

/** What the bench is asked to do. */
export interface BenchArguments {
  /** Names of benches and groups; none means all. */
  readonly names: readonly string[];
  readonly isQuick: boolean;
  readonly isList: boolean;
  readonly isGate: boolean;
  readonly isHelp: boolean;
  readonly json: string | undefined;
  readonly compare: string | undefined;
  /** Where the report goes; a table in Markdown beside it. */
  readonly report: string;
  /** Overrules the number of each bench. */
  readonly rounds: number | undefined;
  /** Play sessions with the generator of this directory even where milterload is there. */
  readonly isOwnGenerator: boolean;
}

const SPEC: CommandSpec = {
  name: 'bench',
  summary: 'Measure throughput, memory and cost on this machine, beside what else is installed',
  operands: '[NAME...]',
  minOperands: 0,
  maxOperands: Infinity,
  options: {
    quick: { help: 'short turns, two rounds, and nothing that takes long: whether it runs, and what about' },
    list: { help: 'the names of all benches and groups' },
    gate: { help: 'only check bench/budget.json: more rounds when in doubt, status 1 when clearly below' },
    json: { value: 'FILE', help: 'write all figures' },
    compare: { value: 'FILE', help: 'show the figures beside those that --json wrote before' },
    report: { value: 'FILE', help: 'where the report goes; bench/report.html unless said otherwise' },
    rounds: { value: 'N', help: 'rounds of every bench; 1 to 100' },
    'own-generator': { help: 'do not use milterload, even if it is there' },
  },
};

const MOST_ROUNDS = 100;

/**
 * Read the command line.
 * @param known the names of benches and groups.
 * @throws MillraceError `MILLRACE_USAGE`, one line with the nearest valid name.
 */
export function parseBenchArguments(args: readonly string[], known: readonly string[]): BenchArguments {
  const parsed = parseArguments(SPEC, args);
  for (const name of parsed.operands)
    if (!known.includes(name)) throw usageError(`bench: unknown bench "${name}"${hintFor(name, known)}`);
  const rounds = parsed.value('rounds');
  if (rounds !== undefined && !(/^\d+$/.test(rounds) && Number(rounds) >= 1 && Number(rounds) <= MOST_ROUNDS))
    throw usageError(`bench: --rounds takes a number from 1 to ${MOST_ROUNDS}, not "${rounds}"`);
  const report = parsed.value('report') ?? 'bench/report.html';
  if (!report.endsWith('.html'))
    throw usageError(`bench: --report takes a file whose name ends with .html, not "${report}"`);
  if (parsed.flag('gate') && parsed.operands.length > 0)
    throw usageError('bench: --gate checks what is in bench/budget.json and takes no names');
  return {
    names: parsed.operands,
    isQuick: parsed.flag('quick'),
    isList: parsed.flag('list'),
    isGate: parsed.flag('gate'),
    isHelp: parsed.flag('help'),
    json: parsed.value('json'),
    compare: parsed.value('compare'),
    report,
    rounds: rounds === undefined ? undefined : Number(rounds),
    isOwnGenerator: parsed.flag('own-generator'),
  };
}

/** What --help says. */
export function helpText(): string {
  const width = 18;
  const lines = Object.entries(SPEC.options).map(
    ([name, { value, help }]) =>
      `  --${`${name}${value === undefined ? '' : ` ${value}`}`.padEnd(width)} ${help}`,
  );
  return `npm run bench -- [OPTION...] ${SPEC.operands}\n\n${SPEC.summary}.\n\n${lines.join('\n')}\n`;
}
