import { describe, expect, it } from 'vitest';
import { encodeCommand, parseCommand } from '../../src/protocol/commands.ts';
import type { Command } from '../../src/protocol/commands.ts';
import * as wire from './wire.ts';
import { packet } from './wire.ts';

const port = Buffer.from([0x30, 0x39]);
const zero = Buffer.from([0, 0]);

/** Every command as bytes and as an object; these hold in both directions. */
const TABLE: ReadonlyArray<[string, Buffer, Command]> = [
  [
    'OPTNEG',
    packet('O', 6, 0x1ff, 0x801fffff),
    { type: 'negotiate', version: 6, actions: 0x1ff, protocol: 0x801fffff },
  ],
  [
    'MACRO',
    packet('D', 'M', 'i\0Q1\0{auth}\0me\0'),
    { type: 'macro', stage: 'M', raw: 'i\0Q1\0{auth}\0me\0' },
  ],
  ['MACRO without macros', packet('D', 'H'), { type: 'macro', stage: 'H', raw: '' }],
  ['MACRO for any stage', packet('D', '\xff', 'x\0y\0'), { type: 'macro', stage: '\xff', raw: 'x\0y\0' }],
  ['MACRO without anything', packet('D'), { type: 'macro', stage: '', raw: '' }],
  [
    'CONNECT inet',
    wire.CONNECT,
    { type: 'connect', host: 'mail.example', family: 'inet', port: 12345, address: '192.0.2.7' },
  ],
  [
    'CONNECT inet6',
    packet('C', 'h\0', '6', port, '2001:db8::1\0'),
    { type: 'connect', host: 'h', family: 'inet6', port: 12345, address: '2001:db8::1' },
  ],
  [
    'CONNECT unix',
    packet('C', 'localhost\0', 'L', zero, '/run/x\0'),
    { type: 'connect', host: 'localhost', family: 'unix', port: 0, address: '/run/x' },
  ],
  [
    'CONNECT unknown',
    packet('C', 'localhost\0', 'U'),
    { type: 'connect', host: 'localhost', family: 'unknown' },
  ],
  ['HELO', wire.HELO, { type: 'helo', name: 'mail.example' }],
  ['HELO, empty', packet('H', '\0'), { type: 'helo', name: '' }],
  ['MAIL', wire.MAIL, { type: 'mail', address: '<a@example.org>', args: ['SIZE=1000'] }],
  ['MAIL, null sender', packet('M', '<>\0'), { type: 'mail', address: '<>', args: [] }],
  [
    'MAIL, 8-bit',
    packet('M', '<\xc3\xa9@x>\0', 'SMTPUTF8\0', 'BODY=8BITMIME\0'),
    { type: 'mail', address: '<\xc3\xa9@x>', args: ['SMTPUTF8', 'BODY=8BITMIME'] },
  ],
  [
    'RCPT',
    packet('R', '<b@x>\0', 'NOTIFY=NEVER\0'),
    { type: 'rcpt', address: '<b@x>', args: ['NOTIFY=NEVER'] },
  ],
  ['DATA', wire.DATA, { type: 'data' }],
  [
    'HEADER',
    packet('L', 'Subject\0', 'a\n\tb\xff\0'),
    { type: 'header', name: 'Subject', value: 'a\n\tb\xff' },
  ],
  ['HEADER, empty', packet('L', '\0', '\0'), { type: 'header', name: '', value: '' }],
  ['EOH', wire.END_OF_HEADERS, { type: 'endOfHeaders' }],
  ['BODY', packet('B', 'a\0\r\n'), { type: 'body', data: Buffer.from('a\0\r\n') }],
  ['BODY, empty', packet('B'), { type: 'body', data: Buffer.alloc(0) }],
  ['BODYEOB', packet('E'), { type: 'endOfMessage', data: Buffer.alloc(0) }],
  ['BODYEOB with data', packet('E', 'tail'), { type: 'endOfMessage', data: Buffer.from('tail') }],
  ['UNKNOWN', packet('U', 'XYZZY 1\0'), { type: 'unknown', command: 'XYZZY 1' }],
  ['ABORT', packet('A'), { type: 'abort' }],
  ['QUIT', packet('Q'), { type: 'quit' }],
  ['QUIT_NC', packet('K'), { type: 'quitNewConnection' }],
];

function parse(bytes: Buffer): Command {
  return parseCommand(bytes[4], bytes, 5, bytes.length);
}

