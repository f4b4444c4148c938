export { type ContentNotes, notesOn, tellOddities } from './content-notes.ts';
export { DecodingBudget } from './decoding-budget.ts';
export { EmbeddedNames } from './embedded-names.ts';
export { isAppleFile, isMacBinary, MacFileNames } from './mac-file-names.ts';
export {
  mayEmbed,
  otherDecodings,
  type Readings,
  readingsOf,
  type WholeReadings,
  wholeReadingsOf,
} from './readings.ts';
export { isTnefFile, TnefNames } from './tnef-names.ts';
