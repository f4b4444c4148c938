import { escapeHtml } from './escape.ts';

/** How many marks and colours there are. */
const MARKS = 6;

/** The mark of a series: another shape for each, so that nobody depends on colours. */
export function mark(index: number, x: number, y: number): string {
  switch (index % MARKS) {
    case 0:
      return `<circle class="mark" cx="${x}" cy="${y}" r="4.5"/>`;
    case 1:
      return `<rect class="mark" x="${x - 4}" y="${y - 4}" width="8" height="8"/>`;
    case 2:
      return `<path class="mark" d="M${x} ${y - 5.5}l5.5 9.5h-11z"/>`;
    case 3:
      return `<path class="mark" d="M${x} ${y - 6}l5.5 6l-5.5 6l-5.5 -6z"/>`;
    case 4:
      return `<path class="mark" d="M${x} ${y + 5.5}l5.5 -9.5h-11z"/>`;
    default:
      return `<path class="mark open" d="M${x - 4.5} ${y - 4.5}l9 9m0 -9l-9 9"/>`;
  }
}

/** The names of series with their marks. */
export function legend(
  series: ReadonlyArray<{ readonly name: string; readonly isReference: boolean }>,
): string {
  const items = series.map(({ name, isReference }, index) => {
    const picture = isReference
      ? '<path class="reference" d="M0 8h28"/>'
      : `<g class="series s${index % MARKS}"><path class="line" d="M0 8h28"/>${mark(index, 14, 8)}</g>`;
    return `<li><svg viewBox="0 0 28 16" width="28" height="16" aria-hidden="true">${picture}</svg>${escapeHtml(name)}</li>`;
  });
  return `<ul class="legend">${items.join('')}</ul>`;
}
