import { describe, expect, it } from 'vitest';
import { encodeReply } from '../../src/protocol/reply-encoder.ts';
import type { Reply } from '../../src/protocol/replies.ts';
import { REPLY_TABLE } from './reply-table.ts';

describe('encodeReply', () => {
  it.each(REPLY_TABLE)('writes %s', (_name, bytes, reply) => {
    expect(encodeReply(reply).toString('latin1')).toBe(bytes.toString('latin1'));
  });

  it('sends no empty ESMTP arguments of a sender', () => {
    expect(encodeReply({ type: 'changeFrom', address: '<a>', args: '' }).toString('latin1')).toBe(
      '\0\0\0\x05e<a>\0',
    );
  });

  it.each<[string, string, Reply]>([
    ['a header name with a colon', 'MILLRACE_HEADER_NAME', { type: 'addHeader', name: 'A:', value: 'b' }],
    [
      'an empty header name',
      'MILLRACE_HEADER_NAME',
      { type: 'changeHeader', index: 1, name: '', value: 'b' },
    ],
    ['CR LF in a value', 'MILLRACE_HEADER_VALUE', { type: 'addHeader', name: 'A', value: 'b\r\n c' }],
    [
      'a forged header',
      'MILLRACE_HEADER_VALUE',
      { type: 'insertHeader', index: 0, name: 'A', value: 'b\nC: d' },
    ],
    ['NUL in a value', 'MILLRACE_HEADER_VALUE', { type: 'changeHeader', index: 1, name: 'A', value: 'b\0' }],
    ['text that is no bytes', 'MILLRACE_PACKET', { type: 'addHeader', name: 'A', value: '\u20ac' }],
    ['a negative index', 'MILLRACE_PACKET', { type: 'insertHeader', index: -1, name: 'A', value: 'b' }],
    ['a huge index', 'MILLRACE_PACKET', { type: 'insertHeader', index: 0x80000000, name: 'A', value: 'b' }],
    ['half an index', 'MILLRACE_PACKET', { type: 'changeHeader', index: 0.5, name: 'A', value: 'b' }],
    ['an empty reason', 'MILLRACE_PACKET', { type: 'quarantine', reason: '' }],
    ['NUL in a reason', 'MILLRACE_PACKET', { type: 'quarantine', reason: 'a\0' }],
    ['a body chunk that is too large', 'MILLRACE_PACKET', { type: 'replaceBody', data: Buffer.alloc(65536) }],
    ['an empty address', 'MILLRACE_ADDRESS', { type: 'addRecipient', address: '' }],
    ['LF in an address', 'MILLRACE_ADDRESS', { type: 'deleteRecipient', address: '<a>\n' }],
    ['NUL in a sender', 'MILLRACE_ADDRESS', { type: 'changeFrom', address: '<\0>' }],
    ['CR in arguments', 'MILLRACE_ADDRESS', { type: 'addRecipient', address: '<a>', args: 'A=1\r' }],
    [
      'NUL in a macro name',
      'MILLRACE_PACKET',
      { type: 'negotiate', version: 6, actions: 0x100, protocol: 0, macros: { helo: ['a\0'] } },
    ],
  ])('refuses %s', (_name, code, reply) => {
    expect(() => encodeReply(reply)).toThrow(expect.objectContaining({ code }));
  });
});
