import { describe, expect, it } from 'vitest';
import { parseClamdReply } from '../../../src/transforms/virus-scan/clamd-reply.ts';

describe("clamd's answer", () => {
  it('is clean in one form only', () => {
    expect(parseClamdReply('stream: OK')).toEqual({ kind: 'clean' });
    for (const line of [
      'OK',
      'stream:OK',
      'stream: OK ',
      ' stream: OK',
      '1: stream: OK',
      'stream: OK OK',
      '',
    ]) {
      expect(parseClamdReply(line).kind).toBe('unavailable');
    }
  });

  it.each([
    ['stream: Win.Test.EICAR_HDB-1 FOUND', 'Win.Test.EICAR_HDB-1'],
    ['stream: Eicar(44d88612:68) FOUND', 'Eicar_44d88612_68_'],
    ['stream: A\r\nX-Forged: yes FOUND', 'A__X-Forged__yes'],
    [`stream: ${'n'.repeat(300)} FOUND`, 'n'.repeat(100)],
    ['stream:  FOUND', 'unnamed'],
    ['stream: OK FOUND', 'OK'],
    ['stream: Heuristics.Phishing.Email.SpoofedDomain FOUND', 'Heuristics.Phishing.Email.SpoofedDomain'],
  ])('%j is an infection by a name that is safe anywhere', (line, name) => {
    expect(parseClamdReply(line)).toEqual({ kind: 'infected', name });
  });

  it.each([
    ['stream: Heuristics.Limits.Exceeded FOUND', 'limits'],
    ['stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND', 'limits'],
    ['stream: Heuristics.Encrypted.Zip FOUND', 'encrypted'],
    ['stream: Heuristics.Encrypted.PDF FOUND', 'encrypted'],
    ['INSTREAM size limit exceeded. ERROR', 'too-large'],
  ])('%j says that it has not been looked at', (line, reason) => {
    expect(parseClamdReply(line)).toEqual({ kind: 'unscanned', reason });
  });
});
