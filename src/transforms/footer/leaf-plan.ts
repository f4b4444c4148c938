import { isAscii } from 'node:buffer';
import { canonicalCharset } from '../../core/mime/charset/index.ts';
import type { Limits } from '../../core/limits.ts';
import type { Part } from '../../core/mime/part.ts';
import type { RawEditor } from '../../core/verbs.ts';
import { inBlocks } from './block-editor.ts';
import { ConvertEditor, type Conversion } from './convert-editor.ts';
import { HoldingEditor, type HeldEditor } from './holding-editor.ts';
import { HtmlEditor } from './html-editor.ts';
import { LeafContent, type LineEnd } from './leaf-content.ts';
import { LeafHeader, type Relabel } from './leaf-header.ts';
import type { LeafJob } from './leaf-job.ts';
import type { Footer } from './options.ts';
import type { SkipReason } from './skip-reason.ts';
import { CharsetReader, decodeStrictly, takesAscii } from './text-charset.ts';
import { TextEditor } from './text-editor.ts';

/** What {@link planLeaf} is to call. */
export interface LeafEvents {
  /** The part is not what it was, nearly always because the footer is in. */
  changed(): void;
  /** The part stays as it is. */
  skipped(reason: SkipReason): void;
}

const ENCODINGS = new Set(['7bit', '8bit', 'binary', 'quoted-printable', 'base64']);
/** Ambiguities that leave open what the content is, or where it begins. */
const OPEN = new Set([
  'duplicate-content-type',
  'duplicate-transfer-encoding',
  'duplicate-parameter',
  'malformed-transfer-encoding',
  'invalid-content-type',
  'header-cut-off',
  'header-too-long',
]);
/** Decoded bytes that are remembered beside twice the footer: blank lines and the like behind a footer that is there. */
const REMEMBERED = 256;

/**
 * How to put the footer into a text/plain or text/html leaf, or why not. What can be known from its header is decided
 * here; the rest, by the editor.
 */
export function planLeaf(
  part: Part,
  footer: Footer,
  limits: Readonly<Limits>,
  events: LeafEvents,
): RawEditor | SkipReason {
  if (part.ambiguities.some(({ code }) => OPEN.has(code))) return 'ambiguous';
  if (!ENCODINGS.has(part.transferEncoding)) return 'unknown-encoding';
  const label = part.charset ?? 'us-ascii';
  const charset = canonicalCharset(label);
  // An x- label is private: what it means is between its sender and the receiver (RFC 2046 section 4.1.2).
  if (charset === undefined || label.startsWith('x-')) return 'unknown-charset';
  const plan = part.type === 'text/html' ? planHtml(charset, footer) : planText(part, charset, footer);
  if (typeof plan === 'string') return plan;
  const header = new LeafHeader(part, plan.relabel);
  const job: LeafJob = {
    part,
    content: new LeafContent(part, new CharsetReader(charset), 2 * plan.encode('\r\n').length + REMEMBERED),
    header,
    footer: plan.encode,
    flowed: isFlowed(part),
    heldBytes: limits.heldBytes,
    ...events,
  };
  if (plan.conversion !== undefined) return inBlocks(new ConvertEditor(job, plan.conversion));
  const editor = part.type === 'text/html' ? new HtmlEditor(job) : new TextEditor(job);
  return inBlocks(header.early ? held(editor, header, limits) : editor);
}

/** Bytes of the footer, and what has to be changed about the part to take them. */
interface Plan {
  readonly encode: (lineEnd: LineEnd) => Buffer;
  readonly relabel?: Relabel;
  readonly conversion?: Conversion;
}

/** HTML footers are ASCII, so that every charset takes them. */
function planHtml(charset: string, footer: Footer): Plan | SkipReason {
  if (!takesAscii(charset)) return 'unknown-charset';
  return { encode: (lineEnd) => footer.htmlIn[lineEnd] };
}

function planText(part: Part, charset: string, footer: Footer): Plan | SkipReason {
  const flowed = isFlowed(part);
  // That it can be encoded does not depend on the line ends, and UTF-8 holds everything.
  const encodeIn = (name: string) => (lineEnd: LineEnd) => footer.text.encoded(name, flowed, lineEnd)!;
  const encoding = part.transferEncoding;
  const bytes = takesAscii(charset) ? footer.text.encoded(charset, flowed, '\r\n') : undefined;
  if (bytes !== undefined) {
    if (encoding !== '7bit' || isAscii(bytes)) return { encode: encodeIn(charset) };
    return {
      encode: encodeIn(charset),
      relabel: { encoding: 'quoted-printable' },
      conversion: { encoding: 'quoted-printable', streams: true },
    };
  }
  // ASCII is UTF-8 already: a new label is enough, if the encoding takes all bytes.
  const ascii = charset === 'us-ascii';
  if (ascii && encoding !== '7bit') return { encode: encodeIn('utf-8'), relabel: { charset: 'utf-8' } };
  if (charset === 'utf-7') return 'unknown-charset';
  if (!ascii && footer.onUnrepresentable === 'skip') return 'not-representable';
  const target = encoding === 'base64' ? 'base64' : 'quoted-printable';
  const convert = (content: Buffer): Buffer | undefined => {
    const text = decodeStrictly(content, charset);
    return text === undefined ? undefined : Buffer.from(text.replace(/^\ufeff/, ''), 'utf8');
  };
  return {
    encode: encodeIn('utf-8'),
    relabel: { charset: 'utf-8', ...(target === encoding ? {} : { encoding: target }) },
    // A root's charset can be written when everything has been seen; that of another part stands in front of it.
    conversion: {
      encoding: target,
      ...(ascii ? { streams: part.depth === 1 } : { streams: false, convert }),
    },
  };
}

/** A part header that has to change goes on in front of the content, so that has to wait until it is decided. */
function held(editor: TextEditor | HtmlEditor, header: LeafHeader, limits: Readonly<Limits>): HeldEditor {
  return new HoldingEditor(editor, limits.heldBytes, (output) => {
    if (header.relabels) editor.skip('too-long', output);
    // A checksum of the old content may go, whether there is a footer in the end or not.
    else header.apply();
  });
}

function isFlowed(part: Part): boolean {
  return part.type === 'text/plain' && part.parameters.get('format')?.toLowerCase() === 'flowed';
}
