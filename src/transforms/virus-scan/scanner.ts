import type { Readable } from 'node:stream';

const UNSCANNED_REASONS = ['too-large', 'encrypted', 'limits', 'unsupported'] as const;

/** Why content was not scanned, for good: asking again gives the same answer. */
export type UnscannedReason = (typeof UNSCANNED_REASONS)[number];

/**
 * What a scan came to. There is one way to be clean: the scanner has seen all of it and said so. Whatever is
 * doubtful (an answer cut short, an outage, a time limit) is `unavailable`.
 */
export type ScanResult =
  | { readonly kind: 'clean' }
  /** `name` is the scanner's name of what it found; untrusted text. */
  | { readonly kind: 'infected'; readonly name: string }
  | { readonly kind: 'unscanned'; readonly reason: UnscannedReason }
  /** No verdict this time; `reason` is a short text for logs, without content. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** What is about to be scanned. */
export interface ScanInfo {
  /** The whole message as it was received, or the decoded content of one of its leaves. */
  readonly what: 'message' | 'part';
  /** The leaf's file name, where it has one; untrusted text. */
  readonly name?: string;
  /** Bytes; content that turns out to be longer is `unscanned` as `too-large`. Infinity when there is no limit. */
  readonly maxSize: number;
}

/**
 * A virus scanner. `scan` is called for the message and for every leaf of it, two at a time for one message, and a few more
 * where mail readers take it apart in different ways. It may settle before it has read everything. A rejected promise counts as `unavailable`. It must settle
 * soon after `signal` has aborted; what it says then counts no more.
 */
export interface Scanner {
  scan(content: Readable, info: ScanInfo, signal: AbortSignal): Promise<ScanResult>;
}

export const CLEAN: ScanResult = { kind: 'clean' };

export const infected = (name: string): ScanResult => ({ kind: 'infected', name: virusName(name) });

export const unscanned = (reason: UnscannedReason): ScanResult => ({ kind: 'unscanned', reason });

export const unavailable = (reason: string): ScanResult => ({ kind: 'unavailable', reason });

/** Whether it is one of the four: what an author's scanner returns by mistake must not pass for clean. */
export function isScanResult(value: unknown): value is ScanResult {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if (value.kind === 'clean') return true;
  if (value.kind === 'infected') return 'name' in value && typeof value.name === 'string';
  if (!('reason' in value)) return false;
  if (value.kind === 'unscanned') return UNSCANNED_REASONS.some((reason) => reason === value.reason);
  return value.kind === 'unavailable' && typeof value.reason === 'string';
}

/** A scanner's name for a virus as it may stand in replies, headers and logs (rule V9). */
function virusName(text: string): string {
  return text.slice(0, 100).replace(/[^A-Za-z0-9._-]/g, '_') || 'unnamed';
}
