import { describe, expect, it } from 'vitest';
import { parseReply } from '../../src/protocol/reply-parser.ts';
import { REPLY_TABLE } from './reply-table.ts';
import { packet } from './wire.ts';

describe('parseReply', () => {
  it.each(REPLY_TABLE)('reads %s', (_name, bytes, reply) => {
    expect(parseReply(bytes[4], bytes, 5, bytes.length)).toEqual(reply);
  });

  it.each(REPLY_TABLE)('reads %s in the midst of other bytes', (_name, bytes, reply) => {
    const surrounded = Buffer.concat([Buffer.from('\0xx\0'), bytes, Buffer.from('yy\0\0zz')]);
    expect(parseReply(bytes[4], surrounded, 9, 4 + bytes.length)).toEqual(reply);
  });

  it.each([
    ['CONTINUE with data', packet('c', 'x')],
    ['SHUTDOWN', packet('4')],
    ['CONN_FAIL', packet('f')],
    ['SETSYMLIST', packet('l')],
    ['REPLYCODE without NUL', packet('y', '550 x')],
    ['REPLYCODE with a stray NUL', packet('y', '550 x\0\0')],
    ['ADDHEADER with one string', packet('h', 'X\0')],
    ['ADDHEADER with three strings', packet('h', 'X\0', 'a\0', 'b\0')],
    ['ADDHEADER without a name', packet('h', '\0', 'a\0')],
    ['INSHEADER without an index', packet('i', 'X\0')],
    ['INSHEADER without a name', packet('i', 0, '\0', 'a\0')],
    ['CHGHEADER without an index', packet('m')],
    ['ADDRCPT, empty', packet('+', '\0')],
    ['ADDRCPT without anything', packet('+')],
    ['ADDRCPT_PAR with three strings', packet('2', 'a\0', 'b\0', 'c\0')],
    ['DELRCPT with two strings', packet('-', 'a\0', 'b\0')],
    ['CHGFROM without NUL', packet('e', 'a')],
    ['QUARANTINE without a reason', packet('q', '\0')],
  ])('refuses %s', (_name, bytes) => {
    expect(() => parseReply(bytes[4], bytes, 5, bytes.length)).toThrow(
      expect.objectContaining({ code: 'MILLRACE_PACKET' }),
    );
  });

  it.each([
    ['too short', packet('O', 6, 1)],
    ['with half a macro list', packet('O', 6, 1, 2, 'abc')],
    ['with an unknown macro stage', packet('O', 6, 1, 2, 7, 'i\0')],
  ])('refuses OPTNEG %s', (_name, bytes) => {
    expect(() => parseReply(bytes[4], bytes, 5, bytes.length)).toThrow(
      expect.objectContaining({ code: 'MILLRACE_NEGOTIATION' }),
    );
  });

  it('reads macro lists with commas, as Postfix does', () => {
    const bytes = packet('O', 6, 0x100, 0, 1, ' a, {b}\0');
    expect(parseReply(bytes[4], bytes, 5)).toMatchObject({ macros: { helo: ['a', '{b}'] } });
  });
});
