import { boundaryParameter, makeBoundary } from './boundary.ts';
import { encoded, inCharset, makeContent } from './contents.ts';
import {
  charsetParameter,
  nameParameter,
  ODD_ENCODINGS,
  spoiledLines,
  TRANSFER_ENCODINGS,
} from './fields.ts';
import { makeKnownMail } from './known-mail.ts';
import type { Random } from './random.ts';

const MULTIPARTS = [
  'mixed',
  'mixed',
  'alternative',
  'related',
  'digest',
  'signed',
  'encrypted',
  'report',
  'x-odd',
];
const LEAVES = [
  'text/plain',
  'text/plain',
  'text/html',
  'text/html',
  'application/octet-stream',
  'application/pdf',
  'image/png',
  'application/pgp-signature',
  'application/pkcs7-mime',
  'message/partial; id=x; number=1; total=2',
  'message/external-body; access-type=URL; URL="http://example.org/a.exe"',
  'message/delivery-status',
  'TEXT/Plain',
  'text',
  'multipart/mixed',
];

/** Deeper ones come from splicing and repeating. */
const MAX_DEPTH = 6;

/**
 * Makes messages as mail programs build them, of parts in parts, and goes wrong here and there: every line has
 * its chance to be the odd one. Texts are latin1 "binary" strings.
 */
class MessageMaker {
  readonly #random: Random;
  /** Parts that may still be made, so that messages stay small. */
  #room: number;

  constructor(random: Random) {
    this.#random = random;
    this.#room = 1 + random.below(12);
  }

  message(outer: readonly string[]): string {
    const random = this.#random;
    const fields = ['From: a@example.org', 'To: b@example.net', 'Subject: =?utf-8?Q?hello?='];
    if (random.chance(8)) fields.push('Auto-Submitted: auto-replied');
    if (random.chance(88)) fields.push('MIME-Version: 1.0');
    return this.#entity(outer, fields);
  }

  #entity(outer: readonly string[], fields: readonly string[] = []): string {
    const random = this.#random;
    const goesOn = this.#room-- > 0 && outer.length < MAX_DEPTH;
    if (goesOn && random.chance(outer.length === 0 ? 80 : 35)) return this.#multipart(outer, fields);
    if (goesOn && random.chance(15)) return this.#attachedMessage(outer, fields);
    return this.#leaf(fields);
  }

  #multipart(outer: readonly string[], fields: readonly string[]): string {
    const random = this.#random;
    const boundary = makeBoundary(random, outer);
    const subtype = random.pick(MULTIPARTS);
    const protocol = subtype === 'signed' ? '; protocol="application/pgp-signature"; micalg=pgp-sha256' : '';
    const type = `Content-Type: multipart/${subtype}${protocol}${boundaryParameter(random, boundary)}`;
    const encoding = random.chance(6)
      ? [`Content-Transfer-Encoding: ${random.pick(TRANSFER_ENCODINGS)}`]
      : [];
    return this.#header([...fields, type, ...encoding]) + this.#multipartBody([...outer, boundary]);
  }

  #multipartBody(boundaries: readonly string[]): string {
    const random = this.#random;
    const lines: string[] = [];
    if (random.chance(30)) lines.push(this.#outside());
    const count = random.pick([0, 1, 1, 2, 2, 2, 3, 4]);
    for (let i = 0; i < count; i++) lines.push(this.#delimiter(boundaries, ''), this.#entity(boundaries));
    if (random.chance(85)) lines.push(this.#delimiter(boundaries, '--'));
    if (random.chance(8)) lines.push(this.#delimiter(boundaries, ''), this.#entity(boundaries));
    if (random.chance(30)) lines.push(this.#outside());
    else if (random.chance(80)) lines.push('');
    return lines.join('\r\n');
  }

  #delimiter(boundaries: readonly string[], close: string): string {
    const random = this.#random;
    const line = `--${boundaries.at(-1)!}${close}`;
    if (random.chance(88)) return line;
    return random.pick([
      ` ${line}`,
      `\t${line}`,
      `text\r${line}`,
      `${line} `,
      `${line}\t \t`,
      `${line}junk`,
      `${line}--`,
      `${line}\r`,
      `${line} `.padEnd(1010),
      line.slice(1),
      line.toUpperCase(),
      `${line}\r\n${line}`,
      `--${random.pick(boundaries)}${close}`,
      `\0${line}`,
    ]);
  }

  /** A preamble or an epilogue. */
  #outside(): string {
    return makeContent(this.#random, 'text/plain');
  }

  #attachedMessage(outer: readonly string[], fields: readonly string[]): string {
    const random = this.#random;
    const type = random.pick(['message/rfc822', 'message/rfc822; name=letter.eml', 'message/global']);
    const inner = this.message(outer);
    if (random.chance(75)) return this.#header([...fields, `Content-Type: ${type}`]) + inner;
    const encoding = random.pick(TRANSFER_ENCODINGS);
    return (
      this.#header([...fields, `Content-Type: ${type}`, `Content-Transfer-Encoding: ${encoding}`]) +
      encoded(random, inner, encoding)
    );
  }

  #leaf(fields: readonly string[]): string {
    const random = this.#random;
    const type = random.pick(LEAVES);
    const all = [...fields];
    if (random.chance(88)) {
      const name = random.chance(25) ? nameParameter(random, 'name') : '';
      all.push(`Content-Type: ${type}${type.startsWith('text') ? charsetParameter(random) : ''}${name}`);
    }
    const encoding = random.chance(85) ? random.pick(TRANSFER_ENCODINGS) : random.pick(ODD_ENCODINGS);
    if (random.chance(70)) all.push(`Content-Transfer-Encoding: ${encoding}`);
    if (random.chance(30)) {
      const disposition = random.pick(['attachment', 'inline', 'ATTACHMENT', 'form-data', '']);
      all.push(`Content-Disposition: ${disposition}${nameParameter(random, 'filename')}`);
    }
    const content = inCharset(random, makeContent(random, type.toLowerCase()), all.join());
    return this.#header(all) + (random.chance(90) ? encoded(random, content, encoding) : content);
  }

  /** A header with what ends it: nearly always a blank line. */
  #header(fields: readonly string[]): string {
    const random = this.#random;
    const lines = random.chance(15) ? random.shuffled(fields) : [...fields];
    if (random.chance(6) && lines.length > 0) lines.push(random.pick(lines));
    while (random.chance(8)) lines.splice(random.below(lines.length + 1), 0, spoiledLines(random));
    const block = lines.map((line) => `${line}\r\n`).join('');
    if (random.chance(94)) return `${block}\r\n`;
    return random.pick([
      block,
      `${block} \r\n`,
      block.slice(0, random.below(block.length)),
      `${block}\r`,
      '',
    ]);
  }
}

/** Line ends as they are, or in the style of other systems and of broken programs. */
function withLineEnds(random: Random, text: string): string {
  if (random.chance(65)) return text;
  const ends = random.pick([
    ['\n'],
    ['\r\n', '\n'],
    ['\r\n', '\r\n', '\r\n', '\r'],
    ['\r\n', '\n', '\r', '\r\r\n'],
  ]);
  return text.replace(/\r\n/g, () => random.pick(ends));
}

/** A message that no other part of the fuzzer has seen yet. */
export function makeMessage(random: Random): Buffer {
  const text = random.chance(20) ? makeKnownMail(random) : new MessageMaker(random).message([]);
  return Buffer.from(withLineEnds(random, text), 'latin1');
}
