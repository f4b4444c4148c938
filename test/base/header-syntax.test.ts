import { describe, expect, it } from 'vitest';
import {
  checkHeaderName,
  checkHeaderValue,
  isHeaderName,
  isHeaderValue,
} from '../../src/base/header-syntax.ts';

describe('header names', () => {
  it.each(['Subject', 'X-Millrace', '!', '~', '--', "a'b"])('takes %j', (name) => {
    expect(isHeaderName(name)).toBe(true);
    expect(() => checkHeaderName(name)).not.toThrow();
  });

  it.each(['', ' ', 'a b', 'a:', ':', 'a\tb', 'a\r\nb', 'a\0', 'ä', '\x7f', 'a\n'])('refuses %j', (name) => {
    expect(isHeaderName(name)).toBe(false);
    expect(() => checkHeaderName(name)).toThrow(expect.objectContaining({ code: 'MILLRACE_HEADER_NAME' }));
  });
});

describe('header values', () => {
  it.each(['', 'x', ' x', 'a\n b', 'a\n\tb', 'a\n \n b', '\n x', 'caf\xe9', '\x01\t'])(
    'takes %j',
    (value) => {
      expect(isHeaderValue(value)).toBe(true);
      expect(() => checkHeaderValue(value)).not.toThrow();
    },
  );

  it.each(['\0', 'a\0b', 'a\r\n b', 'a\r', 'a\n', 'a\nb', 'a\n\n b', 'a\nX-Forged: yes', '\n'])(
    'refuses %j',
    (value) => {
      expect(isHeaderValue(value)).toBe(false);
      expect(() => checkHeaderValue(value)).toThrow(
        expect.objectContaining({ code: 'MILLRACE_HEADER_VALUE' }),
      );
    },
  );

  it('does not repeat the value in the error', () => {
    expect(() => checkHeaderValue('secret\0')).toThrow(/^(?!.*secret)/);
  });
});
