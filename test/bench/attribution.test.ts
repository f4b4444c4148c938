import { describe, expect, it } from 'vitest';
import { attribute } from '../../bench/profile/attribution.ts';
import type { CpuProfile } from '../../bench/profile/attribution.ts';

/** Each frame below the one in front of it, or below the root. */
function profileOf(
  frames: readonly (readonly [name: string, url: string, parent?: number])[],
  samples: readonly number[],
): CpuProfile {
  const nodes = [['(root)', ''], ...frames].map(([functionName, url], id) => ({
    id,
    callFrame: { functionName, url },
    children: frames.flatMap(([, , parent = 0], place) => (parent === id ? [place + 1] : [])),
  }));
  return {
    nodes,
    startTime: 1_000_000,
    endTime: 1_000_000 + samples.length * 500,
    samples,
    timeDeltas: samples.map(() => 500),
  };
}

const FRAMES = [
  ['onStreamRead', 'node:internal/stream_base_commons'],
  ['push', 'file:///srv/millrace/dist/protocol/session.js', 1],
  ['scan', 'file:///srv/millrace/dist/core/mime/scanner.js', 2],
  ['indexOfBuffer', '', 3],
  ['write', 'file:///srv/millrace/dist/core/spool/spool.js', 3],
  ['writeBuffer', '', 2],
  ['(garbage collector)', ''],
  ['(idle)', ''],
  ['(program)', ''],
  ['asJson', 'file:///srv/millrace/node_modules/pino/lib/tools.js', 2],
  ['write', 'file:///srv/millrace/dist/transforms/footer/text-editor.js', 3],
  ['end', 'file:///srv/millrace/dist/core/message-run.js', 2],
  ['appendFile', 'node:fs', 5],
] as const;

describe('attribute', () => {
  it.each([
    [1, 'sockets and streams of Node'],
    [2, 'milter packets and sessions'],
    [3, 'headers, MIME parts, charsets'],
    [4, 'headers, MIME parts, charsets'],
    [5, 'spool and files'],
    [6, 'writing to sockets'],
    [7, 'garbage collection'],
    [9, 'V8, Node and the rest'],
    [10, 'log'],
    [11, 'footer'],
    [12, 'pipeline and message'],
    [13, 'spool and files'],
  ])('takes frame %i for "%s"', (frame, work) => {
    expect([...attribute(profileOf(FRAMES, [frame, frame]), 1)]).toEqual([[work, 0.001]]);
  });

  it('leaves out the time in which there was nothing to do', () => {
    expect(attribute(profileOf(FRAMES, [8, 8, 8]), 1).size).toBe(0);
  });

  it('looks at the end of the profile only', () => {
    const spent = attribute(profileOf(FRAMES, [7, 7, 7, 3, 3]), 0.001);
    expect([...spent]).toEqual([['headers, MIME parts, charsets', 0.001]]);
  });
});
