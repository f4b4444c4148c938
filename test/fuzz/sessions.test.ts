import { describe, expect, it } from 'vitest';
import { mutate } from './sessions.ts';

describe('a change to a session', () => {
  it('leaves a length a length where two of them come together', () => {
    const packets = [Buffer.from('\0\0\0\x01Q', 'latin1')];
    const huge = mutate(packets, { kind: 'huge', at: 0, length: 0xfffffff0 });
    const more = mutate(huge, { kind: 'length', at: 0, by: 300 });
    expect(more).toEqual([Buffer.from('\xff\xff\xff\xffQ', 'latin1')]);
    const less = mutate(packets, { kind: 'length', at: 0, by: -6 });
    expect(less).toEqual([Buffer.from('\0\0\0\0Q', 'latin1')]);
  });
});
