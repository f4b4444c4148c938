import type { Part } from '../../core/mime/part.ts';
import {
  Base64Encoder,
  type ByteCoder,
  createDecoder,
  QuotedPrintableEncoder,
} from '../../core/mime/transfer/index.ts';
import { isIdentity } from '../../core/mime/content-type.ts';
import { LineBreaks } from './line-breaks.ts';

/** How a leaf is written anew. */
export interface LeafPlan {
  readonly type: string;
  /** Undefined: as the default, 7bit. */
  readonly encoding: string | undefined;
  /** From the content as it stands to the content as it is written. */
  createCoder(): ByteCoder;
}

/** In these a line end is no byte of its own. */
const WIDE_CHARSET = /^(?:utf-?16|utf-?32|ucs-?[24]|iso-10646-ucs|csunicode|csucs|unicode)/;
/** Nothing but 7bit, 8bit and binary may be written for these (RFC 2046 section 5.2). */
const NEVER_ENCODED = /^message\//;

/**
 * Decided by the header alone, so that it can go on before the content: text as quoted-printable, everything else as base64, and
 * what came in base64 in base64 again. Of messages about messages only the line ends are made regular.
 */
export function leafPlan(part: Part): LeafPlan {
  const isEntity = part.type.startsWith('multipart/') || /^message\/(?:rfc822|global)$/.test(part.type);
  // What could not be split is read as text by most, and must not be split by others.
  const type = isEntity ? 'text/plain' : part.type;
  const { transferEncoding } = part;
  if (NEVER_ENCODED.test(type) && isIdentity(transferEncoding)) {
    const encoding = part.headers.has('content-transfer-encoding') ? transferEncoding : undefined;
    return { type, encoding, createCoder: () => new LineBreaks() };
  }
  const isText = type.startsWith('text/') && !WIDE_CHARSET.test(part.charset ?? '');
  const hasLines = isText && (isIdentity(transferEncoding) || transferEncoding === 'quoted-printable');
  const finalLineEnd = part.parent === undefined;
  return {
    type,
    encoding: hasLines ? 'quoted-printable' : 'base64',
    createCoder() {
      // The message is refused where the encoding is not known.
      const decoder = createDecoder(transferEncoding)!;
      if (!hasLines) return chain(decoder, new Base64Encoder({ finalLineEnd }));
      return chain(new LineBreaks(), decoder, new QuotedPrintableEncoder({ finalLineEnd }));
    },
  };
}

/** Coders one behind the other. */
function chain(...coders: readonly ByteCoder[]): ByteCoder {
  return {
    write: (slice) => coders.reduce((bytes, coder) => coder.write(bytes), slice),
    end: () =>
      coders.reduce((bytes, coder) => {
        const first = Buffer.from(coder.write(bytes));
        return Buffer.concat([first, coder.end()]);
      }, Buffer.alloc(0)),
  };
}
