import { BASE64 } from './evasions/base64.ts';
import { BOUNDARIES } from './evasions/boundaries.ts';
import { DELIMITERS } from './evasions/delimiters.ts';
import type { Evasion } from './evasions/draft.ts';
import { ENCODINGS } from './evasions/encodings.ts';
import { FIELDS } from './evasions/fields.ts';
import { ROOTS } from './evasions/roots.ts';
import { PACKS, WRAPS } from './evasions/wraps.ts';

export { draw, type Evasion } from './evasions/draft.ts';

/** Constructs of which readers are known to make different things, by the piece of the message that they stand in. */
export const EVASIONS = {
  root: ROOTS,
  boundary: BOUNDARIES,
  delimiter: DELIMITERS,
  field: FIELDS,
  encoding: ENCODINGS,
  base64: BASE64,
  wrap: WRAPS,
  pack: PACKS,
} satisfies Record<string, Record<string, Evasion>>;
