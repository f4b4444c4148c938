import type { Shadowed } from './delimiter-lines.ts';
import { goesOn, hasCrBehind, isWholeLine, mayEnd } from './delimiter-line.ts';
import type { NearDelimiter } from './readings/other-way.ts';

/** A bit for each kind of near-delimiter. */
export const BITS = {
  'delimiter-trailing-junk': 1,
  'delimiter-indented': 2,
  'delimiter-after-bare-cr': 4,
  'parts-after-close': 8,
} as const satisfies Record<NearDelimiter, number>;
export const NEAR_DELIMITERS = Object.keys(BITS) as readonly NearDelimiter[];

/** A boundary whose delimiters are looked for. */
export interface OpenBoundary<Owner> {
  readonly owner: Owner;
  /** `--boundary` without blanks at its end, which are not told from blanks behind it. */
  readonly text: string;
  /** Bytes of `--boundary` as it stands in the header, blanks at its end included. */
  readonly length: number;
  readonly shadowed: Shadowed<Owner>;
  readonly place: Place;
  /** The kinds of near-delimiters of it that have been told of since the last delimiter. */
  told: number;
}

/** Where something stands that is searched for. */
export interface Place {
  readonly needle: Uint8Array;
  /** Where in the body the needle occurs next, as far as known; -1 where it is not. */
  hit: number;
  /** No needle begins in front of this place in the body that {@link hit} does not tell of. */
  searched: number;
}

/**
 * Whether a line at whose start this boundary stands is nothing that is not known, whatever the line is: it is a delimiter of what is closed, or
 * goes on behind the boundary, and that has been told.
 */
export function isSettled(
  { text, place, told }: OpenBoundary<unknown>,
  buffer: Buffer,
  start: number,
): boolean {
  const end = start + text.length;
  if (text.length > place.needle.length) return false;
  if (goesOn(buffer, end)) return (told & BITS['delimiter-trailing-junk']) !== 0;
  if ((told & BITS['parts-after-close']) !== 0 && isWholeLine(buffer, end)) return true;
  if ((told & BITS['delimiter-trailing-junk']) === 0 || hasCrBehind(buffer, start, text)) return false;
  return !mayEnd(buffer, end);
}

/** `--boundary` without blanks at its end. */
export function textOf(boundary: string): string {
  let end = boundary.length;
  while (end > 0 && (boundary[end - 1] === ' ' || boundary[end - 1] === '\t')) end--;
  return `--${boundary.slice(0, end)}`;
}
