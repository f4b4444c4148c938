import { MillraceError } from '../base/errors.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { LOOPBACK } from './networks.ts';
import type { OnError } from './transform.ts';

/** A filter's policy. */
export interface FilterOptions {
  /** What happens to a message when a transform throws; a transform may say otherwise for itself. Default tempfail. */
  readonly onError?: OnError;
  /**
   * What happens to a message that reaches a limit. Left out: a header that is too large is tempfailed; where the limit only
   * ends the splitting into parts (`too-deep`, `too-many-parts`, `header-too-long`) the message goes on, with that code among its
   * ambiguities, and transforms that must see every part decide by it.
   */
  readonly onLimit?: OnError;
  /** Overrules single {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>;
  /** Networks of one's own clients, for `when.direction`; default {@link LOOPBACK}. */
  readonly localNetworks?: readonly string[];
}

/** The same, complete. */
export interface FilterPolicy {
  readonly onError: OnError;
  readonly onLimit: OnError | undefined;
  readonly limits: Readonly<Limits>;
  readonly localNetworks: readonly string[];
}

const ANSWERS: readonly string[] = ['tempfail', 'accept', 'reject'];

/** @throws MillraceError `MILLRACE_DEFINITION` naming the wrong key. */
export function completePolicy(options: FilterOptions): FilterPolicy {
  const { onError = 'tempfail', onLimit, limits = {}, localNetworks = LOOPBACK, ...unknown } = options;
  for (const key of Object.keys(unknown)) throw wrong(`unknown option ${JSON.stringify(key)}`);
  for (const [key, value] of Object.entries({ onError, onLimit })) {
    if (value !== undefined && !ANSWERS.includes(value))
      throw wrong(`${key} must be tempfail, accept or reject, not ${JSON.stringify(value)}`);
  }
  for (const [key, value] of Object.entries(limits)) {
    if (!Object.hasOwn(DEFAULT_LIMITS, key)) throw wrong(`unknown limit ${JSON.stringify(key)}`);
    if (!Number.isSafeInteger(value) || value < 1)
      throw wrong(`limit ${key} must be a positive whole number`);
  }
  return { onError, onLimit, localNetworks, limits: Object.freeze({ ...DEFAULT_LIMITS, ...limits }) };
}

function wrong(text: string): MillraceError {
  return new MillraceError('MILLRACE_DEFINITION', `filter: ${text}`);
}
