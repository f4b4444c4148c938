import type { Part } from '../../core/mime/part.ts';
import { isIdentity } from '../../core/mime/content-type.ts';
import {
  type ContentNotes,
  EmbeddedNames,
  isAppleFile,
  isMacBinary,
  isTnefFile,
  MacFileNames,
  mayEmbed,
  notesOn,
  otherDecodings,
  TnefNames,
} from '../../core/mime/readings/index.ts';
import { TNEF_NAME, TNEF_TYPES } from '../../core/mime/tnef.ts';
import type { ByteCoder, Decoder } from '../../core/mime/transfer/byte-coder.ts';
import { createDecoder } from '../../core/mime/transfer/index.ts';
import type { RawEditor, RawOutput } from '../../core/verbs.ts';
import { normalizedNames } from '../../core/mime/names.ts';
import type { NameRule } from './rules.ts';

const CONTAINER_TYPES = new Set([
  ...TNEF_TYPES,
  'application/applefile',
  'application/applesingle',
  'application/macbinary',
  'application/x-macbinary',
]);
/** As much of a file is needed to know whether it is a container: the header of MacBinary. */
const START = 128;
const NOTHING = Buffer.alloc(0);

/** Whether the leaf says that it is a container of files: one of Outlook (TNEF, rule A8), or one that a Mac wraps a file in. */
export function isContainer(part: Part): boolean {
  if (CONTAINER_TYPES.has(part.type)) return true;
  return part.names.length > 0 && normalizedNames(part.names).includes(TNEF_NAME);
}

/** Whether content begins as such a container does. */
export function beginsContainer(start: Buffer): boolean {
  return isTnefFile(start) || isAppleFile(start) || isMacBinary(start);
}

/** What looks for names. */
interface NameSearch {
  write(slice: Buffer): void;
  end(): void;
}

/** Looks for a file that fits among those inside of a leaf: in a container of files (rule A8), which its content shows, or in text (rule A7). */
export class InnerFiles {
  /** The rule that the first such file fits. */
  rule: string | undefined;
  /** Whether the content is a container; undefined while that is open. */
  isContainer: boolean | undefined;
  readonly #match: NameRule;
  readonly #mayBeText: boolean;
  readonly #hasHeader: boolean;
  readonly #inText: (() => void) | undefined;
  #start: Buffer = NOTHING;
  #names: NameSearch | undefined;
  #last = '';

  /** @param inText is called when a file is found in a text, whatever it is called */
  constructor(match: NameRule, part: Part, inText?: () => void) {
    this.#match = match;
    this.#inText = inText;
    this.#mayBeText = mayEmbed(part);
    this.#hasHeader = part.headers.rawBytes().length > 0;
  }

  /** Whether more of the content may say something. */
  get isOpen(): boolean {
    return this.rule === undefined && (this.isContainer === undefined || this.#names !== undefined);
  }

  /** Decoded content; borrowed. */
  write(slice: Buffer): void {
    if (!this.isOpen || slice.length === 0) return;
    if (this.isContainer !== undefined) return this.#names!.write(slice);
    this.#start = Buffer.concat([this.#start, slice]);
    if (this.#start.length >= START) this.#decide();
  }

  end(): void {
    if (this.isContainer === undefined) this.#decide();
    if (this.rule === undefined) this.#names?.end();
  }

  #decide(): void {
    const start = this.#start;
    this.#start = NOTHING;
    this.isContainer = beginsContainer(start);
    const found = (name: string): void => this.#found(name);
    if (isTnefFile(start)) this.#names = new TnefNames(found);
    else if (this.isContainer) this.#names = new MacFileNames(found);
    else if (this.#mayBeText) this.#names = new EmbeddedNames(found, this.#hasHeader, this.#inText);
    this.#names?.write(start);
  }

  #found(name: string): void {
    if (name === this.#last) return;
    this.#last = name;
    this.rule ??= this.#match([name]);
  }
}

/** Passes text on as it is, and looks at it on the way, in each way in which readers decode it: without a stream or a wait. */
export class TextWatch implements RawEditor {
  readonly #watched: { readonly decoder: ByteCoder | undefined; readonly files: InnerFiles }[];
  readonly #notes: ContentNotes | undefined;
  readonly #oddities: Decoder['oddities'] | undefined;
  readonly #found: (rule: string) => void;

  /** @param found is called at the end with the rule that a file fits */
  constructor(part: Part, match: NameRule, found: (rule: string) => void) {
    this.#found = found;
    this.#notes = notesOn(part);
    const first = isPlain(part) ? undefined : createDecoder(part.transferEncoding);
    this.#oddities = first?.oddities;
    const others = isPlain(part) ? [] : otherDecodings(part);
    const inText = (): void => this.#notes?.tell('file-in-text');
    this.#watched = [first, ...others].map((decoder, index) => ({
      decoder,
      files: new InnerFiles(match, part, index === 0 ? inText : undefined),
    }));
  }

  write(slice: Buffer, output: RawOutput): void {
    for (const [index, { decoder, files }] of this.#watched.entries()) {
      // What is told of the part must not depend on how the content comes, so for that all of it is decoded.
      if (files.rule !== undefined && (index > 0 || this.#notes === undefined)) continue;
      const bytes = decoder === undefined ? slice : decoder.write(slice);
      if (index === 0) this.#notes?.write(bytes);
      files.write(bytes);
    }
    output.pass(slice);
  }

  end(): void {
    for (const [index, { decoder, files }] of this.#watched.entries()) {
      if (decoder !== undefined && (index === 0 || files.rule === undefined)) {
        const last = decoder.end();
        if (index === 0) this.#notes?.write(last);
        files.write(last);
      }
      files.end();
    }
    this.#notes?.end(this.#oddities);
    const rule = this.#watched.find(({ files }) => files.rule !== undefined)?.files.rule;
    if (rule !== undefined) this.#found(rule);
  }
}

/** Whether all readers take the content as it is. */
function isPlain({ transferEncoding, headers }: Part): boolean {
  return isIdentity(transferEncoding) && headers.fields('content-transfer-encoding').length <= 1;
}
