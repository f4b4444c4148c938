import { escapeLogText } from '../server/index.ts';
import { diffLines } from './line-diff.ts';

/** Unchanged lines that are shown around a change. */
const CONTEXT = 2;
/** Lines of one added or removed run that are shown at each of its ends; a removed attachment has thousands. */
const RUN_ENDS = 4;
/** Colours a line of a difference. */
export type Paint = (kind: 'added' | 'removed' | 'same', line: string) => string;

/** No colours. */
export const plain: Paint = (_kind, line) => line;

/** Green and red, as a terminal shows them. */
export const coloured: Paint = (kind, line) => {
  if (kind === 'same') return line;
  return `\u001b[${kind === 'added' ? '32' : '31'}m${line}\u001b[0m`;
};

/**
 * The difference of two texts line by line: `+` added, `-` removed, with some lines around it; long runs are
 * shortened. Control characters are shown escaped. Empty when the texts are the same.
 */
export function diffText(before: string, after: string, paint: Paint = plain): string[] {
  const runs = diffLines(toLines(before), toLines(after));
  if (!runs.some((run) => run.kind !== 'same')) return [];
  return runs.flatMap(({ kind, lines }, index) => {
    if (kind === 'added') return shorten(lines).map((line) => paint(kind, `+${line}`));
    if (kind === 'removed') return shorten(lines).map((line) => paint(kind, `-${line}`));
    return around(lines, index === 0, index === runs.length - 1).map((line) => paint(kind, line));
  });
}

function toLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => escapeLogText(line.replaceAll('\t', '    ')));
}

function shorten(lines: readonly string[]): string[] {
  if (lines.length <= 2 * RUN_ENDS + 1) return [...lines];
  const left = lines.length - 2 * RUN_ENDS;
  return [...lines.slice(0, RUN_ENDS), `... ${left} more lines ...`, ...lines.slice(-RUN_ENDS)];
}

/** The lines of an unchanged run that are near a change. */
function around(lines: readonly string[], isFirst: boolean, isLast: boolean): string[] {
  const head = isFirst ? [] : lines.slice(0, CONTEXT);
  const tail = isLast ? [] : lines.slice(Math.max(head.length, lines.length - CONTEXT));
  const hidden = lines.length - head.length - tail.length;
  const gap = hidden === 0 || isFirst || isLast ? [] : [`  [${hidden} unchanged lines]`];
  return [...head.map((line) => ` ${line}`), ...gap, ...tail.map((line) => ` ${line}`)];
}
