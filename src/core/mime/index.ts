export { AMBIGUITY_CODES, type AmbiguityCode } from './ambiguity.ts';
export { createRootPart, MessagePart } from './message-part.ts';
export { normalizedNames } from './names.ts';
export type { Part } from './part.ts';
export { Scanner } from './scanner.ts';
export { Serializer } from './serializer.ts';
