import { normalizedNames } from '../../src/core/mime/index.ts';
import { createDecoder } from '../../src/core/mime/transfer/index.ts';
import { splitMessage } from './corpus.ts';
import { scan } from './scan.ts';

/** A leaf as Millrace reads it. */
export interface Leaf {
  readonly type: string;
  readonly filename: string | undefined;
  /** Decoded; line ends of text as LF, and none at the end of one that is a root. */
  readonly content: string;
}

/** The leaves of a message in order, by Millrace's primary reading. */
export function leavesOf(message: Buffer): Leaf[] {
  const { header, body } = splitMessage(message);
  const { parts, content } = scan(header, [Buffer.from(body)]);
  return parts
    .filter(({ isLeaf }) => isLeaf)
    .map((part) => {
      // What cannot be split is text in a message that has been rewritten, and the content of none of them is decoded.
      const type = /^multipart\/|^message\/(?:rfc822|global)$/.test(part.type) ? 'text/plain' : part.type;
      const [filename] = normalizedNames([(part.filename ?? '').replace(/\p{Cc}/gu, '')]);
      const encoded = content.get(part.path) ?? Buffer.alloc(0);
      const isText = /^(?:text|message)\//.test(type);
      const decoded = decode(encoded, part.transferEncoding, isText);
      return {
        type,
        filename,
        content: part.parent === undefined && isText ? decoded.replace(/\n+$/, '') : decoded,
      };
    });
}

function decode(encoded: Buffer, encoding: string, isText: boolean): string {
  const decoder = createDecoder(encoding);
  if (decoder === undefined) return encoded.toString('latin1');
  const hasLines = isText && encoding !== 'base64';
  // Line ends of quoted-printable are in its encoded form.
  const bytes = hasLines ? Buffer.from(withLf(encoded.toString('latin1')), 'latin1') : encoded;
  const text = Buffer.concat([Buffer.from(decoder.write(bytes)), decoder.end()]).toString('latin1');
  return isText ? withLf(text) : text;
}

function withLf(text: string): string {
  return text.replace(/\r+\n?|\n/g, (run) => (run.endsWith('\n') ? '\n' : '\n'.repeat(run.length)));
}
