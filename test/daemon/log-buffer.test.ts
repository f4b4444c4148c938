import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogBuffer } from '../../src/daemon/log-buffer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function collector(): { writes: string[]; target: Writable } {
  const writes: string[] = [];
  const target = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      writes.push(chunk);
      done();
    },
  });
  return { writes, target };
}

describe('LogBuffer', () => {
  it('writes a line at once, those that follow soon together, and one after a pause at once again', () => {
    const { writes, target } = collector();
    const buffer = new LogBuffer(target);
    buffer.write('1\n');
    expect(writes).toEqual(['1\n']);
    buffer.write('2\n');
    buffer.write('3\n');
    expect(writes).toEqual(['1\n']);
    vi.advanceTimersByTime(20);
    expect(writes).toEqual(['1\n', '2\n3\n']);
    buffer.write('4\n');
    expect(writes).toHaveLength(2);
    vi.advanceTimersByTime(20);
    expect(writes).toEqual(['1\n', '2\n3\n', '4\n']);
    vi.advanceTimersByTime(20);
    expect(vi.getTimerCount()).toBe(0);
    buffer.write('5\n');
    expect(writes.at(-1)).toBe('5\n');
  });

  it('holds no more than is worth a write', () => {
    const { writes, target } = collector();
    const buffer = new LogBuffer(target);
    buffer.write('first\n');
    const line = `${'x'.repeat(999)}\n`;
    for (let i = 0; i < 20; i++) buffer.write(line);
    expect(writes).toEqual(['first\n', line.repeat(17)]);
  });

  it('lets go of everything when asked, and writes nothing for nothing', () => {
    const { writes, target } = collector();
    const buffer = new LogBuffer(target);
    buffer.write('1\n');
    buffer.write('2\n');
    buffer.flush();
    buffer.flush();
    expect(writes).toEqual(['1\n', '2\n']);
  });
});