describe('every command', () => {
  it.each(TABLE)('reads %s', (_name, bytes, command) => {
    expect(parse(bytes)).toEqual(command);
  });

  it.each(TABLE)('writes %s', (_name, bytes, command) => {
    expect(encodeCommand(command).toString('latin1')).toBe(bytes.toString('latin1'));
  });

  it.each(TABLE)('reads %s in the midst of other bytes', (_name, bytes, command) => {
    const surrounded = Buffer.concat([Buffer.from('\0xx\0'), bytes, Buffer.from('yy\0\0zz')]);
    expect(parseCommand(bytes[4], surrounded, 9, 4 + bytes.length)).toEqual(command);
  });
});

describe('commands that peers send otherwise', () => {
  it.each([
    [
      'surplus bytes after an offer',
      packet('O', 6, 1, 2, 'more'),
      { type: 'negotiate', version: 6, actions: 1, protocol: 2 },
    ],
    ['surplus bytes after QUIT', packet('Q', 'x'), { type: 'quit' }],
    [
      'an address after family U',
      packet('C', 'h\0', 'U', zero, 'x\0'),
      { type: 'connect', host: 'h', family: 'unknown' },
    ],
    [
      'a NUL in a header value ends it, as in C',
      packet('L', 'A\0', 'b\0c\0'),
      { type: 'header', name: 'A', value: 'b' },
    ],
  ])('takes %s', (_name, bytes, command) => {
    expect(parse(bytes)).toEqual(command);
  });

  it('QUIRK(sendmail): IPv6 addresses come as `IPv6:2001:db8::1`', () => {
    expect(parse(packet('C', 'h\0', '6', port, 'IPv6:2001:db8::1\0'))).toMatchObject({
      address: '2001:db8::1',
    });
  });

  it.each([
    ['an unknown command', packet('G', 'ET / HTTP/1.1\r\n')],
    ['HELO without NUL', packet('H', 'x')],
    ['HELO without anything', packet('H')],
    ['MAIL without anything', packet('M')],
    ['MAIL without final NUL', packet('M', '<a>\0', 'x')],
    ['RCPT without anything', packet('R')],
    ['HEADER with one string', packet('L', 'Subject\0')],
    ['HEADER without final NUL', packet('L', 'Subject\0', 'x')],
    ['HEADER without anything', packet('L')],
    ['CONNECT without family', packet('C', 'h\0')],
    ['CONNECT without NUL', packet('C', 'h')],
    ['CONNECT without port', packet('C', 'h\0', '4')],
    ['CONNECT with half a port', packet('C', 'h\0', '4', '\0')],
    ['CONNECT without address', packet('C', 'h\0', '4', port)],
    ['CONNECT with an open address', packet('C', 'h\0', '4', port, '1.2.3.4')],
    ['CONNECT of an unknown family', packet('C', 'h\0', 'X', port, 'a\0')],
    ['UNKNOWN without NUL', packet('U', 'XYZZY')],
  ])('refuses %s', (_name, bytes) => {
    // What follows in the buffer must not help.
    const followed = Buffer.concat([bytes, Buffer.from('U4\0\0\0\0\0\0')]);
    expect(() => parseCommand(bytes[4], followed, 5, bytes.length)).toThrow(
      expect.objectContaining({ code: 'MILLRACE_PACKET' }),
    );
  });

  it('refuses a short offer', () => {
    expect(() => parse(packet('O', 6, 1, Buffer.from([0, 0, 0])))).toThrow(
      expect.objectContaining({ code: 'MILLRACE_PACKET' }),
    );
  });
});

describe('encodeCommand', () => {
  it.each<[string, Command]>([
    ['a NUL inside a string', { type: 'helo', name: 'a\0b' }],
    ['text that is no bytes', { type: 'header', name: 'Subject', value: '\u20ac' }],
    ['a NUL in a host', { type: 'connect', host: '\0', family: 'unknown' }],
    ['a port that is none', { type: 'connect', host: 'h', family: 'inet', port: 65536, address: '1' }],
    ['a NUL in an argument', { type: 'rcpt', address: '<a>', args: ['x\0'] }],
  ])('refuses %s', (_name, command) => {
    expect(() => encodeCommand(command)).toThrow(expect.objectContaining({ code: 'MILLRACE_PACKET' }));
  });
});
