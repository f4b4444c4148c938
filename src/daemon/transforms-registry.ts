import { resolve } from 'node:path';
import * as v from 'valibot';
import type { AnyTransform } from '../core/index.ts';
import { AMBIGUITY_CODES } from '../core/mime/ambiguity.ts';
import { isAuthservId } from '../transforms/ambiguity-results/results-field.ts';
import { ambiguityResults, canonicalize, footer, stripAttachments, virusScan } from '../transforms/index.ts';
import {
  count,
  duration,
  flag,
  mustBe,
  nameOf,
  oneOf,
  parsed,
  size,
  table,
  text,
  texts,
} from './config/schema-helpers.ts';

/** A transform that a configuration file can name. */
export interface TransformKind {
  /** The keys of its `[[transform]]` table, beside those that every transform takes. */
  readonly keys: v.ObjectEntries;
  /**
   * Makes one from the keys, camelCase, in the types that `keys` gives them.
   * @param directory what relative paths among them are relative to
   */
  readonly create: (options: any, directory: string) => AnyTransform;
}

/**
 * A word, or a table of one for each code: codes are names, not keys, and have no other form in code, so they go on as pairs.
 */
function onAmbiguous() {
  const action = oneOf('note', 'header', 'quarantine', 'tempfail', 'reject');
  const names = ['default', ...AMBIGUITY_CODES];
  const actions = table(Object.fromEntries(names.map((name) => [name, v.optional(action)])));
  const pairs = v.pipe(
    actions,
    v.transform((given) => Object.entries(given)),
  );
  const isTable = (given: unknown): boolean =>
    typeof given === 'object' && given !== null && !Array.isArray(given);
  return v.optional(v.lazy((given) => (isTable(given) ? pairs : action)));
}

function withActions<T extends { onAmbiguous?: unknown }>(options: T): T {
  const { onAmbiguous: given } = options;
  return Array.isArray(given) ? { ...options, onAmbiguous: Object.fromEntries(given) } : options;
}

/** An array of codes of docs/ambiguities.md. */
function codes() {
  return v.array(nameOf('code', AMBIGUITY_CODES), mustBe('an array of codes'));
}

/** A name that readers of a field trust. */
function authservId() {
  return parsed('a name such as "mx.example.org"', (given) => (isAuthservId(given) ? given : undefined));
}

/** What `use = "NAME"` may name, beside a module file. */
export const TRANSFORM_KINDS: Readonly<Record<string, TransformKind>> = {
  'ambiguity-results': {
    keys: {
      'authserv-id': authservId(),
      trusted: v.optional(v.array(authservId(), mustBe('an array of names'))),
    },
    create: (options) => ambiguityResults(options),
  },
  canonicalize: {
    keys: {
      codes: v.optional(codes()),
      'on-refused': v.optional(oneOf('quarantine', 'reject', 'tempfail', 'note')),
      'on-signed': v.optional(oneOf('refuse', 'skip')),
    },
    create: (options) => canonicalize(options),
  },
  footer: {
    keys: {
      text: v.optional(text()),
      html: v.optional(text()),
      'on-signed': v.optional(oneOf('skip', 'wrap', 'reject')),
      'on-unrepresentable': v.optional(oneOf('convert', 'skip')),
      'skip-auto-submitted': v.optional(flag()),
      'skip-null-sender': v.optional(flag()),
    },
    create: (options) => footer(options),
  },
  'strip-attachments': {
    keys: {
      extensions: v.optional(texts()),
      types: v.optional(texts()),
      'by-content': v.optional(flag()),
      'on-match': v.optional(oneOf('replace', 'drop', 'reject', 'quarantine')),
      'on-signed': v.optional(oneOf('quarantine', 'skip', 'strip', 'reject')),
      'on-ambiguous': onAmbiguous(),
      notice: v.optional(text()),
      header: v.optional(flag()),
    },
    create: (options) => stripAttachments(withActions(options)),
  },
  'virus-scan': {
    keys: {
      engine: v.optional(oneOf('builtin', 'clamd')),
      address: v.optional(text()),
      'on-infected': v.optional(oneOf('reject', 'strip', 'quarantine', 'discard', 'tag')),
      'on-unavailable': v.optional(oneOf('tempfail', 'accept', 'quarantine')),
      'on-unscanned': v.optional(oneOf('accept', 'tag', 'quarantine', 'reject', 'tempfail')),
      'on-ambiguous': onAmbiguous(),
      timeouts: v.optional(
        table({
          connect: v.optional(duration()),
          write: v.optional(duration()),
          verdict: v.optional(duration()),
          queue: v.optional(duration()),
        }),
      ),
      'max-size': v.optional(size()),
      hashes: v.optional(v.union([text(), texts()], mustBe('a file or an array of SHA-256 hashes'))),
      concurrency: v.optional(count()),
    },
    create: (options, directory) => virusScan(withHashFile(withActions(options), directory)),
  },
};

function withHashFile<T extends { hashes?: string | readonly string[] }>(options: T, directory: string): T {
  return typeof options.hashes === 'string'
    ? { ...options, hashes: resolve(directory, options.hashes) }
    : options;
}
