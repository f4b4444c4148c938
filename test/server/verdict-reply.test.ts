import { describe, expect, it } from 'vitest';
import type { SmtpReply } from '../../src/base/reply-text.ts';
import { verdictReply } from '../../src/server/verdict-reply.ts';

describe('verdictReply', () => {
  it('leaves the words to the MTA when there are none', () => {
    expect(verdictReply({ kind: 'accept' })).toBe('accept');
    expect(verdictReply({ kind: 'discard' })).toBe('discard');
    expect(verdictReply({ kind: 'reject' })).toBe('reject');
    expect(verdictReply({ kind: 'tempfail' })).toBe('tempfail');
  });

  it('completes what is named', () => {
    expect(verdictReply({ kind: 'reject', text: 'no 100% spam' })).toEqual({
      code: 550,
      lines: ['no 100% spam'],
    });
    expect(verdictReply({ kind: 'reject', code: 554, status: '5.6.0', text: 'one\ntwo' })).toEqual({
      code: 554,
      status: '5.6.0',
      lines: ['one', 'two'],
    });
    const { lines, ...rest } = verdictReply({ kind: 'tempfail', status: '4.3.2' }) as SmtpReply;
    expect(rest).toEqual({ code: 451, status: '4.3.2' });
    expect(lines[0]).not.toBe('');
  });

  it('throws for what no reply can hold', () => {
    expect(() => verdictReply({ kind: 'reject', text: 'a\rb' })).toThrow(/CR/);
    expect(() => verdictReply({ kind: 'reject', code: 450 })).toThrow(/not one for reject/);
  });
});
