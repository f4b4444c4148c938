import { makePart, type MadePart } from './claims/new-part.ts';
import { HeaderField, HeaderList } from './headers/header-list.ts';
import { freshBoundary } from './mime/fresh-boundary.ts';
import { MessagePart } from './mime/message-part.ts';
import type { Part } from './mime/part.ts';
import type { Stage } from './stage.ts';
import type { NewPart } from './verbs.ts';

const CRLF = Buffer.from('\r\n');
const LF = Buffer.from('\n');
const LINE_FEED = 0x0a;
/** More than a delimiter has. */
const MAX_LINE = 1024;

/** The new multipart, and what comes behind the old root in it. */
interface Wrapping {
  readonly outer: MessagePart;
  readonly boundary: string;
  readonly behind: MadePart[];
  readonly lastLine: LastLine;
}

/**
 * The last stage before the serializer: puts the root into a new multipart where a transform has asked for it (the verb
 * `wrap`). It stands behind all transforms, so that each of them sees the parts as they were received.
 */
export class Wrapper implements Stage {
  readonly #next: Stage;
  #wrapping: Wrapping | undefined;

  constructor(next: Stage) {
    this.#next = next;
  }

  /** Wrap the root, which must not have been passed on yet; or put one more part behind it. */
  wrap(root: MessagePart, behind: NewPart): void {
    this.#wrapping ??= nest(root);
    const { outer, boundary, behind: parts } = this.#wrapping;
    const delimiter = Buffer.from(`\r\n--${boundary}\r\n`);
    const place = new MessagePart({
      parent: outer,
      index: parts.length + 1,
      delimiter,
      headers: new HeaderList(),
    });
    parts.push(makePart(place, behind));
  }

  open(part: Part): void {
    this.#wrapping?.lastLine.begin(part);
    if (this.#wrapping === undefined || part.parent !== undefined) return this.#next.open(part);
    const { outer, boundary } = this.#wrapping;
    const { headers } = part;
    this.#next.open(outer);
    const delimiter = Buffer.from(`--${boundary}\r\n`);
    this.#next.open(new MessagePart({ parent: outer, delimiter, headers, separator: CRLF }));
    headers.freeze('the header of a wrapped part is a part of the body, and has been passed on');
  }

  body(part: Part, slice: Buffer): void {
    this.#wrapping?.lastLine.leave();
    this.#next.body(part, slice);
  }

  frame(part: Part, slice: Buffer): void {
    this.#wrapping?.lastLine.outside(part, slice);
    this.#next.frame(part, slice);
  }

  close(part: Part): void {
    this.#next.close(part);
    if (this.#wrapping === undefined || part.parent !== undefined) return;
    const { outer, boundary, behind, lastLine } = this.#wrapping;
    if (lastLine.isDelimiterWithCr) this.#next.frame(outer, LF);
    // A line break belongs to the delimiter behind it (RFC 2046 section 5.1.1): the content keeps the one that it ends with.
    for (const made of behind) {
      this.#next.open(made.part);
      this.#next.body(made.part, made.content);
      this.#next.close(made.part);
    }
    this.#next.frame(outer, Buffer.from(`\r\n--${boundary}--\r\n`));
    this.#next.close(outer);
  }

  end(): void {
    this.#next.end();
  }

  pending(): Promise<void> | undefined {
    return this.#next.pending();
  }
}

/**
 * Watches for a delimiter in the last line that ends in CR: a line end that is not complete, as long as nothing follows.
 * In front of one more line it would be a CR behind the boundary, and that no delimiter.
 */
class LastLine {
  #text = '';
  /** Whose delimiter it may be. */
  #multipart: Part | undefined;

  get isDelimiterWithCr(): boolean {
    const boundary = this.#multipart?.boundary;
    if (boundary === undefined || this.#text.length > MAX_LINE || !this.#text.endsWith('\r')) return false;
    // Blanks at the end of a boundary are not told from blanks behind it.
    const [line, open] = [this.#text.slice(0, -1), `--${boundary}`].map((text) =>
      text.replace(/[ \t]+$/, ''),
    );
    return line === open || line === `${open}--` || line === `--${boundary}--`;
  }

  /** A part has begun with this line. */
  begin({ parent, delimiter }: Part): void {
    this.leave();
    this.outside(parent, delimiter);
  }

  /** What is outside of leaves, and of whom. */
  outside(multipart: Part | undefined, slice: Buffer): void {
    const start = slice.lastIndexOf(LINE_FEED) + 1;
    const before = start > 0 ? '' : this.#text;
    // Of a line that is too long for a delimiter, only that it is.
    this.#text = (before + slice.toString('latin1', start, start + MAX_LINE + 1)).slice(0, MAX_LINE + 1);
    this.#multipart = multipart;
  }

  /** Content of a leaf comes. */
  leave(): void {
    this.#text = '';
    this.#multipart = undefined;
  }
}

/** Give the root a header of its own, and the message's header to a multipart around it. */
function nest(root: MessagePart): Wrapping {
  const { headers } = root;
  const fields = [...headers].filter(({ lowerName }) => lowerName.startsWith('content-'));
  root.moveTo(new HeaderList(fields.map(ended)));
  const boundary = freshBoundary(root.boundary);
  // What is inside in eight bits or binary makes the multipart so as well (RFC 2045 section 6.4).
  const wide = root.transferEncoding === '8bit' || root.transferEncoding === 'binary';
  for (const name of new Set(fields.map(({ lowerName }) => lowerName))) {
    if (name !== 'content-type' && !(wide && name === 'content-transfer-encoding')) headers.delete(name);
  }
  headers.set('Content-Type', `multipart/mixed; boundary="${boundary}"`);
  if (!headers.has('MIME-Version')) headers.set('MIME-Version', '1.0');
  return { outer: new MessagePart({ headers }), boundary, behind: [], lastLine: new LastLine() };
}

/** The field with a line end, which the last one of a header that was cut off does not have. */
function ended(field: HeaderField): HeaderField {
  const { name, rawValue, source } = field;
  return source === undefined || source.endsWith('\n')
    ? field
    : new HeaderField(name, rawValue, `${source}\r\n`);
}
