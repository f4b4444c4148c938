export { MilterClient } from '../server/milter-client.ts';
export type {
  ClientStage,
  ClientTls,
  MilterClientOptions,
  OutgoingMessage,
  OutgoingRecipient,
  RefusedRecipient,
  RejectedByMta,
  SendResult,
} from '../server/client-types.ts';
export type { EmlInput } from '../server/eml-source.ts';
export { ResultMessage } from '../server/result-message.ts';
