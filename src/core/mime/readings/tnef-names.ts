import { decodeUnlabelled } from '../decode-text.ts';
import { TNEF_MAGIC } from '../tnef.ts';

/** Signature and key. */
const PREFIX = 6;
/** Level, attribute and length. */
const ATTRIBUTE = 9;
const CHECKSUM = 2;
const ATTACH_TITLE = 0x00018010;
const ATTACHMENT_PROPERTIES = 0x00069005;
const ATTACH_DATA = 0x0006800f;
/** Containers in containers: an attached message is one among the properties of its attachment, a file may be one as a whole. */
const MOST_LEVELS = 4;
/** Windows has no longer names, 260 characters of two bytes. */
const MOST_TITLE = 520;
/** Names looked at in the properties of one attachment; there are two or three. */
const MOST_NAMES = 64;
/** Of an attachment's properties; its names stand among the first, content and icons do not. */
const MOST_PROPERTIES = 65_536;
/** PidTagAttachFilename, PidTagAttachLongFilename, PidTagDisplayName and PidTagAttachTransportName (MS-OXPROPS). */
const NAME_PROPERTIES = [0x3704, 0x3707, 0x3001, 0x370c];
const STRING8 = 0x001e;
const UNICODE = 0x001f;

/** Whether a file begins as such a container does. */
export function isTnefFile(start: Buffer): boolean {
  return start.subarray(0, TNEF_MAGIC.length).equals(TNEF_MAGIC);
}

/**
 * Finds the names of the files in a TNEF container (`winmail.dat`, MS-OXTNEF): the titles of its attachments, and the
 * names among their properties, also those of messages that are attached to the message. Nothing else of it is looked at. Bounded memory, linear; never throws, and what is found does not
 * depend on how the content is cut.
 */
export class TnefNames {
  readonly #found: (name: string) => void;
  #state: 'prefix' | 'attribute' | 'data' | 'skip' | 'other' = 'prefix';
  #bytes = Buffer.alloc(PREFIX);
  #held = 0;
  #attribute = 0;
  /** What follows data or is no data that is looked at. */
  #skip = 0;
  readonly #level: number;
  /** What looks for a container in the data of the attribute. */
  #inner: TnefNames | TnefSearch | undefined;

  /**
   * @param found is called with each name
   * @param level in how many others it is
   */
  constructor(found: (name: string) => void, level = 0) {
    this.#found = found;
    this.#level = level;
  }

  /** Decoded content; borrowed. */
  write(slice: Buffer): void {
    let at = 0;
    while (at < slice.length && this.#state !== 'other') {
      if (this.#state === 'skip') {
        const skipped = Math.min(this.#skip, slice.length - at);
        this.#inner?.write(slice.subarray(at, at + skipped));
        this.#skip -= skipped;
        at += skipped;
        if (this.#skip === 0) this.#endAttribute();
        continue;
      }
      const taken = slice.copy(this.#bytes, this.#held, at);
      if (this.#state === 'data') this.#inner?.write(slice.subarray(at, at + taken));
      this.#held += taken;
      at += taken;
      if (this.#held === this.#bytes.length) this.#complete(this.#bytes);
    }
  }

  /** No more follows: a name that is cut off counts as well. */
  end(): void {
    if (this.#state === 'data') this.#look(this.#bytes.subarray(0, this.#held));
    this.#inner?.end();
    this.#inner = undefined;
    this.#state = 'other';
  }

  #endAttribute(): void {
    this.#inner?.end();
    this.#inner = undefined;
    this.#expect('attribute', ATTRIBUTE);
  }

  #expect(state: 'attribute' | 'data', wanted: number): void {
    this.#state = state;
    this.#bytes = Buffer.alloc(wanted);
    this.#held = 0;
  }

  #complete(bytes: Buffer): void {
    if (this.#state === 'prefix') {
      if (isTnefFile(bytes)) this.#expect('attribute', ATTRIBUTE);
      else this.#state = 'other';
    } else if (this.#state === 'attribute') this.#begin(bytes.readUInt32LE(1), bytes.readUInt32LE(5));
    else {
      this.#look(bytes);
      this.#state = 'skip';
    }
  }

  #begin(attribute: number, length: number): void {
    this.#attribute = attribute;
    if (this.#level < MOST_LEVELS) {
      if (attribute === ATTACH_DATA) this.#inner = new TnefNames(this.#found, this.#level + 1);
      else if (attribute === ATTACHMENT_PROPERTIES)
        this.#inner = new TnefSearch(() => new TnefNames(this.#found, this.#level + 1));
    }
    let most = 0;
    if (attribute === ATTACH_TITLE) most = MOST_TITLE;
    else if (attribute === ATTACHMENT_PROPERTIES) most = MOST_PROPERTIES;
    const wanted = Math.min(length, most);
    this.#skip = length - wanted + CHECKSUM;
    if (wanted > 0) this.#expect('data', wanted);
    else this.#state = 'skip';
  }

  #look(data: Buffer): void {
    if (this.#attribute === ATTACH_TITLE) this.#tell(data, false);
    else this.#properties(data);
  }

  /** A property's tag, the number of its values, and the length of the first, wherever they stand. */
  #properties(data: Buffer): void {
    let left = MOST_NAMES;
    for (const property of NAME_PROPERTIES) {
      for (const type of [STRING8, UNICODE]) {
        const tag = Buffer.from([type, 0, property & 0xff, property >> 8]);
        for (let at = data.indexOf(tag); at >= 0; at = data.indexOf(tag, at + 4)) {
          if (at + 12 > data.length || left-- <= 0) break;
          const length = Math.min(data.readUInt32LE(at + 8), MOST_TITLE);
          this.#tell(data.subarray(at + 12, at + 12 + length), type === UNICODE);
        }
      }
    }
  }

  #tell(bytes: Buffer, isWide: boolean): void {
    const text = isWide ? bytes.toString('utf16le') : decodeUnlabelled(bytes.toString('latin1'));
    const name = text.replace(/\0+$/, '');
    if (name !== '') this.#found(name);
  }
}

/** Looks for a container in the properties of an attachment. */
class TnefSearch {
  readonly #begin: () => TnefNames;
  #names: TnefNames | undefined;
  /** What the signature may begin with. */
  #tail = Buffer.alloc(0);

  constructor(begin: () => TnefNames) {
    this.#begin = begin;
  }

  write(slice: Buffer): void {
    if (this.#names !== undefined) return this.#names.write(slice);
    const bytes = Buffer.concat([this.#tail, slice]);
    const at = bytes.indexOf(TNEF_MAGIC);
    if (at < 0) {
      this.#tail = Buffer.from(bytes.subarray(-(TNEF_MAGIC.length - 1)));
      return;
    }
    this.#names = this.#begin();
    this.#names.write(bytes.subarray(at));
  }

  end(): void {
    this.#names?.end();
  }
}
