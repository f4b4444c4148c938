import { escapeHtml } from './escape.ts';
import { legend, mark } from './marks.ts';
import { linearScale, logScale } from './scale.ts';

/** A figure at some size, with the least and the most of the rounds. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** A line of a chart. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** A line to compare with, without marks. */
  readonly isReference?: boolean;
}

/** An axis: its title, how its figures are written, and whether it is one of logarithms. */
export interface Axis {
  readonly title: string;
  readonly log?: 2 | 10;
  format(value: number): string;
}

const WIDTH = 440;
const HEIGHT = 300;
const LEFT = 96;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 50;

/** A chart of lines as a figure of HTML with SVG inside. */
export function lineChart(title: string, note: string, x: Axis, y: Axis, series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points);
  const xs = points.map((point) => point.x);
  const ys = points.flatMap(({ low, high }) => [low, high]);
  const across = scaleFor(x, xs, LEFT, WIDTH - RIGHT);
  const up = scaleFor(y, ys, HEIGHT - BOTTOM, TOP);
  const grid = [
    ...up.ticks.map((tick) => {
      const at = round(up.place(tick));
      return `<line class="grid" x1="${LEFT}" y1="${at}" x2="${WIDTH - RIGHT}" y2="${at}"/><text x="${LEFT - 7}" y="${at + 4}" text-anchor="end">${escapeHtml(y.format(tick))}</text>`;
    }),
    ...across.ticks.map((tick) => {
      const at = round(across.place(tick));
      return `<line class="grid" x1="${at}" y1="${TOP}" x2="${at}" y2="${HEIGHT - BOTTOM}"/><text x="${at}" y="${HEIGHT - BOTTOM + 17}" text-anchor="middle">${escapeHtml(x.format(tick))}</text>`;
    }),
  ];
  const lines = series.map((one, index) => {
    const places = one.points.map(
      (point) => [round(across.place(point.x)), round(up.place(point.y))] as const,
    );
    const path = places.map((place, i) => `${i === 0 ? 'M' : 'L'}${place.join(' ')}`).join('');
    if (one.isReference === true) return `<path class="reference" d="${path}"/>`;
    const marks = one.points.map((point, i) => {
      const [px, py] = places[i];
      const whisker = `<line class="whisker" x1="${px}" y1="${round(up.place(point.low))}" x2="${px}" y2="${round(up.place(point.high))}"/>`;
      const text = `${one.name}, ${x.format(point.x)}: ${y.format(point.y)} [${y.format(point.low)} - ${y.format(point.high)}]`;
      return `<g>${whisker}${mark(index, px, py)}<title>${escapeHtml(text)}</title></g>`;
    });
    return `<g class="series s${index % 6}"><path class="line" d="${path}"/>${marks.join('')}</g>`;
  });
  const middle = (HEIGHT - BOTTOM + TOP) / 2;
  return `<figure><figcaption><b>${escapeHtml(title)}</b> <span>${escapeHtml(note)}</span></figcaption>
${legend(series.map(({ name, isReference }) => ({ name, isReference: isReference === true })))}
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">
${grid.join('')}
<text class="axis" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escapeHtml(x.title)}</text>
<text class="axis" transform="translate(15 ${middle}) rotate(-90)" text-anchor="middle">${escapeHtml(y.title)}</text>
${lines.join('\n')}
</svg></figure>`;
}

function scaleFor(
  { log }: Axis,
  values: readonly number[],
  from: number,
  to: number,
): ReturnType<typeof logScale> {
  return log === undefined ? linearScale(values, from, to) : logScale(values, from, to, log);
}

function round(place: number): number {
  return Math.round(place * 10) / 10;
}
