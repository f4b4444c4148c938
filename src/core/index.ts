export { ConnectionRun } from './connection-run.ts';
export type {
  Connection,
  Envelope,
  EnvelopeAddress,
  EnvelopeEdit,
  Macros,
  RejectedRecipient,
  UsualMacros,
} from './envelope.ts';
export { defineFilter, type Filter, type MessageInput, type OpenedMessage } from './filter.ts';
export type { FilterOptions, FilterPolicy } from './filter-options.ts';
export type { HeaderEdit } from './headers/header-edit.ts';
export { HeaderField, HeaderList } from './headers/header-list.ts';
export type { Interest } from './interest.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { LineEnds } from './line-ends.ts';
export type { MacroName, MacroNeeds, MacroStage } from './macro-needs.ts';
export type { Message } from './message.ts';
export { type Answer, type Decision, MessageRun } from './message-run.ts';
export type { RunServices } from './run-services.ts';
export type { Ambiguity } from './mime/ambiguity.ts';
export type { Part, Protection, TransferEncoding } from './mime/part.ts';
export { compileNetworks } from './networks.ts';
export type { Outcome, PartReport } from './outcome.ts';
export type { ProcessedMessage, ProcessOptions } from './process.ts';
export type { Failure } from './resolution.ts';
export { type Spool, SpoolStore } from './spool/index.ts';
export type { ByteSink, Stage } from './stage.ts';
export {
  type AnyTransform,
  defineTransform,
  type EditKind,
  editsOf,
  isLate,
  type OnError,
  type TransformDefinition,
} from './transform.ts';
export * from './verbs.ts';
export {
  accept,
  discard,
  type FinalVerdict,
  quarantine,
  reject,
  type ReplyOptions,
  tempfail,
  type Verdict,
} from './verdict.ts';
export type { When } from './when.ts';
