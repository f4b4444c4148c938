import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts';
import { check } from './properties.ts';

/** Multiparts in each other, one for each boundary, all of them closed. */
function nested(boundaries: readonly string[], type = 'mixed'): string {
  const [boundary, ...inner] = boundaries;
  if (boundary === undefined) return 'Content-Type: text/plain\r\n\r\nx\r\n';
  return [
    `Content-Type: multipart/${type}; boundary=${boundary}`,
    '',
    `--${boundary}`,
    `${nested(inner)}--${boundary}--`,
    '',
  ].join('\r\n');
}

const tried = (text: string) => ({ input: Buffer.from(`MIME-Version: 1.0\r\n${text}`), sizes: [40] });

describe('the properties', () => {
  it('hold where a new root makes a leaf of a multipart that was just within the limit of depth', async () => {
    // The innermost has the boundary of the root: as a leaf, it leaves its delimiters to that.
    const boundaries = Array.from({ length: DEFAULT_LIMITS.depth - 2 }, (_, i) => `b${i}_`);
    const { outcomes } = await check(tried(nested([...boundaries, 'b0_'], 'signed')));
    expect(outcomes).toHaveLength(3);
    expect(outcomes[2].message.toString()).toContain('multipart/mixed');
  });

  it('hold where a new root ends the header of a message that was cut off', async () => {
    const { outcomes } = await check(
      tried('Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n'),
    );
    expect(outcomes[2].bodyChanged).toBe(true);
  });
});
