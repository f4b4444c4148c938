import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../src/base/errors.ts';
import { DEFAULT_MAX_PACKET, FrameDecoder, STREAMED_COMMANDS } from '../../src/protocol/frame-decoder.ts';
import type { FrameDecoderOptions } from '../../src/protocol/frame-decoder.ts';
import { packet, u32 } from './wire.ts';

/** Writes down what a decoder finds; body slices are joined. */
function listen(options: FrameDecoderOptions = { streamed: STREAMED_COMMANDS }) {
  const found: string[] = [];
  let body = '';
  const decoder = new FrameDecoder(
    {
      packet: (code, buffer, start, end) =>
        found.push(`${String.fromCharCode(code)} ${buffer.toString('latin1', start, end)}`),
      bodyBegin: (code, length) => {
        found.push(`begin ${String.fromCharCode(code)} ${length}`);
        body = '';
      },
      bodySlice: (slice) => {
        expect(slice.length).toBeGreaterThan(0);
        body += slice.toString('latin1');
      },
      bodyEnd: (code) => found.push(`end ${String.fromCharCode(code)} ${body}`),
    },
    options,
  );
  return { decoder, found };
}

const STREAM = Buffer.concat([
  packet('O', 6, 1, 2),
  packet('D', 'M'),
  packet('T'),
  packet('B', 'some body'),
  packet('B'),
  packet('L', 'Subject\0', 'x\0'),
  packet('E'),
  packet('E', 'tail'),
  packet('Q'),
]);
const FOUND = [
  'O \0\0\0\x06\0\0\0\x01\0\0\0\x02',
  'D M',
  'T ',
  'begin B 9',
  'end B some body',
  'begin B 0',
  'end B ',
  'L Subject\0x\0',
  'begin E 0',
  'end E ',
  'begin E 4',
  'end E tail',
  'Q ',
];

describe('FrameDecoder', () => {
  it('finds all packets of one chunk', () => {
    const { decoder, found } = listen();
    expect(decoder.push(STREAM)).toBe(STREAM.length);
    expect(found).toEqual(FOUND);
  });

  it('finds the same at every split point', () => {
    for (let split = 0; split <= STREAM.length; split++) {
      const { decoder, found } = listen();
      decoder.push(STREAM.subarray(0, split));
      decoder.push(STREAM.subarray(split));
      expect(found, `split at ${split}`).toEqual(FOUND);
      expect(decoder.heldBytes).toBe(0);
    }
  });

  it.each([1, 2, 7, 4096])('finds the same in chunks of %d bytes', (size) => {
    const { decoder, found } = listen();
    for (let at = 0; at < STREAM.length; at += size) {
      const chunk = Buffer.from(STREAM.subarray(at, at + size));
      decoder.push(chunk);
      chunk.fill(0xee);
    }
    expect(found).toEqual(FOUND);
  });

  it('does not copy a packet that is whole in one chunk', () => {
    const seen: Buffer[] = [];
    const decoder = new FrameDecoder({
      packet: (_code, buffer) => seen.push(buffer),
      bodyBegin: () => {},
      bodySlice: () => {},
      bodyEnd: () => {},
    });
    decoder.push(STREAM);
    expect(seen.every((buffer) => buffer === STREAM)).toBe(true);
    expect(seen.length).toBeGreaterThan(0);
  });

  it('gathers long packets in chunks of 65535 bytes', () => {
    const value = 'v'.repeat(1024 * 1024);
    const bytes = packet('L', 'X\0', value, '\0');
    const { decoder, found } = listen();
    for (let at = 0; at < bytes.length; at += 65535) decoder.push(bytes.subarray(at, at + 65535));
    expect(found).toEqual([`L X\0${value}\0`]);
  });

  it('stops where it is paused and goes on from there', () => {
    const found: string[] = [];
    const decoder: FrameDecoder = new FrameDecoder({
      packet: (code) => {
        found.push(String.fromCharCode(code));
        decoder.pause();
      },
      bodyBegin: () => {},
      bodySlice: () => {},
      bodyEnd: () => {},
    });
    const bytes = Buffer.concat([packet('H', 'a\0'), packet('T'), packet('N')]);
    const first = decoder.push(bytes);
    expect([first, found]).toEqual([7, ['H']]);
    const second = decoder.push(bytes, first);
    expect([second, found]).toEqual([12, ['H', 'T']]);
    expect(decoder.push(bytes, second)).toBe(bytes.length);
    expect(found).toEqual(['H', 'T', 'N']);
  });
});

