import type { ByteCoder } from '../transfer/byte-coder.ts';
import { decodePercent } from '../transfer/percent.ts';
import { DigitDecoder } from './digit-decoder.ts';

const NOTHING = Buffer.alloc(0);
/**
 * What data begin behind: `base64,` of a data URI (RFC 2397), another URI of that kind, the colon of a value in a calendar or card
 * (RFC 5545 section 3.2.7, RFC 2426), and the quote of a string that is base64. The last needs a long run of digits: shorter ones are names.
 */
const MARK =
  /base64[ \t]{0,8},|data:[^,"'<>\s]{0,100},|encoding="?b(?:ase64)?"?(?:;[^:\r\n]{0,80})?:|["'`](?=[A-Za-z0-9+/]{60})/gi;
const IN_BASE64 = /base64[ \t]*,$/i;
/** Characters that are not looked at before it is known what follows: the longest mark. */
const LOOK_AHEAD = 128;
/** Fewer digits are no file. */
const FEWEST = 16;
const NO_BASE64 = /[^A-Za-z0-9+/=%&#;\s]/g;
const NO_URI = /["'<>`)\s]/g;
const OPEN_ESCAPE = /(?:%[0-9a-f]?|&(?:#x?[0-9a-f]{0,7})?)$/i;
/** A character of HTML by its number. */
const ENTITY = /&#(x[0-9a-f]{1,7}|[0-9]{1,7});?/gi;

/**
 * Takes out of text the data that stand in a line of it: data URIs in base64 or with percent signs, also over several lines, and
 * base64 in quotes, which a script makes a file of. What is found comes out one behind the other; where there is nothing,
 * nothing comes out.
 */
export class InlineData implements ByteCoder {
  #text = '';
  #state: 'text' | 'base64' | 'percent' = 'text';
  #decoder = new DigitDecoder();
  /** Digits, while there are too few of them. */
  #first = '';
  #isFile = false;
  #out: Buffer[] = [];

  write(slice: Buffer): Buffer {
    this.#text += slice.toString('latin1');
    this.#look(false);
    return this.#take();
  }

  end(): Buffer {
    this.#look(true);
    this.#finish();
    return this.#take();
  }

  #take(): Buffer {
    const out = this.#out.length === 0 ? NOTHING : Buffer.concat(this.#out);
    this.#out = [];
    return out;
  }

  #look(isEnd: boolean): void {
    const text = this.#text;
    let at = 0;
    for (;;) {
      if (this.#state === 'text') {
        const known = isEnd ? text.length : text.length - LOOK_AHEAD;
        MARK.lastIndex = at;
        const mark = MARK.exec(text);
        if (mark === null || mark.index >= known) {
          this.#text = text.slice(Math.max(at, Math.min(known, text.length)));
          return;
        }
        at = mark.index + mark[0].length;
        this.#state = /^data:/i.test(mark[0]) && !IN_BASE64.test(mark[0]) ? 'percent' : 'base64';
        continue;
      }
      const end = this.#state === 'base64' ? NO_BASE64 : NO_URI;
      end.lastIndex = at;
      const stop = end.exec(text)?.index ?? text.length;
      let run = text.slice(at, stop);
      const open = stop === text.length && !isEnd ? (OPEN_ESCAPE.exec(run)?.[0] ?? '') : '';
      run = run.slice(0, run.length - open.length);
      this.#data(run);
      at = stop;
      if (stop === text.length) {
        this.#text = open;
        return;
      }
      this.#finish();
    }
  }

  #data(run: string): void {
    const bytes = decodePercent(withoutEntities(run));
    if (this.#state === 'percent') {
      if (bytes !== '') this.#out.push(Buffer.from(bytes, 'latin1'));
      return;
    }
    const digits = this.#first + bytes.replace(/[\s&#;]/g, '');
    this.#isFile ||= digits.length >= FEWEST;
    this.#first = this.#isFile ? '' : digits;
    if (this.#isFile && digits !== '') this.#out.push(this.#decoder.write(Buffer.from(digits, 'latin1')));
  }

  #finish(): void {
    if (this.#isFile) {
      this.#out.push(this.#decoder.end());
      this.#decoder = new DigitDecoder();
    }
    this.#first = '';
    this.#isFile = false;
    this.#state = 'text';
  }
}

function withoutEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (_, number: string) =>
    String.fromCharCode(Number(number.replace(/^x/i, '0x')) & 255),
  );
}
