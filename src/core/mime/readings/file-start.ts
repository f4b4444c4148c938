import type { MessagePart } from '../message-part.ts';
import type { ByteCoder } from '../transfer/byte-coder.ts';
import { isCms, isMessageFile } from './other-headers.ts';
import { decoderOf, familyOf } from './readings.ts';

/** Bytes of the content as it is encoded by which it is told what it is. */
const SAMPLE = 512;
/**
 * How a message begins, or a web archive (RFC 2557): maybe with a mark of UTF-8, blank lines, the line of a mailbox or the number of a
 * message of an Apple, and with fields, one of the first four of which is known to every reader.
 */
const MESSAGE =
  /^((?:\xef\xbb\xbf)?\s*(?:>?From [^\n]*\n|\d{1,10}\s*\n)?)(?:[!-9;-~]{1,80}[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n){0,20}){0,3}(?:from|to|subject|date|received|return-path|message-id|mime-version|content-(?:type|transfer-encoding|disposition|location))[ \t]*:/i;

/** The way in which a mailbox is read that has some other name: as its first message, with others behind it. */
export const MAILBOX = 'mailbox-by-content';

/** The beginning of a file that is a message. */
export interface MessageStart {
  /** From the first field on, as a latin1 "binary" string. */
  readonly text: string;
  /** Whether it has the line of a mailbox in front: others may follow the message. */
  readonly isMailbox: boolean;
}

/** The first bytes of an encoded file, whatever it is called: readers that look at these open a message that has the name of something else. */
export class FileStart {
  /** What decodes the content, and has been given the first bytes. */
  readonly decoder: ByteCoder;
  #missing = SAMPLE;
  #text = '';

  private constructor(family: string) {
    this.decoder = decoderOf(family);
  }

  /** Of a leaf for which that is open; undefined for another one. What is not encoded is text as it stands, and so is what is declared to be one. */
  static of(part: MessagePart): FileStart | undefined {
    if (!part.isLeaf || /^(?:text|message|multipart)\//.test(part.type)) return undefined;
    // Its name says so, and it is opened in any case.
    if (isMessageFile(part) && !isCms(part)) return undefined;
    const family = familyOf(part.transferEncoding);
    return family === 'binary' ? undefined : new FileStart(family);
  }

  /** Whether all bytes have come. */
  get isComplete(): boolean {
    return this.#missing === 0;
  }

  /** How many bytes of a slice are among the first ones. */
  take(slice: Buffer): number {
    const used = Math.min(slice.length, this.#missing);
    this.#missing -= used;
    this.#text += this.decoder.write(slice.subarray(0, used)).toString('latin1');
    return used;
  }

  /** What they are, where they begin as a message does. */
  message(): MessageStart | undefined {
    const front = MESSAGE.exec(this.#text)?.[1];
    if (front === undefined) return undefined;
    return { text: this.#text.slice(front.length), isMailbox: /^\S*\s*From /.test(front) };
  }
}
