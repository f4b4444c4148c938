export { EmbeddedNames } from './embedded-names.ts';
export { mayEmbed, otherDecodings, readingsOf, type Readings } from './readings.ts';
export { TnefNames } from './tnef-names.ts';
