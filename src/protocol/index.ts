/**
 * The milter wire protocol, versions 2 to 6, both sides, without I/O: bytes in, events and bytes out.
 *
 * `Session` is the filter's side, `Client` the MTA's. Below them are the packets (`parseCommand`, `encodeReply`, ...), the
 * frames (`FrameDecoder`, `encodeFrame`) and the numbers.
 */
export type { SmtpReply } from '../base/reply-text.ts';
export * from './apply-edits.ts';
export * from './apply-envelope-edits.ts';
export * from './bit-names.ts';
export * from './client.ts';
export * from './codes.ts';
export * from './commands.ts';
export { DEFAULT_MAX_PACKET, FrameDecoder, STREAMED_COMMANDS, STREAMED_REPLIES } from './frame-decoder.ts';
export type { FrameDecoderOptions, FrameSink } from './frame-decoder.ts';
export {
  encodeFrame,
  encodeReplacementBody,
  FRAME_HEADER_BYTES,
  frameReplacementBodyInPlace,
} from './frame-encoder.ts';
export { joinMacros, Macros, splitMacros } from './macros.ts';
export type { MessageEdits } from './message-edits.ts';
export * from './mta.ts';
export * from './negotiation.ts';
export * from './replies.ts';
export { encodeReply } from './reply-encoder.ts';
export { parseReply } from './reply-parser.ts';
export { Session } from './session.ts';
export type { SessionOptions } from './session.ts';
export type { SessionEvents } from './session-events.ts';
export { formatSmtpReply, parseSmtpReply } from './smtp-reply.ts';
export * from './stages.ts';
export type { ReplyStage, Verdict } from './verdict.ts';
export { bytesToText, textToBytes } from './wire-strings.ts';
