import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadline } from '../../src/server/deadline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** When a deadline has expired, in ms from now on. */
function watched(): { deadline: Deadline; expired: number[] } {
  const expired: number[] = [];
  const start = performance.now();
  const deadline = new Deadline(() => void expired.push(Math.round(performance.now() - start)));
  return { deadline, expired };
}

describe('Deadline', () => {
  it('expires once', () => {
    const { deadline, expired } = watched();
    deadline.set(100);
    vi.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(expired).toEqual([100]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts from when it was set last, to a later or to an earlier time', () => {
    const { deadline, expired } = watched();
    deadline.set(100);
    vi.advanceTimersByTime(60);
    deadline.set(100);
    vi.advanceTimersByTime(60);
    deadline.set(30);
    vi.advanceTimersByTime(29);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(expired).toEqual([150]);
  });

  it('does not expire when it was cleared, and can be set again', () => {
    const { deadline, expired } = watched();
    deadline.set(100);
    deadline.clear();
    vi.advanceTimersByTime(50);
    deadline.set(100);
    vi.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual([150]);
    deadline.set(100);
    deadline.clear();
    vi.advanceTimersByTime(1000);
    expect(expired).toEqual([150]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind when it was ended', () => {
    const { deadline } = watched();
    deadline.set(100);
    deadline.end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
