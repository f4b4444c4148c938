import type { Judgement } from '../budget.ts';
import { compareReports } from '../compare.ts';
import { machineLine } from '../machine.ts';
import type { BenchReport } from '../result.ts';
import {
  budgetTable,
  groupTables,
  limitLines,
  negotiatedTable,
  profileTable,
  scalingTable,
  skippedLines,
} from '../tables.ts';
import type { Table } from '../tables.ts';
import { charts } from './charts.ts';
import { escapeHtml } from './escape.ts';
import { SCRIPT, STYLE } from './style.ts';

/** The report as one page that loads nothing from elsewhere. */
export function htmlReport(
  report: BenchReport,
  judgements: readonly Judgement[],
  before: BenchReport | undefined,
): string {
  const tables = [
    ...(judgements.length > 0 ? [budgetTable(judgements)] : []),
    ...(report.profiles !== undefined && report.profiles.length > 0 ? [profileTable(report)] : []),
    ...(before === undefined ? [] : [compareReports(before, report)]),
  ];
  const details = [
    ...groupTables(report),
    ...(report.scaling.length > 0 ? [scalingTable(report.scaling)] : []),
    sizesTable(report),
    negotiatedTable(report),
  ].filter(({ rows }) => rows.length > 0);
  const skipped = skippedLines(report);
  const drawn = charts(report);
  const limits = limitLines(judgements);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Millrace bench</title>
<style>${STYLE}</style>
</head>
<body>
<button type="button">Light / dark</button>
<h1>Millrace bench</h1>
<p>${escapeHtml(machineLine(report.machine))}</p>
<p>${escapeHtml(`${report.date}${report.isQuick ? ', quick' : ''}, ${report.seconds.toFixed(0)} s; load generator: ${report.generator}, on the same machine`)}</p>
<p>Contenders take turns within a round, so ratios are of the same moments; figures are medians of the rounds. CPU is user and system time of all threads of the filter's process.</p>
${skipped.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')}
${tables.map(htmlTable).join('\n')}
${limits.length > 0 ? `<h2>What stands in the way of goals that are not met</h2>\n${limits.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')}` : ''}
${drawn.length > 0 ? `<h2>Charts</h2>\n<div class="charts">\n${drawn.join('\n')}\n</div>` : ''}
${details.map(htmlTable).join('\n')}
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** What each row did. */
function sizesTable(report: BenchReport): Table {
  return {
    title: 'What was measured',
    head: ['bench', 'title', 'sizes'],
    rows: report.rows.map(({ name, title, sizes }) => [name, title, sizes]),
  };
}

/** Cells with more than this many characters may wrap. */
const WIDE = 45;

const BAD: ReadonlySet<string> = new Set(['not met', 'MISSED', 'ABOVE LINEAR', 'slower', 'worse']);
const GOOD: ReadonlySet<string> = new Set(['met', 'kept', 'linear or less', 'faster', 'better']);

function htmlTable({ title, head, rows }: Table): string {
  const cell = (text: string): string => {
    const kind = BAD.has(text) ? 'bad' : GOOD.has(text) ? 'good' : text.length > WIDE ? 'wide' : undefined;
    return `<td${kind === undefined ? '' : ` class="${kind}"`}>${escapeHtml(text)}</td>`;
  };
  return `<h2>${escapeHtml(title)}</h2>
<div class="scroll"><table><thead><tr>${head.map((text) => `<th>${escapeHtml(text)}</th>`).join('')}</tr></thead><tbody>
${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}
</tbody></table></div>`;
}
