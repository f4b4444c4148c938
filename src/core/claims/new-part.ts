import { MillraceError } from '../../base/errors.ts';
import { HeaderList } from '../headers/header-list.ts';
import { MessagePart } from '../mime/message-part.ts';
import type { Part } from '../mime/part.ts';
import { Base64Encoder, type ByteCoder, QuotedPrintableEncoder } from '../mime/transfer/index.ts';
import type { NewPart } from '../verbs.ts';

/** A part that did not come with the message, and its content, encoded. */
export interface MadePart {
  readonly part: Part;
  readonly content: Buffer;
}

/** Fields that describe content (RFC 2045 and its relatives); those of a replaced part do not fit the new content. */
const CONTENT_FIELDS = /^content-|^(?:lines|x-attachment-id)$/;

/**
 * The part that an author describes, in the place of another: text as UTF-8 in quoted-printable, bytes in base64. In
 * place of a message's root the message's own header stays, but for what describes the content.
 */
export function makePart(place: Part, description: NewPart): MadePart {
  const isText = typeof description.content === 'string';
  const type = description.type ?? (isText ? 'text/plain' : 'application/octet-stream');
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(type)) {
    throw new MillraceError(
      'MILLRACE_VERB',
      `a new part's type must look like text/plain, not ${JSON.stringify(type)}`,
    );
  }
  const encoding = isText ? 'quoted-printable' : 'base64';
  const fields: [string, string][] = [
    ['Content-Type', isText ? `${type}; charset=utf-8` : type],
    ['Content-Transfer-Encoding', encoding],
    ['Content-Disposition', disposition(description)],
    ...Object.entries(description.headers ?? {}),
  ];
  const isRoot = place.parent === undefined || place.parent.isMessage;
  const headers = isRoot ? place.headers : HeaderList.parse(Buffer.alloc(0));
  if (isRoot) {
    const old = new Set<string>();
    for (const field of headers) if (CONTENT_FIELDS.test(field.lowerName)) old.add(field.lowerName);
    for (const [name] of fields) old.delete(name.toLowerCase());
    for (const name of old) headers.delete(name);
    if (!headers.has('MIME-Version')) headers.set('MIME-Version', '1.0');
  }
  for (const [name, value] of fields) headers.set(name, value);
  const separator = isRoot && place.separator.length > 0 ? place.separator : Buffer.from('\r\n');
  return {
    part: new MessagePart({
      parent: place.parent,
      index: place.index,
      delimiter: place.delimiter,
      headers,
      separator,
    }),
    content: encode(description.content, place.parent === undefined),
  };
}

/** Content as it stands in the message; a root must end with a line end, before a delimiter there is one already. */
function encode(content: string | Buffer, finalLineEnd: boolean): Buffer {
  if (typeof content !== 'string') return encodeWith(new Base64Encoder({ finalLineEnd }), content);
  const text = content.replaceAll(/\r\n?|\n/g, '\r\n');
  return encodeWith(
    new QuotedPrintableEncoder({ finalLineEnd }),
    Buffer.from(finalLineEnd ? text : text.replace(/\r\n$/, '')),
  );
}

function encodeWith(encoder: ByteCoder, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(encoder.write(bytes)), encoder.end()]);
}

function disposition({ disposition: type = 'inline', filename }: NewPart): string {
  if (filename === undefined) return type;
  if (/^[\x20-\x7e]*$/.test(filename) && !/["\\]/.test(filename)) return `${type}; filename="${filename}"`;
  return `${type}; filename*=utf-8''${percentEncode(filename)}`;
}

/** RFC 5987 value characters; a lone surrogate becomes U+FFFD on its way through UTF-8. */
function percentEncode(text: string): string {
  const wellFormed = Buffer.from(text).toString();
  return encodeURIComponent(wellFormed).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
