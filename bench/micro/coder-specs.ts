import iconv from 'iconv-lite';
import * as libbase64 from 'libbase64';
import * as libqp from 'libqp';
import { createTextDecoder, createTextEncoder } from '../../src/core/mime/charset/index.ts';
import { createDecoder, createEncoder } from '../../src/core/mime/transfer/index.ts';
import { prose } from '../load/messages.ts';
import { inChunks, pump, randomBytes } from './streams.ts';
import type { MicroSpec, Subject } from './subject.ts';

const MIB = 1024 * 1024;

/** Quoted-printable as HTML in it looks: some lines with escapes, most without. */
const QP_LINES = (words: string): string => `<p class=3D"x">${words.slice(0, 50)} =\r\n=C3=A9t=C3=A9</p>`;

/** A coder that takes bytes and gives bytes, against a Node stream of a library. */
function byteCoder(
  name: string,
  title: string,
  what: string,
  make: () => Buffer,
  ours: () => { write(slice: Buffer): Buffer; end(): Buffer },
  library: string,
  theirs: () => import('node:stream').Transform,
): MicroSpec {
  return {
    name,
    title,
    sizes: `1 MiB of ${what} in pieces of 64 KiB; an event is a piece`,
    bytes: MIB,
    events: 16,
    subjects: ['millrace', library],
    create(subject): Subject {
      const chunks = inChunks(make().subarray(0, MIB));
      if (subject !== 'millrace')
        return {
          name: subject,
          title: subject,
          async run() {
            const stream = theirs();
            await pump(stream, stream, chunks);
          },
        };
      return {
        name: subject,
        title: 'Millrace',
        run() {
          const coder = ours();
          let bytes = 0;
          for (const chunk of chunks) bytes += coder.write(chunk).length;
          bytes += coder.end().length;
          if (bytes < MIB / 2) throw new Error(`${bytes} bytes came out`);
        },
      };
    },
  };
}

/** A text decoder or encoder, against iconv-lite alone, which checks nothing. */
function charset(label: string, text: string): MicroSpec[] {
  const bytes = iconv.encode(text.repeat(Math.ceil(MIB / text.length)), label).subarray(0, MIB);
  const texts = inChunks(bytes).map((chunk) => iconv.decode(chunk, label));
  const size = `1 MiB of ${label} in pieces of 64 KiB; an event is a piece`;
  const base = { bytes: MIB, events: 16, sizes: size, subjects: ['millrace', 'iconv-lite'] };
  return [
    {
      ...base,
      name: `decode-${label}`,
      title: `${label} to text`,
      create(name) {
        const chunks = inChunks(bytes);
        return {
          name,
          title: name === 'millrace' ? 'Millrace' : name,
          run() {
            const decoder = name === 'millrace' ? createTextDecoder(label)! : iconv.getDecoder(label);
            let length = 0;
            for (const chunk of chunks) length += decoder.write(chunk).length;
            length += decoder.end()?.length ?? 0;
            if (length < MIB / 4) throw new Error(`${length} characters came out`);
          },
        };
      },
    },
    {
      ...base,
      name: `encode-${label}`,
      title: `text to ${label}`,
      create: (name) => ({
        name,
        title: name === 'millrace' ? 'Millrace' : name,
        run() {
          const encoder = name === 'millrace' ? createTextEncoder(label)! : iconv.getEncoder(label);
          let length = 0;
          for (const piece of texts) length += encoder.write(piece).length;
          length += encoder.end()?.length ?? 0;
          if (length < MIB / 4) throw new Error(`${length} bytes came out`);
        },
      }),
    },
  ];
}

const base64Lines = (): Buffer =>
  Buffer.from(randomBytes(MIB).toString('base64').replace(/.{76}/g, '$&\r\n'), 'latin1');

export const CODER_SPECS: readonly MicroSpec[] = [
  byteCoder(
    'base64-decode',
    'base64 decoder',
    'base64 in lines',
    base64Lines,
    () => createDecoder('base64')!,
    'libbase64',
    () => new libbase64.Decoder(),
  ),
  byteCoder(
    'base64-encode',
    'base64 encoder',
    'binary data',
    () => randomBytes(MIB),
    () => createEncoder('base64'),
    'libbase64',
    () => new libbase64.Encoder(),
  ),
  byteCoder(
    'qp-decode',
    'quoted-printable decoder',
    'HTML in quoted-printable',
    () => Buffer.from(prose(MIB, QP_LINES), 'latin1'),
    () => createDecoder('quoted-printable')!,
    'libqp',
    () => new libqp.Decoder(),
  ),
  byteCoder(
    'qp-encode',
    'quoted-printable encoder',
    'UTF-8 text with some accents',
    () =>
      Buffer.from(
        prose(MIB, (words) => `${words.slice(0, 60)} \u00e9t\u00e9`),
        'utf8',
      ),
    () => createEncoder('quoted-printable'),
    'libqp',
    () => new libqp.Encoder(),
  ),
  ...charset('utf-8', 'Les \u00e9t\u00e9s chauds, \u65e5\u672c\u8a9e, and plain words\r\n'),
  ...charset('windows-1252', 'Les \u00e9t\u00e9s chauds \u20ac, and plain words\r\n'),
  ...charset('shift_jis', '\u65e5\u672c\u8a9e\u306e\u6587, and plain words\r\n'),
];
