import fc from 'fast-check';
import * as wire from '../protocol/wire.ts';

/** A whole session of two messages, packet by packet. */
const VALID: readonly Buffer[] = [
  wire.OFFER,
  ...wire.SESSION_START,
  ...wire.MESSAGE,
  wire.ABORT,
  ...wire.MESSAGE.slice(0, -1),
  wire.packet('B', `--=_b\r\nContent-Type: text/html\r\n\r\n${'<p>x</p>\r\n'.repeat(60)}`),
  wire.packet('E', 'the last bytes\r\n'),
  wire.QUIT,
];

/** One thing that a broken or hostile peer may do to a session. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('drop' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), times: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('move' as const), at: fc.nat(), to: fc.nat() }),
  fc.record({ kind: fc.constant('length' as const), at: fc.nat(), by: fc.integer({ min: -6, max: 300 }) }),
  fc.record({
    kind: fc.constant('huge' as const),
    at: fc.nat(),
    length: fc.integer({ min: 0, max: 0xffffffff }),
  }),
  fc.record({ kind: fc.constant('code' as const), at: fc.nat(), code: fc.integer({ min: 0, max: 255 }) }),
  fc.record({
    kind: fc.constant('byte' as const),
    at: fc.nat(),
    place: fc.nat(),
    value: fc.integer({ min: 0, max: 255 }),
  }),
  fc.record({
    kind: fc.constant('garbage' as const),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 30 }),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), keep: fc.nat() }),
);

type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

/** The packets, changed in one way. */
export function mutate(session: readonly Buffer[], change: Mutation): Buffer[] {
  const packets = [...session];
  if (packets.length === 0) return packets;
  const at = change.at % packets.length;
  const packet = Buffer.from(packets[at]);
  switch (change.kind) {
    case 'drop':
      packets.splice(at, 1);
      return packets;
    case 'repeat':
      packets.splice(at, 0, ...Array<Buffer>(change.times).fill(packet));
      return packets;
    case 'move':
      packets.splice(at, 1);
      packets.splice(change.to % (packets.length + 1), 0, packet);
      return packets;
    case 'cut':
      return [...packets.slice(0, at), packet.subarray(0, change.keep % (packet.length + 1))];
    case 'garbage':
      packets.splice(at, 0, Buffer.from(change.bytes));
      return packets;
    case 'length':
      // A 'huge' one may have been here before.
      if (packet.length >= 4)
        packet.writeUInt32BE(Math.min(0xffff_ffff, Math.max(0, packet.readUInt32BE(0) + change.by)), 0);
      break;
    case 'huge':
      if (packet.length >= 4) packet.writeUInt32BE(change.length, 0);
      break;
    case 'code':
      if (packet.length >= 5) packet[4] = change.code;
      break;
    case 'byte':
      if (packet.length > 0) packet[change.place % packet.length] = change.value;
      break;
  }
  packets[at] = packet;
  return packets;
}

/** What arrives of a session after some mutations. The first packet stays the offer in most of them, so that something follows. */
export const mutatedSession: fc.Arbitrary<Buffer> = fc
  .tuple(fc.boolean(), fc.array(mutation, { minLength: 1, maxLength: 5 }))
  .map(([keepsOffer, changes]) => {
    const [offer, ...rest] = VALID;
    const start = keepsOffer ? rest : VALID;
    const packets = changes.reduce<Buffer[]>(mutate, [...start]);
    return Buffer.concat(keepsOffer ? [offer, ...packets] : packets);
  });

/** Sizes of the pieces in which bytes arrive; they repeat. */
export const pieceSizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });

/** Cut bytes into pieces of these sizes. */
export function* pieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; at += sizes[i % sizes.length], i++) {
    yield bytes.subarray(at, at + sizes[i % sizes.length]);
  }
}
