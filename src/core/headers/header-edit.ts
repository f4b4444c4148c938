/**
 * A header change in MTA-neutral form; the server lowers it to the commands of the MTA it talks to.
 * Values are latin1 "binary" strings: one char is one byte, folds are LF + blank, with the blank after the colon.
 */
export type HeaderEdit =
  /** Append behind all fields. */
  | { kind: 'add'; name: string; value: string }
  /** Insert before the field that is at `index` (0 = top) of the list as the filter received it. */
  | { kind: 'insert'; index: number; name: string; value: string }
  /** Change the `index`-th (1-based) field of this name, counted in the list as the filter received it. */
  | { kind: 'change'; name: string; index: number; value: string }
  /** Delete the `index`-th (1-based) field of this name, counted in the list as the filter received it. */
  | { kind: 'delete'; name: string; index: number };
