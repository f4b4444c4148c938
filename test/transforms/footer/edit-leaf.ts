import { HeaderList } from '../../../src/core/headers/header-list.ts';
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts';
import { createRootPart, MessagePart } from '../../../src/core/mime/message-part.ts';
import type { RawOutput } from '../../../src/core/verbs.ts';
import { planLeaf } from '../../../src/transforms/footer/leaf-plan.ts';
import { checkFooter, type FooterOptions } from '../../../src/transforms/footer/options.ts';
import { chunksOf, feed } from '../../support/chunks.ts';

/** What has become of a leaf. */
export interface EditedLeaf {
  readonly header: string;
  readonly body: Buffer;
  /** `footer`, `skipped: reason`, or `refused: reason` where it was not even tried. */
  readonly result: string;
  /** Bytes that the editor passed on as they were, up to its first new byte. */
  readonly kept: number;
}

/** How a leaf is given to the footer's editor. */
export interface EditOptions {
  /** The body in pieces; one piece when left out. They are overwritten. */
  readonly pieces?: Iterable<Buffer>;
  readonly chunkSize?: number;
  readonly heldBytes?: number;
  /** The leaf is the only child of a multipart/mixed. */
  readonly child?: boolean;
}

/** Put a footer into one leaf, without a message around it. */
export function editLeaf(
  header: string,
  body: Buffer | string,
  footer: FooterOptions,
  options: EditOptions = {},
): EditedLeaf {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, 'latin1');
  const part = leafOf(header, options.child ?? false);
  const limits = { ...DEFAULT_LIMITS, heldBytes: options.heldBytes ?? DEFAULT_LIMITS.heldBytes };
  const plan = planLeaf(part, checkFooter(footer), limits, { changed: () => {}, skipped: () => {} });
  if (typeof plan === 'string')
    return { header, body: bytes, result: `refused: ${plan}`, kept: bytes.length };
  const out = new Collector(part);
  feed(options.pieces ?? chunksOf(bytes, options.chunkSize ?? 65_535), (piece) => plan.write(piece, out));
  plan.end(out);
  return {
    header: part.headers.toBuffer().toString('latin1'),
    body: Buffer.concat(out.blocks),
    result: out.result,
    kept: out.kept,
  };
}

/** Like the pipeline: a child's header goes on with the first byte of its content. */
class Collector implements RawOutput {
  readonly #part: MessagePart;
  readonly blocks: Buffer[] = [];
  result = 'nothing';
  kept = 0;
  #changed = false;

  constructor(part: MessagePart) {
    this.#part = part;
  }

  pass(bytes: Buffer): void {
    if (bytes.length > 0) this.#take(bytes);
    if (!this.#changed) this.kept += bytes.length;
  }

  put(bytes: Buffer): void {
    this.#changed = true;
    this.#take(bytes);
  }

  report(action: string, reason?: string): void {
    if (this.result !== 'nothing') throw new Error('a second report');
    this.result = reason === undefined ? action : `${action}: ${reason}`;
  }

  #take(bytes: Buffer): void {
    if (this.#part.depth > 1) this.#part.headers.freeze('the header is on its way');
    this.blocks.push(Buffer.from(bytes));
  }
}

function leafOf(header: string, child: boolean): MessagePart {
  const headers = HeaderList.parse(Buffer.from(header, 'latin1'));
  if (!child) return createRootPart(headers);
  const parent = createRootPart(
    HeaderList.parse(Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n')),
  );
  return new MessagePart({ parent, headers, separator: Buffer.from('\r\n') });
}

/** The decoded content, by an implementation that shares nothing with the editor's. */
export function decoded(encoding: string, body: Buffer): Buffer {
  const text = body.toString('latin1');
  if (encoding === 'base64') return Buffer.from(text.replace(/[\r\n]/g, ''), 'base64');
  if (encoding !== 'quoted-printable') return body;
  const unescaped = text
    .replace(/[ \t]+(?=\r?\n|$)/g, '')
    .replace(/=\r?(?:\n|$)/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(unescaped, 'latin1');
}

/** Content in a transfer encoding, as a sender would write it: lines of 76, or of `width`. */
export function encoded(encoding: string, content: Buffer, lineEnd = '\r\n', width = 76): Buffer {
  if (encoding === 'base64') {
    const lines = content.toString('base64').match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
    return Buffer.from(lines.join(lineEnd), 'latin1');
  }
  if (encoding !== 'quoted-printable') return content;
  const escaped = content.toString('latin1').replace(/[^\t\n\r -<>-~]|\r(?!\n)|[ \t](?=\r?\n|$)/g, escape);
  const lines = escaped
    .split(/\r?\n/)
    .map((line) => (line.match(/(?:=..|[^=]){1,24}/g) ?? ['']).join(`=${lineEnd}`));
  return Buffer.from(lines.join(lineEnd), 'latin1');
}

function escape(character: string): string {
  return `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
