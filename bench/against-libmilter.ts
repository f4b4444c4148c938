/*
 * Millrace with a footer, and with one that is `eager` and so has the same "no reply" bits, against the filter that one writes first
 * with libmilter (bench/libmilter/footer.c), and nothing else: `npm run bench:libmilter`; with `-- --rounds N` (default 5).
 */
import { parseArgs } from 'node:util';
import { BENCHES } from './catalogue.ts';
import { libmilter } from './contenders/peers.ts';
import { describeMachine, machineLine } from './machine.ts';
import { Progress } from './progress.ts';
import type { RowResult } from './result.ts';
import { runBench } from './runner.ts';
import { groupTables, markdown } from './tables.ts';
import { FULL, openWorkshop } from './workshop.ts';

const NAMES = ['unix-2k-c1', 'unix-2k-c16', 'unix-30k-c16', 'unix-10m-c1', 'tcp-2k-c1'];

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Math.max(1, Number.parseInt(values.rounds, 10) || 1);

const started = Date.now();
const workshop = await openWorkshop(FULL, false, new Set(['millrace', 'millrace-eager', 'libmilter']));
const rows: RowResult[] = [];
try {
  const peer = libmilter(workshop.directory);
  if ('reason' in peer) console.log(`bench against libmilter: skipped, ${peer.reason}`);
  else {
    const progress = new Progress(NAMES.length);
    for (const bench of BENCHES.filter(({ name }) => NAMES.includes(name))) {
      const result = await runBench(bench, workshop, progress, (done) => done < rounds, rounds);
      if ('row' in result) rows.push(result.row);
    }
    progress.end();
  }
} finally {
  await workshop.close();
}
const machine = describeMachine();
const report = {
  format: 1,
  date: new Date(started).toISOString(),
  machine,
  generator: workshop.generator.title,
  isQuick: false,
  seconds: (Date.now() - started) / 1e3,
  rows,
  scaling: [],
} as const;
for (const table of groupTables(report)) console.log(`\n${markdown(table)}`);
console.log(`\n${machineLine(machine)}; load generator: ${report.generator}`);
