export { isAsciiSuperset } from './ascii-superset.ts';
export { canonicalCharset } from './charset-table.ts';
export { createTextDecoder } from './text-decoder.ts';
export type { StreamingTextDecoder } from './streaming-text-decoder.ts';
export { createTextEncoder, encodeExactly } from './text-encoder.ts';
