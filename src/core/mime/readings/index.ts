export { EmbeddedNames } from './embedded-names.ts';
export { embeddedIn, mayEmbed, otherDecodings, type Readings } from './readings.ts';
export { TnefNames } from './tnef-names.ts';
