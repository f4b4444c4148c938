import { escapeHtml } from './escape.ts';
import type { Axis } from './line-chart.ts';
import { mark } from './marks.ts';
import { linearScale, logScale } from './scale.ts';

/** A row of a chart with a label above it. */
export interface ChartRow {
  readonly label: string;
  /** Which colour; rows of one contender have the same. */
  readonly colour: number;
  /** Figures from left to right: quantiles, or one that is drawn as a bar from the axis. */
  readonly values: readonly number[];
  readonly low?: number;
  readonly high?: number;
}

const WIDTH = 440;
const LEFT = 10;
const RIGHT = 18;
const TOP = 4;
const ROW = 34;
const BOTTOM = 46;

/** Bars, or quantiles on a line, one row each, as a figure of HTML with SVG inside. */
export function rowChart(
  title: string,
  note: string,
  axis: Axis,
  rows: readonly ChartRow[],
  options: { readonly names?: readonly string[]; readonly isBar?: boolean; readonly from?: number } = {},
): string {
  const height = TOP + rows.length * ROW + BOTTOM;
  const values = rows.flatMap((row) => [...row.values, row.low ?? row.values[0], row.high ?? row.values[0]]);
  const all = options.from === undefined ? values : [...values, options.from];
  const scale =
    axis.log === undefined
      ? linearScale(all, LEFT, WIDTH - RIGHT)
      : logScale(all, LEFT, WIDTH - RIGHT, axis.log);
  const bottom = TOP + rows.length * ROW + 4;
  const place = (value: number): number => Math.round(scale.place(value) * 10) / 10;
  const grid = scale.ticks.map((tick, i) => {
    const at = place(tick);
    const anchor = i === 0 ? 'start' : i === scale.ticks.length - 1 ? 'end' : 'middle';
    return `<line class="grid" x1="${at}" y1="${TOP}" x2="${at}" y2="${bottom}"/><text x="${at}" y="${bottom + 15}" text-anchor="${anchor}">${escapeHtml(axis.format(tick))}</text>`;
  });
  const drawn = rows.map((row, index) => {
    const top = TOP + index * ROW;
    const y = top + 24;
    const shown = row.values.map((value) => axis.format(value));
    const label = `<text class="label" x="${LEFT + 2}" y="${top + 13}">${escapeHtml(row.label)}<tspan class="value">  ${escapeHtml(shown.join(' / '))}</tspan></text>`;
    return `<g class="series s${row.colour % 6}">${label}${options.isBar === true ? bar(row, y) : quantiles(row, y)}<title>${escapeHtml(`${row.label}: ${shown.join(' / ')}`)}</title></g>`;
  });
  function bar(row: ChartRow, y: number): string {
    const start = options.from === undefined ? LEFT : place(options.from);
    const end = place(row.values[0]);
    const [x, width] = [Math.min(start, end), Math.max(1, Math.abs(end - start))];
    const whisker =
      row.low === undefined || row.high === undefined
        ? ''
        : `<line class="whisker" x1="${place(row.low)}" y1="${y}" x2="${place(row.high)}" y2="${y}"/>`;
    return `<rect class="bar" x="${x}" y="${y - 6}" width="${width}" height="11"/>${whisker}`;
  }
  function quantiles(row: ChartRow, y: number): string {
    const line = `<line class="line" x1="${place(row.values[0])}" y1="${y}" x2="${place(row.values.at(-1)!)}" y2="${y}"/>`;
    return line + row.values.map((value, i) => mark(i, place(value), y)).join('');
  }
  const names =
    options.names === undefined
      ? ''
      : `<ul class="legend">${options.names.map((name, i) => `<li><svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><g class="series plain">${mark(i, 8, 8)}</g></svg>${escapeHtml(name)}</li>`).join('')}</ul>`;
  return `<figure><figcaption><b>${escapeHtml(title)}</b> <span>${escapeHtml(note)}</span></figcaption>
${names}
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(title)}">
${grid.join('')}
<text class="axis" x="${WIDTH / 2}" y="${height - 10}" text-anchor="middle">${escapeHtml(axis.title)}</text>
${drawn.join('\n')}
</svg></figure>`;
}
