import type { Part } from '../../core/mime/part.ts';
import { mayEmbed } from '../../core/mime/readings/index.ts';
import type { ContentRule } from './content-rule.ts';
import { InnerFiles, isContainer } from './inner-files.ts';
import { DISK_IMAGE_BYTES, MAGIC_BYTES } from './magic.ts';
import type { Rules } from './rules.ts';

/** A rule that the content of a part fits. */
export interface Inspected {
  readonly rule: string;
  /** Whether it is that of the content itself, or of a file in it, which is a container of files or text. */
  readonly where: 'itself' | 'container' | 'text';
}

/** Whether there is anything to look for in the whole content of a leaf. */
export function mayHold(part: Part, { byName }: Rules): boolean {
  return byName !== undefined && (isContainer(part) || mayEmbed(part));
}

/** Read the content of a leaf for its beginning, and for files inside. What is not needed is left unread, which costs less than to read on. */
export async function inspect(
  content: AsyncIterable<Buffer>,
  part: Part,
  rules: Rules,
): Promise<Inspected | undefined> {
  const { byName, byContent } = rules;
  let start = byContent === undefined ? undefined : new ContentStart(part, byContent);
  const files = byName === undefined ? undefined : new InnerFiles(byName, part);
  for await (const slice of content) {
    start?.write(slice);
    files?.write(slice);
    if (start?.isOpen === true) continue;
    if (start?.rule !== undefined) return { rule: start.rule, where: 'itself' };
    start = undefined;
    if (files?.isOpen !== true) break;
  }
  start?.end();
  if (start?.rule !== undefined) return { rule: start.rule, where: 'itself' };
  files?.end();
  if (files?.rule === undefined) return undefined;
  return { rule: files.rule, where: files.isContainer === true ? 'container' : 'text' };
}

/** Collects as much of the beginning as is needed to know what it is. */
class ContentStart {
  rule: string | undefined;
  /** Whether more may say something else. */
  isOpen = true;
  readonly #part: Part;
  readonly #byContent: ContentRule;
  readonly #pieces: Buffer[] = [];
  #size = 0;
  #wanted = MAGIC_BYTES;

  constructor(part: Part, byContent: ContentRule) {
    this.#part = part;
    this.#byContent = byContent;
  }

  /** Borrowed. */
  write(slice: Buffer): void {
    if (!this.isOpen) return;
    this.#pieces.push(Buffer.from(slice.subarray(0, DISK_IMAGE_BYTES - this.#size)));
    this.#size += this.#pieces.at(-1)!.length;
    while (this.isOpen && this.#size >= this.#wanted) {
      this.#look();
      this.#wanted = DISK_IMAGE_BYTES;
    }
  }

  end(): void {
    if (this.isOpen) this.#look();
    this.isOpen = false;
  }

  #look(): void {
    const { rule, isOpen } = this.#byContent.look(this.#part, Buffer.concat(this.#pieces));
    this.rule = rule;
    this.isOpen = isOpen;
  }
}
