export { isAsciiSuperset } from './ascii-superset.ts';
export { canonicalCharset } from './charset-table.ts';
export { createTextDecoder } from './text-decoder.ts';
export { createTextChecker, type TextChecker } from './text-checker.ts';
export type { StreamingTextDecoder } from './streaming-text-decoder.ts';
export { createTextEncoder, encodeExactly } from './text-encoder.ts';
