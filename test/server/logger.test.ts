import { describe, expect, it } from 'vitest';
import { escapeLogText, escapingLogger } from '../../src/server/logger.ts';
import type { LogFields } from '../../src/server/logger.ts';

describe('escapeLogText', () => {
  it.each([
    ['plain text, ü and 日本', 'plain text, ü and 日本'],
    ['a\r\nforged line', 'a\\x0d\\x0aforged line'],
    ['\x1b[31mred\x9b0m', '\\x1b[31mred\\x9b0m'],
    ['invoice\u202efdp.exe', 'invoice\\u{202e}fdp.exe'],
    ['\u2066x\u2069 \u200f \u2028', '\\u{2066}x\\u{2069} \\u{200f} \\u{2028}'],
    ['\0\x7f', '\\x00\\x7f'],
    ['\u{e0041}', '\\u{e0041}'],
  ])('writes %j as %s', (text, escaped) => {
    expect(escapeLogText(text)).toBe(escaped);
  });

  it('cuts what is over-long', () => {
    expect(escapeLogText('x'.repeat(100_000))).toBe(`${'x'.repeat(512)}...`);
  });
});

describe('escapingLogger', () => {
  it('escapes the text and every field, and leaves out what is undefined', () => {
    const lines: [string, string, LogFields | undefined][] = [];
    const logger = escapingLogger({ log: (level, text, fields) => void lines.push([level, text, fields]) });
    logger.log('info', 'a\nb', { from: 'x\ny', size: 3, none: undefined });
    logger.log('debug', 'no fields');
    expect(lines).toEqual([
      ['info', 'a\\x0ab', { from: 'x\\x0ay', size: 3 }],
      ['debug', 'no fields', undefined],
    ]);
  });
});
