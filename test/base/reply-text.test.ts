import { describe, expect, it } from 'vitest';
import { checkSmtpReply, isEnhancedStatus } from '../../src/base/reply-text.ts';

const lines = ['no'];

describe('checkSmtpReply', () => {
  it.each([
    [{ code: 550, lines }, undefined],
    [{ code: 550, lines }, 'reject'],
    [{ code: 599, status: '5.123.123', lines }, 'reject'],
    [{ code: 400, status: '4.0.0', lines }, 'tempfail'],
    [{ code: 451, lines: [''] }, 'tempfail'],
    [{ code: 550, lines: ['x'.repeat(980)] }, undefined],
    [{ code: 550, lines: ['%'.repeat(490)] }, undefined],
    [{ code: 550, lines: Array.from({ length: 32 }, () => 'x') }, undefined],
    [{ code: 550, lines: ['tab\tand ümlaut'] }, undefined],
  ] as const)('takes %j meant as %s', (reply, meant) => {
    expect(() => checkSmtpReply(reply, meant)).not.toThrow();
  });

  it.each([
    [{ code: 250, lines }, undefined],
    [{ code: 399, lines }, undefined],
    [{ code: 600, lines }, undefined],
    [{ code: 550.5, lines }, undefined],
    [{ code: Number.NaN, lines }, undefined],
    [{ code: 450, lines }, 'reject'],
    [{ code: 550, lines }, 'tempfail'],
    [{ code: 550, status: '4.7.1', lines }, undefined],
    [{ code: 450, status: '5.7.1', lines }, undefined],
    [{ code: 550, status: '2.0.0', lines }, undefined],
    [{ code: 550, status: '5.7', lines }, undefined],
    [{ code: 550, status: '5.7.1234', lines }, undefined],
    [{ code: 550, status: '5.7.1\n', lines }, undefined],
    [{ code: 550, status: ' 5.7.1', lines }, undefined],
  ] as const)('refuses the code of %j meant as %s', (reply, meant) => {
    expect(() => checkSmtpReply(reply, meant)).toThrow(
      expect.objectContaining({ code: 'MILLRACE_REPLY_CODE' }),
    );
  });

  it.each([
    [[]],
    [Array.from({ length: 33 }, () => 'x')],
    [['x'.repeat(981)]],
    [['%'.repeat(491)]],
    [['ü'.repeat(491)]],
    [['ok', 'a\rb']],
    [['a\nb']],
    [['a\0b']],
    [['a\r\n550 forged']],
  ])('refuses the text %j', (text) => {
    expect(() => checkSmtpReply({ code: 550, lines: text })).toThrow(
      expect.objectContaining({ code: 'MILLRACE_REPLY_TEXT' }),
    );
  });
});

it('knows enhanced statuses of classes 4 and 5', () => {
  expect(['4.0.0', '5.7.1', '5.999.999'].map(isEnhancedStatus)).toEqual([true, true, true]);
  expect(['2.0.0', '5.7.1 ', '5.7.', '5..1', '5.7.1.1', ''].map(isEnhancedStatus)).toEqual(
    Array.from({ length: 6 }, () => false),
  );
});
