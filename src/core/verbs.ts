import type { Duplex, Readable } from 'node:stream';
import type { Part } from './mime/part.ts';
import type { Verdict } from './verdict.ts';

/**
 * What a transform wants done with a part. A hook returns one of these; nothing returned means: let it pass, untouched
 * and never decoded. The constructors below make them.
 */
export type PartVerb = Leave | Drop | Replace | Wrap | Peek | Tap | Judge | Rewrite | Through | Raw;

/** Let the part pass, and do not ask about anything inside it either. */
export interface Leave {
  readonly verb: 'leave';
  /** Why a wanted change is not made; shown in reports as `skipped`. */
  readonly reason?: string;
}

/** Take the part out, with everything inside it. */
export interface Drop {
  readonly verb: 'drop';
  readonly reason?: string;
}

/** Put a new part in its place. */
export interface Replace {
  readonly verb: 'replace';
  readonly part: NewPart;
  readonly reason?: string;
}

/** A part that a transform makes. Text is written as UTF-8, quoted-printable; bytes as base64. */
export interface NewPart {
  /** `type/subtype`; `text/plain` when left out. */
  readonly type?: string;
  readonly content: string | Buffer;
  readonly filename?: string;
  /** `inline` when left out. */
  readonly disposition?: 'inline' | 'attachment';
  /** Further fields, e.g. `Content-ID`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Put the message's root, whatever it is and with everything inside it, into a new `multipart/mixed` with a further part
 * behind it: the way to add something to a message that must stay as it is, such as a signed one. For the root only; needs
 * the edits `body` and `headers`.
 *
 * The root's `Content-*` fields move into the body byte for byte, its content follows byte for byte, and what the message's
 * header says about content is about the new multipart from then on.
 *
 * Transforms behind this one see the parts as they were received: neither the multipart nor the part behind is among them, and
 * types, transfer encodings, names and `protection` stay. But `part.headers` of the root has the moved fields only, may be edited
 * until the root goes on, and throws `MILLRACE_TOO_LATE` afterwards, while `msg.headers` has those of the new message. Nothing
 * inside is asked about; a second transform that wraps puts its part behind the first one's.
 */
export interface Wrap {
  readonly verb: 'wrap';
  readonly behind: NewPart;
  readonly reason?: string;
}

/** What the first 2 KiB of a leaf, as it came in, are when they are decoded. The buffers may be kept. */
export interface Beginning {
  /** Decoded by the rules. */
  readonly content: Buffer;
  /** The same in other ways, where mail readers may decode the leaf in other ways; none of them is empty. */
  readonly others: readonly Buffer[];
  /** Whether no more follows. */
  readonly isWhole: boolean;
  /** More follows, but what has come is less than 512 bytes to some reader: blank lines, say, or what is no base64. */
  readonly isScarce: boolean;
}

/**
 * Decides about a leaf by its beginning, with any of the answers that `onPart` has but `peek`. It is not async: what must be
 * waited for is a matter of the answer.
 */
export type PeekFunction = (
  beginning: Beginning,
  part: Part,
) => Exclude<PartVerb, Peek> | Verdict | undefined | void;

/** Hold back the first 2 KiB of a leaf, or all of it where it is shorter, then decide what is to be done with it. */
export interface Peek {
  readonly verb: 'peek';
  readonly decide: PeekFunction;
}

/**
 * Read a leaf's decoded content. The stream pushes back on the socket when it is not read; what is left unread
 * when the function settles is thrown away. A verdict returned counts for the message.
 */
export type TapFunction = (content: Readable, part: Part) => PromiseLike<Verdict | void> | Verdict | void;

/** The same for the message as it was received: header fields, blank line, body. */
export type MessageTapFunction = (content: Readable) => PromiseLike<Verdict | void> | Verdict | void;

export interface Tap {
  readonly verb: 'tap';
  readonly read: TapFunction;
}

/** What a judge may decide. A verdict for the message may come with it. */
export type Judgement = Drop | Replace | undefined | void | Verdict;

export type JudgeFunction = (content: Readable, part: Part) => PromiseLike<Judgement> | Judgement;

/** Read a leaf's decoded content while the part is held in the spool, then keep, drop or replace it. */
export interface Judge {
  readonly verb: 'judge';
  readonly read: JudgeFunction;
}

/** One whole HTML tag. */
export interface Tag {
  /** Lower-case element name. */
  readonly name: string;
  /** True for `</name>`. */
  readonly closing: boolean;
  /** The tag as it stands in the text. */
  readonly source: string;
  /** Attribute values by lower-case name, character references not resolved. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

/** What a rewrite is given, and how it gets it. */
export type RewriteUnit =
  | { readonly unit: 'line'; readonly change: (line: string) => string }
  | {
      readonly unit: 'tag';
      readonly names: readonly string[] | undefined;
      readonly change: (tag: Tag) => string;
    };

/**
 * Change a text leaf in whole units, charset-decoded. Where the result cannot be written in the part's charset it
 * becomes character references in HTML; in plain text `onUnrepresentable` decides.
 */
export interface Rewrite {
  readonly verb: 'rewrite';
  readonly rewrite: RewriteUnit;
  /** Text put at the very end. */
  readonly atEnd?: () => string;
  readonly onUnrepresentable: 'error' | 'question-mark';
}

/** Send a leaf's decoded content through a Node Transform; what comes out is encoded again. */
export interface Through {
  readonly verb: 'through';
  readonly create: (part: Part) => Duplex;
}

/** Where a {@link RawEditor} puts a part's new content. */
export interface RawOutput {
  /** Bytes of the input, going on unchanged. Borrowed. */
  pass(bytes: Buffer): void;
  /** New bytes. Borrowed. */
  put(bytes: Buffer): void;
  /** For the report: what was done, or why not. */
  report(action: string, reason?: string): void;
}

/**
 * Change a leaf in its encoded form, for the fewest changed bytes. The part's header goes on with the first call of
 * `pass` or `put`: until then an editor may hold bytes back (bounded by itself) and edit `part.headers`.
 */
export interface RawEditor {
  write(slice: Buffer, output: RawOutput): void;
  end(output: RawOutput): void;
}

export interface Raw {
  readonly verb: 'raw';
  readonly editor: RawEditor;
}

export const leave = (reason?: string): Leave =>
  reason === undefined ? { verb: 'leave' } : { verb: 'leave', reason };
export const drop = (reason?: string): Drop =>
  reason === undefined ? { verb: 'drop' } : { verb: 'drop', reason };
export const replace = (part: NewPart, reason?: string): Replace =>
  reason === undefined ? { verb: 'replace', part } : { verb: 'replace', part, reason };
export const wrap = (behind: NewPart, reason?: string): Wrap =>
  reason === undefined ? { verb: 'wrap', behind } : { verb: 'wrap', behind, reason };
export const peek = (decide: PeekFunction): Peek => ({ verb: 'peek', decide });
export const tap = (read: TapFunction): Tap => ({ verb: 'tap', read });
export const judge = (read: JudgeFunction): Judge => ({ verb: 'judge', read });
export const through = (create: (part: Part) => Duplex): Through => ({ verb: 'through', create });
export const raw = (editor: RawEditor): Raw => ({ verb: 'raw', editor });

/** Options of {@link rewriteLines} and {@link rewriteTags}. */
export interface RewriteOptions {
  /** Text put at the very end of the part. */
  atEnd?: () => string;
  /** Plain text that the charset cannot hold: an error (and so `onError`), or `?`. Default `error`. */
  onUnrepresentable?: 'error' | 'question-mark';
}

/** Change a text leaf line by line; `change` gets each line with its line end. */
export function rewriteLines(change: (line: string) => string, options: RewriteOptions = {}): Rewrite {
  return { verb: 'rewrite', rewrite: { unit: 'line', change }, onUnrepresentable: 'error', ...options };
}

/** Change the tags of an HTML leaf: those of one element, of several, or all (`undefined`). */
export function rewriteTags(
  names: string | readonly string[] | undefined,
  change: (tag: Tag) => string,
  options: RewriteOptions = {},
): Rewrite {
  const list = typeof names === 'string' ? [names] : names;
  return {
    verb: 'rewrite',
    rewrite: { unit: 'tag', names: list?.map((name) => name.toLowerCase()), change },
    onUnrepresentable: 'error',
    ...options,
  };
}
