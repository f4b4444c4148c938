import { readFileSync } from 'node:fs';
import type { LoadMessage } from './job.ts';

const LINE = 78;
/** Lines that repeat, in a message that is made up. */
const LINES = 1024;
/** More than any body chunk. */
const LONGEST_SLICE = 65_536;

/** A header field as on the wire: the value without the blank behind the colon, folds as LF. */
interface SourceField {
  readonly name: string;
  readonly value: string;
}

/** A message that can be sent any number of times: its fields, and slices of its body without copying it. */
export interface MessageSource {
  readonly fields: readonly SourceField[];
  readonly bodyBytes: number;
  /** The body from `at` on, `length` bytes of it in one or more slices. */
  slices(at: number, length: number): readonly Buffer[];
}

/** A source for a message. */
export function openMessage(message: LoadMessage): MessageSource {
  return 'path' in message ? fromFile(message.path) : madeUp(message.kind, message.bytes);
}

function fromFile(path: string): MessageSource {
  const file = readFileSync(path);
  const end = file.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`${path}: no blank line with CRLF behind a header`);
  const body = file.subarray(end + 4);
  return {
    fields: parseFields(file.toString('latin1', 0, end)),
    bodyBytes: body.length,
    slices: (at, length) => [body.subarray(at, at + length)],
  };
}

function parseFields(block: string): SourceField[] {
  return block
    .split(/\r\n(?![ \t])/)
    .map((field) => /^([^:]+): ?([^]*)$/.exec(field))
    .filter((match) => match !== null)
    .map(([, name, value]) => ({ name, value: value.replaceAll('\r\n', '\n') }));
}

/** A text, or a short text with an attachment in base64, whose body has so many bytes. */
function madeUp(kind: 'text' | 'mixed', bytes: number): MessageSource {
  const isMixed = kind === 'mixed';
  const front = Buffer.from(isMixed ? MIXED_FRONT : '', 'latin1');
  const back = Buffer.from(isMixed ? MIXED_BACK : '', 'latin1');
  const content = Math.max(0, bytes - front.length - back.length);
  const pattern = makePattern(isMixed ? BASE64 : WORDS);
  const regions = [
    { length: front.length, take: (at: number, length: number) => front.subarray(at, at + length) },
    {
      length: content,
      take: (at: number, length: number) => pattern.subarray(at % PERIOD, (at % PERIOD) + length),
    },
    { length: back.length, take: (at: number, length: number) => back.subarray(at, at + length) },
  ];
  return {
    fields: [
      { name: 'From', value: '<from@example.org>' },
      { name: 'To', value: '<to@example.org>' },
      { name: 'Subject', value: `made up, ${bytes} bytes` },
      { name: 'Message-ID', value: '<made-up@example.org>' },
      { name: 'MIME-Version', value: '1.0' },
      {
        name: 'Content-Type',
        value: isMixed ? `multipart/mixed; boundary="${BOUNDARY}"` : 'text/plain; charset=utf-8',
      },
    ],
    bodyBytes: front.length + content + back.length,
    slices(at, length) {
      const slices: Buffer[] = [];
      let from = at;
      let left = length;
      for (const region of regions) {
        const taken = Math.min(left, region.length - from);
        if (taken > 0) {
          slices.push(region.take(from, taken));
          left -= taken;
        }
        from = Math.max(0, from - region.length);
      }
      return slices;
    },
  };
}

const PERIOD = LINE * LINES;
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const WORDS = 'etaoin shrdlu cmfwyp vbgkqj xz  ';
const BOUNDARY = '=_made_up';
const MIXED_FRONT = [
  `--${BOUNDARY}`,
  'Content-Type: text/plain; charset=utf-8',
  '',
  'See the attachment.',
  `--${BOUNDARY}`,
  'Content-Type: application/octet-stream; name=data.bin',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename=data.bin',
  '',
  '',
].join('\r\n');
const MIXED_BACK = `\r\n--${BOUNDARY}--\r\n`;

/** Lines of 76 letters, the same on every run, with one slice's length of the beginning behind them again. */
function makePattern(letters: string): Buffer {
  const pattern = Buffer.allocUnsafe(PERIOD + LONGEST_SLICE);
  let random = 12_345;
  for (let at = 0; at < PERIOD; at++) {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    const column = at % LINE;
    if (column === LINE - 2) pattern[at] = 0x0d;
    else if (column === LINE - 1) pattern[at] = 0x0a;
    else pattern[at] = letters.charCodeAt((random >>> 16) % letters.length);
  }
  pattern.copy(pattern, PERIOD, 0, LONGEST_SLICE);
  return pattern;
}
