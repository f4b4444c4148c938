import { type Duplex, Transform } from 'node:stream';

const METHODS = ['_write', '_writev', '_read', '_flush', '_final'] as const;

/**
 * Make a throw inside an author's stream (in `transform`, `flush`, or a handler of an event that they emit) the stream's
 * error. Node lets it end the process, and with it every other message. What is thrown in a callback that the author has
 * scheduled cannot be caught here.
 */
export function guardStream(stream: Duplex): void {
  const methods = stream as unknown as Record<string, unknown>;
  for (const name of METHODS) {
    const method = methods[name];
    // A Transform calls `flush` itself, and once more where `_final` is not its own.
    if (typeof method !== 'function' || (name === '_final' && stream instanceof Transform)) continue;
    methods[name] = (...values: unknown[]): void => {
      try {
        method.apply(stream, values);
      } catch (error) {
        stream.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    };
  }
  // Who is destroyed twice, or after the end, may still say so.
  stream.on('error', () => {});
}
