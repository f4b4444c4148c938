export { type Ambiguity, AMBIGUITY_CODES, type AmbiguityCode } from './ambiguity.ts';
export { decodeEncodedWords } from './encoded-words.ts';
export { createRootPart, MessagePart, type PartSource } from './message-part.ts';
export { extensionsOf, normalizedNames } from './names.ts';
export type { Part, Protection, TransferEncoding } from './part.ts';
export { Scanner } from './scanner.ts';
export { Serializer } from './serializer.ts';
