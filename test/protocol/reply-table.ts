import type { Reply } from '../../src/protocol/replies.ts';
import { packet } from './wire.ts';

/** Every reply as bytes and as an object; these hold in both directions. */
export const REPLY_TABLE: ReadonlyArray<[string, Buffer, Reply]> = [
  ['OPTNEG', packet('O', 6, 0x3f, 0x7f), { type: 'negotiate', version: 6, actions: 0x3f, protocol: 0x7f }],
  [
    'OPTNEG with macro lists',
    packet('O', 6, 0x13f, 0x7f, 0, 'j {if_addr}\0', 3, '{rcpt_addr}\0', 5, 'i\0', 6, '\0'),
    {
      type: 'negotiate',
      version: 6,
      actions: 0x13f,
      protocol: 0x7f,
      macros: { connect: ['j', '{if_addr}'], rcpt: ['{rcpt_addr}'], endOfMessage: ['i'], endOfHeaders: [] },
    },
  ],
  ['CONTINUE', packet('c'), { type: 'continue' }],
  ['ACCEPT', packet('a'), { type: 'accept' }],
  ['REJECT', packet('r'), { type: 'reject' }],
  ['TEMPFAIL', packet('t'), { type: 'tempfail' }],
  ['DISCARD', packet('d'), { type: 'discard' }],
  ['SKIP', packet('s'), { type: 'skip' }],
  ['PROGRESS', packet('p'), { type: 'progress' }],
  ['REPLYCODE', packet('y', '550 5.7.1 50%% no\0'), { type: 'replyCode', text: '550 5.7.1 50%% no' }],
  [
    'ADDHEADER',
    packet('h', 'X-A\0', ' b\n\tc\xff\0'),
    { type: 'addHeader', name: 'X-A', value: ' b\n\tc\xff' },
  ],
  ['INSHEADER', packet('i', 1, 'X-A\0', 'b\0'), { type: 'insertHeader', index: 1, name: 'X-A', value: 'b' }],
  [
    'INSHEADER at the end',
    packet('i', 0x7fffffff, 'X\0', '\0'),
    { type: 'insertHeader', index: 0x7fffffff, name: 'X', value: '' },
  ],
  ['CHGHEADER', packet('m', 2, 'To\0', 'x\0'), { type: 'changeHeader', index: 2, name: 'To', value: 'x' }],
  [
    'CHGHEADER that deletes',
    packet('m', 1, 'To\0', '\0'),
    { type: 'changeHeader', index: 1, name: 'To', value: '' },
  ],
  ['REPLBODY', packet('b', 'a\0b'), { type: 'replaceBody', data: Buffer.from('a\0b') }],
  ['REPLBODY, empty', packet('b'), { type: 'replaceBody', data: Buffer.alloc(0) }],
  ['ADDRCPT', packet('+', '<a@x>\0'), { type: 'addRecipient', address: '<a@x>' }],
  [
    'ADDRCPT_PAR',
    packet('2', '<a@x>\0', 'NOTIFY=NEVER\0'),
    { type: 'addRecipient', address: '<a@x>', args: 'NOTIFY=NEVER' },
  ],
  [
    'ADDRCPT_PAR without arguments',
    packet('2', '<a@x>\0'),
    { type: 'addRecipient', address: '<a@x>', args: '' },
  ],
  ['DELRCPT', packet('-', '<a@x>\0'), { type: 'deleteRecipient', address: '<a@x>' }],
  ['CHGFROM', packet('e', '<a@x>\0'), { type: 'changeFrom', address: '<a@x>' }],
  [
    'CHGFROM with arguments',
    packet('e', '<>\0', 'SIZE=1\0'),
    { type: 'changeFrom', address: '<>', args: 'SIZE=1' },
  ],
  ['QUARANTINE', packet('q', 'looks odd\0'), { type: 'quarantine', reason: 'looks odd' }],
];