describe('lengths', () => {
  it.each([
    ['length 0', u32(0)],
    ['one byte too many', u32(DEFAULT_MAX_PACKET + 2)],
    ['4 GiB', u32(0xffffffff)],
    ['HTTP', Buffer.from('GET ')],
    ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02])],
    ['SMTP', Buffer.from('EHLO')],
  ])('refuses %s from the four bytes alone, at every split', (_name, bytes) => {
    for (let split = 0; split <= 4; split++) {
      const { decoder, found } = listen();
      expect(() => {
        decoder.push(bytes.subarray(0, split));
        decoder.push(bytes.subarray(split));
      }).toThrow(expect.objectContaining({ code: 'MILLRACE_FRAME_LENGTH' }));
      expect(() => listen().decoder.push(Buffer.concat([bytes, Buffer.from('Xabc')]))).toThrow(MillraceError);
      expect(found).toEqual([]);
    }
  });

  it('takes exactly the cap', () => {
    const { decoder, found } = listen({ maxPacket: 3 });
    decoder.push(packet('H', 'abc'));
    expect(found).toEqual(['H abc']);
    expect(() => decoder.push(packet('H', 'abcd'))).toThrow(MillraceError);
  });

  it('refuses a streamed packet above the cap as well', () => {
    const { decoder } = listen({ streamed: STREAMED_COMMANDS, maxPacket: 3 });
    expect(() => decoder.push(packet('B', 'abcd'))).toThrow(MillraceError);
  });

  it('allocates by what arrives, not by what is declared', () => {
    const { decoder } = listen({ maxPacket: 64 * 1024 * 1024 });
    decoder.push(Buffer.concat([u32(64 * 1024 * 1024), Buffer.from('L')]));
    expect(decoder.heldBytes).toBe(0);
    decoder.push(Buffer.from('x'));
    expect(decoder.heldBytes).toBeLessThanOrEqual(4096);
    const part = Buffer.alloc(10_000);
    for (let sent = 1; sent < 500_000; sent += part.length) {
      decoder.push(part);
      expect(decoder.heldBytes).toBeLessThanOrEqual(2 * (sent + part.length) + 4096);
    }
  });

  it('holds nothing of a streamed packet', () => {
    const { decoder } = listen();
    decoder.push(Buffer.concat([u32(1_000_001), Buffer.from('B')]));
    for (let i = 0; i < 10; i++) {
      decoder.push(Buffer.alloc(50_000));
      expect(decoder.heldBytes).toBe(0);
    }
  });
});

/** What a decoder with a small cap finds, its error included. */
function run(chunks: readonly Buffer[]): string[] {
  const { decoder, found } = listen({ streamed: STREAMED_COMMANDS, maxPacket: 20 });
  try {
    for (const chunk of chunks) decoder.push(chunk);
  } catch (error) {
    expect(error).toBeInstanceOf(MillraceError);
    found.push((error as MillraceError).code);
  }
  return found;
}

it('property: any bytes at any chunking end the same way', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .array(fc.tuple(fc.constantFrom('B', 'E', 'L', 'D', 'x'), fc.uint8Array({ maxLength: 12 })), {
        maxLength: 8,
      })
      .map((list) => Buffer.concat(list.map(([code, payload]) => packet(code, Buffer.from(payload))))),
  );
  fc.assert(
    fc.property(
      bytes,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
      (input, sizes) => {
        const whole = run([Buffer.from(input)]);
        const pieces: Buffer[] = [];
        for (let at = 0, i = 0; at < input.length; i++) {
          const size = sizes[i % sizes.length];
          pieces.push(Buffer.from(input.subarray(at, at + size)));
          at += size;
        }
        expect(run(pieces)).toEqual(whole);
      },
    ),
  );
});
