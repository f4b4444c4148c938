import { describe, expect, it } from 'vitest';
import { formatDuration, formatSize, parseDuration, parseSize } from '../../../src/daemon/config/units.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['240s', 240_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['10 s', 10_000],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '240', 's', '-1s', '0s', '1d', '5 minutes', '1e3s', '5M', '1h30m', ' 5s', '9999h', '1..5s'])(
    'refuses %j',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );
});

describe('parseSize', () => {
  it.each([
    ['512 B', 512],
    ['256 KB', 262_144],
    ['256KB', 262_144],
    ['1.5 MB', 1_572_864],
    ['2 GB', 2_147_483_648],
  ])('%s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each(['', '256', 'KB', '0 B', '-1 KB', '256 kb', '256 KiB', '9999999999999 TB', '1,5 MB'])(
    'refuses %j',
    (text) => expect(parseSize(text)).toBeUndefined(),
  );
});

describe('for people', () => {
  it('shows what can be read back', () => {
    for (const bytes of [1, 512, 262_144, 1_572_864, 2_147_483_648]) {
      expect(parseSize(formatSize(bytes))).toBe(bytes);
    }
    for (const ms of [1, 500, 1500, 240_000, 300_000, 3_600_000])
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    expect(formatDuration(240_000)).toBe('240s');
    expect(formatSize(262_144)).toBe('256 KB');
  });
});
