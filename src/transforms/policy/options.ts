import { MillraceError } from '../../base/errors.ts';
import type { OnError } from '../../core/transform.ts';
import type { When } from '../../core/when.ts';

/** Options that every transform takes. */
export interface CommonOptions {
  /** Only for messages that fit. */
  readonly when?: When;
  /** Overrules the filter's `onError`. */
  readonly onError?: OnError;
  /** Spare each message the round trip at the end of its header; see `eager` of a transform's definition. Default false. */
  readonly eager?: boolean;
}

/** Their names. */
export const COMMON_OPTIONS = [
  'when',
  'onError',
  'eager',
] as const satisfies readonly (keyof CommonOptions)[];

/** Those that are given, as a definition takes them. */
export function commonOptions({ when, onError, eager }: CommonOptions): CommonOptions {
  return {
    ...(when === undefined ? {} : { when }),
    ...(onError === undefined ? {} : { onError }),
    ...(eager === undefined ? {} : { eager }),
  };
}

/** A wrong option of a transform. */
export function wrongOption(transform: string, text: string): MillraceError {
  return new MillraceError('MILLRACE_DEFINITION', `${transform}: ${text}`);
}

/** Throw for a key that the transform does not know: a misspelt policy must not be a policy that is off. */
export function checkKeys(transform: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw wrongOption(transform, `unknown option ${JSON.stringify(key)}; known are ${known.join(', ')}`);
  }
}

/** The value of an option that is one of a few words, or its default where it is left out. */
export function choice<const T extends string>(
  transform: string,
  key: string,
  value: T | undefined,
  allowed: readonly T[],
  fallback: NoInfer<T>,
): T {
  if (value === undefined) return fallback;
  if (allowed.includes(value)) return value;
  throw wrongOption(transform, `${key} must be one of ${allowed.join(', ')}, not ${JSON.stringify(value)}`);
}

/** A number above zero (milliseconds, bytes, a count), or its default. */
export function positive(
  transform: string,
  key: string,
  value: number | undefined,
  fallback: number,
): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && value > 0) return value;
  throw wrongOption(transform, `${key} must be a number above 0, not ${JSON.stringify(value)}`);
}

/** A list of strings, or an empty one where it is left out. */
export function strings(transform: string, key: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')) return value;
  throw wrongOption(transform, `${key} must be a list of non-empty strings`);
}
