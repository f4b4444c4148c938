/** For a user's own tests: play messages through a filter, or play the MTA against a milter. */
export {
  MilterClient,
  ResultMessage,
  type ClientStage,
  type ClientTls,
  type EmlInput,
  type MilterClientOptions,
  type OutgoingMessage,
  type OutgoingRecipient,
  type RefusedRecipient,
  type RejectedByMta,
  type SendResult,
} from './milter-client.ts';
export { runFilter, type RunFilterOptions, type RunFilterResult } from './run-filter.ts';
