export { DecodingBudget } from './decoding-budget.ts';
export { EmbeddedNames } from './embedded-names.ts';
export { mayEmbed, otherDecodings, type Readings, readingsOf, wholeReadingsOf } from './readings.ts';
export { TnefNames } from './tnef-names.ts';
