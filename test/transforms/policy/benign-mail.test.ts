import { describe, expect, it } from 'vitest';
import { ATTACHMENTS, BY_PROGRAM } from '../../support/odd-mail.ts';
import { BOUNCES } from '../../support/odd-bounces.ts';
import { HEADERS, MORE_BOUNDARIES } from '../../support/odd-headers.ts';
import { NAMES } from '../../support/odd-names.ts';
import { CHARSETS, SPOKEN_OF } from '../../support/odd-texts.ts';
import { MORE_PROGRAMS } from '../../support/odd-programs.ts';
import { ENCODINGS, MAIL_IN_TEXT, STRUCTURES, TEXTS } from '../../support/odd-structures.ts';
import { throughChain } from '../../support/scan-chain.ts';

const KINDS = {
  program: BY_PROGRAM,
  attachment: ATTACHMENTS,
  structure: STRUCTURES,
  encoding: ENCODINGS,
  text: TEXTS,
  'mail in text': MAIL_IN_TEXT,
  'more programs': MORE_PROGRAMS,
  bounce: BOUNCES,
  header: HEADERS,
  boundary: MORE_BOUNDARIES,
  name: NAMES,
  'what is spoken of': SPOKEN_OF,
  charset: CHARSETS,
};

describe.each(Object.entries(KINDS))('unusual mail that is legitimate, by %s', (_kind, messages) => {
  it.each(Object.entries(messages))('passes scan and strip: %s', async (_name, message) => {
    const result = await throughChain(message);
    expect(result.failures).toEqual([]);
    expect([result.verdict.kind, result.quarantine]).toEqual(['accept', undefined]);
    expect([result.bodyChanged, result.headerEdits]).toEqual([false, []]);
  });
});
