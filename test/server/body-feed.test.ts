import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MessageRun } from '../../src/core/message-run.ts';
import { SpoolStore } from '../../src/core/spool/index.ts';
import { BodyFeed } from '../../src/server/body-feed.ts';

const PUSHBACK = 3000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A feed for a run that takes nothing for the moment. */
function busyFeed() {
  let ready: (() => void) | undefined;
  const run = {
    wantsBody: true,
    write: () => undefined,
    pending: () => new Promise<void>((resolve) => (ready = resolve)),
  };
  const openSpool = vi.fn(() => new SpoolStore().open());
  const feed = new BodyFeed(run as unknown as MessageRun, openSpool, PUSHBACK);
  /** The run takes something after so many milliseconds, and waits again. */
  const takesAfter = async (milliseconds: number): Promise<void> => {
    const waiting = feed.waiting();
    await vi.advanceTimersByTimeAsync(milliseconds);
    ready!();
    await waiting;
  };
  return { feed, openSpool, takesAfter };
}

describe('a run that is busy', () => {
  it('holds the MTA back for as long as it may, then the rest goes into the overflow', async () => {
    const { feed, openSpool } = busyFeed();
    let isOver = false;
    void feed.waiting()!.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(PUSHBACK - 1);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isOver).toBe(true);
    expect(openSpool).not.toHaveBeenCalled();
    expect(feed.waiting()).toBeUndefined();
    expect(openSpool).toHaveBeenCalledTimes(1);
    feed.discard();
  });

  it('holds it back so long in all of the chunks, unless the MTA has got a reply in between', async () => {
    for (const hasReplies of [false, true]) {
      const { feed, openSpool, takesAfter } = busyFeed();
      for (let n = 0; n < 4; n++) {
        await takesAfter(1000);
        if (hasReplies) feed.chunkEnd();
      }
      void feed.waiting();
      expect(openSpool).toHaveBeenCalledTimes(hasReplies ? 0 : 1);
      feed.discard();
    }
  });
});
