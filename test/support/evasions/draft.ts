import { toBase64, toQuoted } from '../transfer-encoders.ts';

/** What an evasion may alter about a message; each is text of one byte a character. */
export interface Draft {
  /** Fields of the message, with line ends. */
  fields: string;
  /** The field of the message's type. */
  rootType: string;
  rootEncoding: string;
  /** Between the message's header and the first delimiter. */
  preamble: string;
  /** The part in front of the attachment. */
  text: string;
  /** The boundary that delimiters are made of. */
  boundary: string;
  /** The delimiter in front of the attachment, with its line end; that in front of it comes first. */
  delimiter: string;
  /** The closing delimiter and what is behind it. */
  close: string;
  /** The header of the attachment. */
  type: string;
  encoding: string;
  disposition: string;
  /** Its blank line. */
  gap: string;
  /** The bytes of the attachment. */
  payload: Buffer;
  /** How they are written. */
  encode: (payload: Buffer) => string;
  /** What is done to that afterwards. */
  mangle: (encoded: string) => string;
  /** What is done to the attachment, header and content. */
  wrap: (entity: string) => string;
  /** Set where the message is not a multipart with the attachment in it. */
  compose: ((entity: string) => string) | undefined;
  /** What is done to the message as a whole. */
  finish: (message: string) => string;
}

/** Alters a draft; the name of the attachment is for fields that have it. */
export type Evasion = (draft: Draft, name: string) => void;

export const CTE = 'Content-Transfer-Encoding';
export const TEXT = 'Content-Type: text/plain\r\n\r\none\r\n';

/** The message that evasions leave behind them. */
export function draw(evasions: readonly Evasion[], payload: Buffer, name: string): string {
  const draft: Draft = {
    fields: 'From: a@example.org\r\nTo: b@example.net\r\nMIME-Version: 1.0\r\n',
    rootType: 'Content-Type: multipart/mixed; boundary="B"\r\n',
    rootEncoding: '',
    preamble: '',
    text: TEXT,
    boundary: 'B',
    delimiter: '--B\r\n',
    close: '--B--\r\n',
    type: `Content-Type: application/octet-stream; name="${name}"\r\n`,
    encoding: `${CTE}: base64\r\n`,
    disposition: `Content-Disposition: attachment; filename="${name}"\r\n`,
    gap: '\r\n',
    payload,
    encode: toBase64,
    mangle: (text) => text,
    wrap: (text) => text,
    compose: undefined,
    finish: (text) => text,
  };
  for (const evasion of evasions) evasion(draft, name);
  const content = draft.mangle(draft.encode(draft.payload));
  const entity = draft.wrap(`${draft.type}${draft.encoding}${draft.disposition}${draft.gap}${content}`);
  return draft.finish(draft.compose?.(entity) ?? multipart(draft, entity));
}

function multipart(draft: Draft, entity: string): string {
  const { boundary, preamble, text, delimiter, close, rootEncoding } = draft;
  const body = `${preamble}--${boundary}\r\n${text}${delimiter}${entity}${close}`;
  let encoded = body;
  if (rootEncoding !== '') {
    const bytes = Buffer.from(body, 'latin1');
    encoded = rootEncoding.includes('base64') ? toBase64(bytes) : toQuoted(bytes);
  }
  return `${draft.fields}${draft.rootType}${rootEncoding}\r\n${encoded}`;
}
