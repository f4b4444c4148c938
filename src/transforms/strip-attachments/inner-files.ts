import type { Part } from '../../core/mime/part.ts';
import { isIdentity } from '../../core/mime/content-type.ts';
import { EmbeddedNames, otherDecodings, TnefNames } from '../../core/mime/readings/index.ts';
import type { ByteCoder } from '../../core/mime/transfer/byte-coder.ts';
import { createDecoder } from '../../core/mime/transfer/index.ts';
import type { RawEditor, RawOutput } from '../../core/verbs.ts';
import { normalizedNames } from '../../core/mime/names.ts';
import type { NameRule } from './rules.ts';

const TNEF_TYPES = new Set(['application/ms-tnef', 'application/vnd.ms-tnef']);

/** Whether the leaf is a container of files in the format of Outlook (rule A8). */
export function isTnef(part: Part): boolean {
  if (TNEF_TYPES.has(part.type)) return true;
  return part.names.length > 0 && normalizedNames(part.names).includes('winmail.dat');
}

/** Looks for a file that fits among those inside of a leaf: in text (rule A7), or in a TNEF container (rule A8). */
export class InnerFiles {
  /** The rule that the first such file fits. */
  rule: string | undefined;
  readonly #names: EmbeddedNames | TnefNames;
  #last = '';

  /** @param inTnef whether the content is a TNEF container; else it is text */
  constructor(match: NameRule, inTnef: boolean) {
    const found = (name: string): void => {
      if (name === this.#last) return;
      this.#last = name;
      this.rule ??= match([name]);
    };
    this.#names = inTnef ? new TnefNames(found) : new EmbeddedNames(found);
  }

  /** Decoded content; borrowed. */
  write(slice: Buffer): void {
    if (this.rule === undefined && slice.length > 0) this.#names.write(slice);
  }

  end(): void {
    if (this.rule === undefined) this.#names.end();
  }
}

/** Passes text on as it is, and looks at it on the way, in each way in which readers decode it: without a stream or a wait. */
export class TextWatch implements RawEditor {
  readonly #watched: { readonly decoder: ByteCoder | undefined; readonly files: InnerFiles }[];
  readonly #found: (rule: string) => void;

  /** @param found is called at the end with the rule that a file fits */
  constructor(part: Part, match: NameRule, found: (rule: string) => void) {
    this.#found = found;
    const decoders = isPlain(part)
      ? [undefined]
      : [createDecoder(part.transferEncoding), ...otherDecodings(part)];
    this.#watched = decoders.map((decoder) => ({ decoder, files: new InnerFiles(match, false) }));
  }

  write(slice: Buffer, output: RawOutput): void {
    for (const { decoder, files } of this.#watched) {
      if (files.rule === undefined) files.write(decoder === undefined ? slice : decoder.write(slice));
    }
    output.pass(slice);
  }

  end(): void {
    for (const { decoder, files } of this.#watched) {
      if (files.rule === undefined && decoder !== undefined) files.write(decoder.end());
      files.end();
    }
    const rule = this.#watched.find(({ files }) => files.rule !== undefined)?.files.rule;
    if (rule !== undefined) this.#found(rule);
  }
}

/** Whether all readers take the content as it is. */
function isPlain({ transferEncoding, headers }: Part): boolean {
  return isIdentity(transferEncoding) && headers.fields('content-transfer-encoding').length <= 1;
}
