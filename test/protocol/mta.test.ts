import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/protocol/commands.ts';
import {
  askedMacros,
  bodyCommands,
  headerCommands,
  messageCommands,
  withMacros,
} from '../../src/protocol/mta.ts';
import type { MessageHabits, MtaMessage } from '../../src/protocol/mta.ts';

const message: MtaMessage = {
  mail: { type: 'mail', address: '<a@x>', args: [] },
  rcpts: [{ type: 'rcpt', address: '<b@x>', args: [] }],
  headers: [
    { name: 'Received', value: ' by mx', origin: 'trace' },
    { name: 'Subject', value: ' hi' },
    { name: 'Message-Id', value: ' <1@mx>', origin: 'default' },
  ],
  body: Buffer.from('0123456789'),
};

function say(habits: Partial<MessageHabits>): string[] {
  const all = messageCommands(message, { mta: 'postfix', leadingSpace: false, ...habits });
  return [...all].map((command) =>
    'data' in command
      ? `${command.type} ${command.data.toString()}`
      : command.type === 'macro'
        ? `macro ${command.stage}`
        : command.type,
  );
}

describe('messageCommands', () => {
  it('QUIRK(postfix): a macro packet comes before every header and every body chunk, too', () => {
    const header = 'macro M,mail,macro R,rcpt,macro T,data,macro L,header,macro N,endOfHeaders';
    const body = 'macro B,body 012345,macro B,body 6789,macro E,endOfMessage ,abort';
    expect(say({ chunkBytes: 6 }).join(',')).toBe(`${header},${body}`);
  });

  it('says it like Sendmail', () => {
    const macros = { M: [['i', 'Q1']], N: [['i', 'Q1']] } as const;
    expect(say({ mta: 'sendmail', macros }).join(',')).toBe(
      'macro M,mail,rcpt,data,header,macro N,endOfHeaders,body 0123456789,endOfMessage ',
    );
  });

  it('QUIRK(stalwart): no macros from DATA on', () => {
    const macros = { M: [['i', 'Q1']], T: [['i', 'Q1']], E: [['i', 'Q1']] } as const;
    expect(say({ mta: 'stalwart', macros }).filter((text) => text.startsWith('macro'))).toEqual(['macro M']);
  });

  it('can put the last chunk into the end-of-message packet', () => {
    expect(say({ mta: 'sendmail', chunkBytes: 6, lastChunkInEndOfMessage: true }).slice(-2)).toEqual([
      'body 012345',
      'endOfMessage 6789',
    ]);
  });
});

it('uses the lists of end-of-headers and end-of-message for headers and body chunks', () => {
  const macros = { N: [['n', '1']], E: [['e', '2']] } as const;
  const header: Command = { type: 'header', name: 'A', value: 'b' };
  expect(withMacros(header, 'postfix', macros)).toEqual([
    { type: 'macro', stage: 'L', raw: 'n\x001\0' },
    header,
  ]);
  const body: Command = { type: 'body', data: Buffer.from('x') };
  expect(withMacros(body, 'postfix', macros)).toEqual([{ type: 'macro', stage: 'B', raw: 'e\x002\0' }, body]);
  expect(withMacros({ type: 'abort' }, 'postfix', macros)).toEqual([{ type: 'abort' }]);
});

it('shows header values verbatim, or without one space', () => {
  const fields = [' a', '\ta', 'a', '  a', ''].map((value) => ({ name: 'X', value }));
  const values = (leadingSpace: boolean) =>
    headerCommands(fields, leadingSpace).map((command) => (command as { value: string }).value);
  expect(values(true)).toEqual([' a', '\ta', 'a', '  a', '']);
  expect(values(false)).toEqual(['a', '\ta', 'a', ' a', '']);
});

it('cuts a body into chunks of 65535 bytes', () => {
  const sizes = bodyCommands(Buffer.alloc(131071)).map(
    (command) => (command as { data: Buffer }).data.length,
  );
  expect(sizes).toEqual([65535, 65535, 1]);
  expect(bodyCommands(Buffer.alloc(0))).toEqual([]);
});

describe('askedMacros', () => {
  const macros = {
    C: [
      ['j', 'mx'],
      ['{client_addr}', '1'],
    ],
    M: [['i', 'Q']],
    N: [['i', 'Q']],
    E: [['{msg_id}', '<1>']],
  } as const;

  it.each(['postfix', 'sendmail'] as const)('sends what is asked for and has a value, like %s', (mta) => {
    const lists = { mail: ['{client_addr}', '{unknown}', '{msg_id}', 'j'] };
    expect(askedMacros(macros, lists, mta)).toEqual({
      ...macros,
      M: [
        ['{client_addr}', '1'],
        ['j', 'mx'],
      ],
    });
    expect(askedMacros(macros, undefined, mta)).toBe(macros);
  });

  it('QUIRK(postfix): an empty list means its own; QUIRK(sendmail): none', () => {
    expect(askedMacros(macros, { mail: [] }, 'postfix')).toEqual(macros);
    expect(askedMacros(macros, { mail: [] }, 'sendmail')).toEqual({ ...macros, M: [] });
  });

  it('QUIRK(sendmail): a list for end-of-message counts only beside one for end-of-headers', () => {
    const lists = { endOfMessage: ['j'] };
    expect(askedMacros(macros, lists, 'postfix')['E']).toEqual([['j', 'mx']]);
    expect(askedMacros(macros, lists, 'sendmail')['E']).toEqual(macros.E);
    expect(askedMacros(macros, { ...lists, endOfHeaders: ['i'] }, 'sendmail')['E']).toEqual([['j', 'mx']]);
  });

  it('QUIRK(stalwart): lists are not read', () => {
    expect(askedMacros(macros, { mail: ['j'] }, 'stalwart')).toBe(macros);
  });
});
