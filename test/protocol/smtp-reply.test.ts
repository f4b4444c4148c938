import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSmtpReply, parseSmtpReply } from '../../src/protocol/smtp-reply.ts';

describe('formatSmtpReply', () => {
  it.each([
    [{ code: 550, status: '5.7.1', lines: ['no'] }, '550 5.7.1 no'],
    [{ code: 451, status: '4.3.0', lines: ['a', 'b', 'c'] }, '451-4.3.0 a\r\n451-4.3.0 b\r\n451 4.3.0 c'],
    [{ code: 421, lines: ['bye'] }, '421 4.7.1 bye'],
    [{ code: 550, lines: [''] }, '550 5.7.1 '],
    [{ code: 550, lines: ['\u00fc'] }, '550 5.7.1 \xc3\xbc'],
  ])('%j', (reply, text) => {
    expect(formatSmtpReply(reply)).toBe(text);
  });

  it('QUIRK(sendmail): the text is used as a format string', () => {
    expect(formatSmtpReply({ code: 550, lines: ['100% %s %%'] })).toBe('550 5.7.1 100%% %%s %%%%');
  });

  it('QUIRK(postfix): text that begins with a digit other than the class is malformed', () => {
    const text = formatSmtpReply({ code: 550, lines: ['4 attachments'] });
    expect(text).toBe('550 5.7.1 4 attachments');
    expect(() => parseSmtpReply('550 4 attachments')).toThrow(
      expect.objectContaining({ code: 'MILLRACE_PACKET' }),
    );
  });

  it.each([
    [{ code: 250, lines: ['x'] }, undefined, 'MILLRACE_REPLY_CODE'],
    [{ code: 450, lines: ['x'] }, 'reject', 'MILLRACE_REPLY_CODE'],
    [{ code: 550, lines: ['a\r\nb'] }, undefined, 'MILLRACE_REPLY_TEXT'],
  ] as const)('refuses %j', (reply, meant, code) => {
    expect(() => formatSmtpReply(reply, meant)).toThrow(expect.objectContaining({ code }));
  });
});

describe('parseSmtpReply', () => {
  it.each([
    ['550 no', { code: 550, lines: ['no'] }],
    ['450 4.7.1', { code: 450, status: '4.7.1', lines: [''] }],
    ['550-5.7.1 a\r\n550 5.7.2 b', { code: 550, status: '5.7.1', lines: ['a', 'b'] }],
    ['550-5.7.1 a\r\n550 b', { code: 550, status: '5.7.1', lines: ['a', 'b'] }],
    ['550 5.7.1 50%% off, 1% lost', { code: 550, status: '5.7.1', lines: ['50% off, 1 lost'] }],
  ])('%j', (text, reply) => {
    expect(parseSmtpReply(text)).toEqual(reply);
  });

  it.each([
    '',
    '250 ok',
    '55 x',
    '5500 x',
    '550',
    '550x',
    '550 a\r\n',
    '550 a\n',
    '550 a\rb',
    '550-a',
    '550 a\r\n550 b',
    '550-a\r\n551 b',
    '550-a\r\n450 b',
    '550 4.7.1 x',
    '450 5.7.1 x',
    '550 2.0.0 x',
  ])('refuses %j', (text) => {
    expect(() => parseSmtpReply(text)).toThrow(expect.objectContaining({ code: 'MILLRACE_PACKET' }));
  });
});

it('property: what can be sent comes back as it was', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll(/[\0\r\n]/g, ''));
  const reply = fc.record({
    code: fc.integer({ min: 400, max: 599 }),
    lines: fc.array(line, { minLength: 1, maxLength: 32 }),
  });
  fc.assert(
    fc.property(reply, ({ code, lines }) => {
      const status = code < 500 ? '4.1.2' : '5.1.2';
      expect(parseSmtpReply(formatSmtpReply({ code, status, lines }))).toEqual({ code, status, lines });
    }),
  );
});
