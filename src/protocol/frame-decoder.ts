import { MillraceError } from '../base/errors.ts';
import { COMMAND, REPLY } from './codes.ts';
import { FRAME_HEADER_BYTES } from './frame-encoder.ts';

/** Largest packet by default: 1 MiB of payload (the largest that can be negotiated) and some room. */
export const DEFAULT_MAX_PACKET = 1024 * 1024 + 4096;

/** Codes whose payload a filter takes while it is still arriving: BODY and BODYEOB. */
export const STREAMED_COMMANDS: readonly number[] = [COMMAND.BODY, COMMAND.END_OF_MESSAGE];

/** Codes whose payload an MTA takes while it is still arriving: REPLBODY. */
export const STREAMED_REPLIES: readonly number[] = [REPLY.REPLACE_BODY];

/** Who takes what a {@link FrameDecoder} finds. Every buffer is borrowed: it is valid until the call returns. */
export interface FrameSink {
  /** A whole packet; its payload is `buffer` from `start` to before `end`. */
  packet(code: number, buffer: Buffer, start: number, end: number): void;
  /** A streamed packet begins; `length` bytes of payload follow. */
  bodyBegin(code: number, length: number): void;
  /** Some bytes of the streamed packet, never none. */
  bodySlice(slice: Buffer): void;
  /** The streamed packet is complete. */
  bodyEnd(code: number): void;
}

/** How a {@link FrameDecoder} works. */
export interface FrameDecoderOptions {
  /** Codes of packets that are handed on while they arrive. Default: none. */
  streamed?: readonly number[];
  /** Largest payload in bytes, for every packet. Default 1 MiB and 4 KiB. */
  maxPacket?: number;
}

const SMALLEST_GATHER = 4096;

/**
 * Cuts a byte stream into milter packets, without I/O: bytes are pushed in, the sink is called. A packet that lies
 * whole in one chunk is not copied. One that is split is gathered in a buffer that grows with the bytes that have
 * really come, so a declared length costs nothing. Streamed packets are never gathered.
 */
export class FrameDecoder {
  readonly #sink: FrameSink;
  readonly #maxPacket: number;
  readonly #streamed = new Uint8Array(256);
  #headBytes = 0; // of the five before a payload
  #length = 0; // of the payload, once the first four of them are in
  #code = 0;
  #left = 0; // bytes of a streamed payload still to come
  #inBody = false;
  #gathered: Buffer | undefined; // a split packet, so far
  #gatheredBytes = 0;
  #isPaused = false;

  constructor(sink: FrameSink, options: FrameDecoderOptions = {}) {
    this.#sink = sink;
    this.#maxPacket = options.maxPacket ?? DEFAULT_MAX_PACKET;
    for (const code of options.streamed ?? []) this.#streamed[code] = 1;
  }

  /** Bytes that are held at this moment for a packet that is not complete; at most 4 KiB or twice what has arrived of it. */
  get heldBytes(): number {
    return this.#gathered?.length ?? 0;
  }

  /** From inside a sink call: make `push` return when that call is over. */
  pause(): void {
    this.#isPaused = true;
  }

  /**
   * Takes bytes from `start` on and returns how far it came: `chunk.length`, or less when the sink paused it. The
   * rest is to be pushed again later. Throws `MILLRACE_FRAME_LENGTH` at a length of 0 or above the cap, before
   * anything is allocated for it; the stream cannot be continued then.
   */
  push(chunk: Buffer, start = 0): number {
    this.#isPaused = false;
    const end = chunk.length;
    let at = start;
    while (at < end && !this.#isPaused) {
      if (this.#inBody) at = this.#takeBody(chunk, at, end);
      else if (this.#headBytes < FRAME_HEADER_BYTES) at = this.#takeHead(chunk, at, end);
      else at = this.#takePayload(chunk, at, end);
    }
    return at;
  }

  #takeHead(chunk: Buffer, start: number, end: number): number {
    let at = start;
    if (this.#headBytes === 0 && end - at >= FRAME_HEADER_BYTES) {
      this.#checkLength(chunk.readUInt32BE(at));
      this.#code = chunk[at + 4]!;
      at += FRAME_HEADER_BYTES;
    } else {
      while (this.#headBytes < 4 && at < end) {
        this.#length = this.#length * 256 + chunk[at++];
        if (++this.#headBytes === 4) this.#checkLength(this.#length);
      }
      if (at === end) return at;
      this.#code = chunk[at++]!;
    }
    this.#headBytes = FRAME_HEADER_BYTES;
    if (this.#streamed[this.#code] === 1) {
      this.#inBody = true;
      this.#left = this.#length;
      this.#sink.bodyBegin(this.#code, this.#length);
      if (this.#left === 0) this.#endBody();
    } else if (this.#length === 0) {
      this.#reset();
      this.#sink.packet(this.#code, chunk, at, at);
    }
    return at;
  }

  #checkLength(length: number): void {
    if (length === 0) throw new MillraceError('MILLRACE_FRAME_LENGTH', 'a packet of length 0');
    if (length - 1 > this.#maxPacket) {
      throw new MillraceError(
        'MILLRACE_FRAME_LENGTH',
        `a packet of ${length} bytes; the limit is ${this.#maxPacket}`,
      );
    }
    this.#length = length - 1;
  }

  #takeBody(chunk: Buffer, at: number, end: number): number {
    const length = Math.min(this.#left, end - at);
    this.#left -= length;
    this.#sink.bodySlice(length === chunk.length ? chunk : chunk.subarray(at, at + length));
    if (this.#left === 0) this.#endBody();
    return at + length;
  }

  #endBody(): void {
    this.#inBody = false;
    this.#reset();
    this.#sink.bodyEnd(this.#code);
  }

  #takePayload(chunk: Buffer, at: number, end: number): number {
    if (this.#gathered === undefined && end - at >= this.#length) {
      const payloadEnd = at + this.#length;
      this.#reset();
      this.#sink.packet(this.#code, chunk, at, payloadEnd);
      return payloadEnd;
    }
    const length = Math.min(this.#length - this.#gatheredBytes, end - at);
    const buffer = this.#room(length);
    chunk.copy(buffer, this.#gatheredBytes, at, at + length);
    this.#gatheredBytes += length;
    if (this.#gatheredBytes === this.#length) {
      const payloadEnd = this.#length;
      this.#reset();
      this.#sink.packet(this.#code, buffer, 0, payloadEnd);
    }
    return at + length;
  }

  /** The gathering buffer with room for `more` bytes: doubled as bytes arrive, never beyond the declared length. */
  #room(more: number): Buffer {
    const needed = this.#gatheredBytes + more;
    const old = this.#gathered;
    if (old !== undefined && old.length >= needed) return old;
    const size = Math.min(this.#length, Math.max(SMALLEST_GATHER, needed, (old?.length ?? 0) * 2));
    const grown = Buffer.allocUnsafe(size);
    old?.copy(grown, 0, 0, this.#gatheredBytes);
    this.#gathered = grown;
    return grown;
  }

  #reset(): void {
    this.#headBytes = 0;
    this.#length = 0;
    this.#gathered = undefined;
    this.#gatheredBytes = 0;
  }
}
