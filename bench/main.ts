/* The bench suite: `npm run bench -- --help`. */
import { readFile, writeFile } from 'node:fs/promises';
import { MillraceError } from '../src/base/errors.ts';
import { helpText, parseBenchArguments } from './arguments.ts';
import type { BenchArguments } from './arguments.ts';
import { readBudget } from './budget.ts';
import { BENCHES, GROUPS, selectBenches } from './catalogue.ts';
import { compareReports, readReport } from './compare.ts';
import { contendersOf, gateLine, isShut, runGate } from './gate.ts';
import { describeMachine, machineLine } from './machine.ts';
import { canMeter } from './process-meter.ts';
import { Progress } from './progress.ts';
import { htmlReport } from './report/html.ts';
import { markdownReport } from './report/markdown.ts';
import type { BenchReport, ProfileResult, RowResult, ScalingResult } from './result.ts';
import { runBench } from './runner.ts';
import {
  budgetTable,
  groupTables,
  judgeReport,
  limitLines,
  markdown,
  negotiatedTable,
  profileTable,
  scalingTable,
  skippedLines,
} from './tables.ts';
import { FULL, GATE, openWorkshop, QUICK } from './workshop.ts';

const QUICK_ROUNDS = 2;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
}

async function main(words: readonly string[]): Promise<number> {
  const known = [...GROUPS, ...BENCHES.map(({ name }) => name)];
  let args: BenchArguments;
  let before: BenchReport | undefined;
  try {
    args = parseBenchArguments(words, known);
    if (args.compare !== undefined) before = readReport(await readFile(args.compare, 'utf8'), args.compare);
  } catch (error) {
    console.error(error instanceof MillraceError ? error.message : `bench: ${(error as Error).message}`);
    return 2;
  }
  if (args.isHelp) console.log(helpText());
  else if (args.isList) list();
  else if (args.isGate) return gate(args);
  else await measure(args, before);
  return 0;
}

function list(): void {
  for (const group of GROUPS) {
    console.log(group);
    for (const bench of BENCHES)
      if (bench.group === group) console.log(`  ${bench.name.padEnd(20)} ${bench.title}`);
  }
}

async function gate(args: BenchArguments): Promise<number> {
  const lines = readBudget().filter((line) => line.gate === true);
  const workshop = await openWorkshop(GATE, args.isOwnGenerator, contendersOf(lines));
  try {
    const judgements = await runGate(lines, BENCHES, workshop);
    console.log(`\n${machineLine(describeMachine())}; load generator: ${workshop.generator.title}\n`);
    for (const judgement of judgements) console.log(gateLine(judgement));
    // Where everything must be there, a peer that is not is a mistake.
    const shut = isShut(judgements, process.env['MILLRACE_INTEGRATION'] === 'required');
    console.log(shut ? '\nthe gate is shut' : '\nthe gate is open');
    return shut ? 1 : 0;
  } finally {
    await workshop.close();
  }
}

async function measure(args: BenchArguments, before: BenchReport | undefined): Promise<void> {
  const benches = selectBenches(args.names, args.isQuick);
  const started = Date.now();
  const rows: RowResult[] = [];
  const scaling: ScalingResult[] = [];
  const profiles: ProfileResult[] = [];
  const workshop = await openWorkshop(args.isQuick ? QUICK : FULL, args.isOwnGenerator);
  const progress = new Progress(benches.length);
  if (!canMeter()) progress.note('no CPU times and no memory of other processes: this system has no /proc');
  try {
    for (const bench of benches) {
      const rounds = args.rounds ?? (args.isQuick ? Math.min(QUICK_ROUNDS, bench.rounds) : bench.rounds);
      const result = await runBench(bench, workshop, progress, (done) => done < rounds, rounds);
      if ('scaling' in result) scaling.push(result.scaling);
      else if ('profile' in result) profiles.push(result.profile);
      else {
        rows.push(result.row);
        for (const { name, reason } of result.row.skipped)
          progress.note(`${bench.name}: ${name} skipped: ${reason}`);
      }
    }
  } finally {
    progress.end();
    await workshop.close();
  }
  const report: BenchReport = {
    format: 1,
    date: new Date(started).toISOString(),
    machine: describeMachine(),
    generator: workshop.generator.title,
    isQuick: args.isQuick,
    seconds: (Date.now() - started) / 1e3,
    rows,
    scaling,
    profiles,
  };
  await publish(report, args, before);
}

async function publish(
  report: BenchReport,
  args: BenchArguments,
  before: BenchReport | undefined,
): Promise<void> {
  const judgements = judgeReport(readBudget(), report);
  const tables = [
    ...groupTables(report),
    ...(report.scaling.length > 0 ? [scalingTable(report.scaling)] : []),
    profileTable(report),
    ...(judgements.length > 0 ? [budgetTable(judgements)] : []),
    ...(before === undefined ? [] : [compareReports(before, report)]),
    negotiatedTable(report),
  ].filter(({ rows }) => rows.length > 0);
  for (const table of tables) console.log(`\n${table.title}\n\n${markdown(table)}`);
  for (const line of [...limitLines(judgements), ...skippedLines(report)]) console.log(`\n${line}`);
  if (args.json !== undefined) await writeFile(args.json, `${JSON.stringify(report, undefined, 1)}\n`);
  const table = args.report.replace(/\.html$/, '.md');
  await writeFile(args.report, htmlReport(report, judgements, before));
  await writeFile(table, markdownReport(report, judgements));
  console.log(
    `\n${machineLine(report.machine)}; load generator: ${report.generator}; ${report.seconds.toFixed(0)} s\nCharts: ${args.report}; table for the README: ${table}`,
  );
}
