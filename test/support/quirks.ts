import type { Evasion } from './evasions.ts';
import { BASE64 } from './quirks/base64.ts';
import { BOUNDARIES } from './quirks/boundaries.ts';
import { DELIMITERS } from './quirks/delimiters.ts';
import { ENCODINGS } from './quirks/encodings.ts';
import { FIELDS } from './quirks/fields.ts';
import { NAMES } from './quirks/names.ts';
import { QUOTED } from './quirks/quoted.ts';
import { ROOTS } from './quirks/roots.ts';
import { WRAPS } from './quirks/wraps.ts';

/** What readers are known to take in their own ways, beside what is in evasions.ts, by the piece of the message. */
export const QUIRKS: Readonly<Record<string, Readonly<Record<string, Evasion>>>> = {
  root: ROOTS,
  boundary: BOUNDARIES,
  delimiter: DELIMITERS,
  field: FIELDS,
  encoding: ENCODINGS,
  quoted: QUOTED,
  base64: BASE64,
  wrap: WRAPS,
  name: NAMES,
};
