export { isAsciiSuperset } from './ascii-superset.ts';
export { canonicalCharset, findCharset } from './charset-table.ts';
export type { Charset, Engine } from './charset-table.ts';
export { createTextDecoder } from './text-decoder.ts';
export type { StreamingTextDecoder } from './text-decoder.ts';
export { createTextEncoder, encodeExactly } from './text-encoder.ts';
export type { StreamingTextEncoder, TextEncoderOptions } from './text-encoder.ts';
