import { describe, expect, it } from 'vitest';
import { DEFAULT_OFFER, STALWART_OFFER } from '../../src/protocol/client.ts';
import type { ClientOptions } from '../../src/protocol/client.ts';
import type { Command } from '../../src/protocol/commands.ts';
import { ClientRecorder } from './client-recorder.ts';
import { packet } from './wire.ts';

const MAIL: Command = { type: 'mail', address: '<a@x>', args: [] };
const RCPT: Command = { type: 'rcpt', address: '<b@x>', args: [] };
const HEADER: Command = { type: 'header', name: 'A', value: 'b' };
const BODY: Command = { type: 'body', data: Buffer.from('x\r\n') };
const END: Command = { type: 'endOfMessage', data: Buffer.alloc(0) };
const HELO: Command = { type: 'helo', name: 'h' };
const CONTINUE = packet('c');

/** A client past its negotiation: `actions` and `protocol` are what the filter answered. */
function started(options: ClientOptions = {}, actions = 0xff, protocol = 0): ClientRecorder {
  const recorder = new ClientRecorder(options);
  recorder.client.start();
  recorder.push(packet('O', 6, actions, protocol));
  recorder.takeOutput();
  recorder.events.length = 0;
  return recorder;
}

/** A client whose end-of-message awaits its verdict. */
function atEndOfMessage(options: ClientOptions = {}, actions = 0xff): ClientRecorder {
  const recorder = started(options, actions);
  recorder.client.send(MAIL);
  recorder.push(CONTINUE);
  recorder.client.send(END);
  recorder.events.length = 0;
  return recorder;
}

describe('negotiation', () => {
  it.each([
    [DEFAULT_OFFER, packet('O', 6, 0x1ff, 0x1fffff)],
    [STALWART_OFFER, packet('O', 6, 0xff, 0x42)],
    [{ version: 2, actions: 0x3f, protocol: 0x7f }, packet('O', 2, 0x3f, 0x7f)],
  ])('offers %j', (offer, bytes) => {
    const recorder = new ClientRecorder({ offer });
    recorder.client.start();
    expect(recorder.takeOutput()).toBe(bytes.toString('latin1'));
  });

  it('takes an answer once, and no command before it', () => {
    const recorder = new ClientRecorder();
    expect(() => recorder.client.send(MAIL)).toThrow(expect.objectContaining({ code: 'MILLRACE_SEQUENCE' }));
    recorder.client.start();
    recorder.push(packet('O', 6, 0x100, 0x80, 2, 'i j\0'));
    expect(recorder.client.agreed).toMatchObject({ macros: { mail: ['i', 'j'] } });
    recorder.push(packet('O', 6, 0, 0));
    expect(recorder.errors[0]?.code).toBe('MILLRACE_SEQUENCE');
  });

  it.each([
    ['a later version', packet('O', 7, 0, 0)],
    ['version 1', packet('O', 1, 0, 0)],
    ['QUIRK(sendmail): an unoffered protocol bit', packet('O', 6, 0, 0x10000000)],
    ['an unoffered action', packet('O', 6, 0x200, 0)],
  ])('refuses %s', (_name, bytes) => {
    const recorder = new ClientRecorder();
    recorder.client.start();
    recorder.push(bytes);
    expect(recorder.errors[0]?.code).toBe('MILLRACE_NEGOTIATION');
  });

  it('takes the bits of version 1 after an offer of nothing', () => {
    const fresh = new ClientRecorder({ offer: { version: 2, actions: 0, protocol: 0 } });
    fresh.client.start();
    fresh.push(packet('O', 2, 0x0f, 0x3f));
    expect(fresh.events).toEqual(['negotiated 2']);
  });
});

describe('commands', () => {
  it('leaves out what was negotiated away and knows where no reply is due', () => {
    const recorder = started({}, 0, 0x02 | 0x80 | 0x4000); // NOHELO, NR_HDR, NR_MAIL
    const sent = [HELO, MAIL, HEADER, RCPT].map((command) => recorder.client.send(command));
    expect(sent).toEqual(['skipped', 'sent', 'sent', 'waiting']);
    expect(recorder.takeOutput()).toBe(
      Buffer.concat([packet('M', '<a@x>\0'), packet('L', 'A\0', 'b\0'), packet('R', '<b@x>\0')]).toString(
        'latin1',
      ),
    );
  });

  it('knows that DATA came with version 4 and UNKNOWN with version 3', () => {
    const recorder = new ClientRecorder({ offer: { version: 2, actions: 0x3f, protocol: 0x7f } });
    recorder.client.start();
    recorder.push(packet('O', 2, 0, 0));
    expect(recorder.client.send({ type: 'data' })).toBe('skipped');
    expect(recorder.client.send({ type: 'unknown', command: 'X' })).toBe('skipped');
    expect(recorder.client.send(MAIL)).toBe('waiting');
  });

  it('waits for one verdict after the other', () => {
    const recorder = started();
    recorder.client.send(MAIL);
    expect(recorder.client.waiting).toBe('mail');
    expect(() => recorder.client.send(RCPT)).toThrow(expect.objectContaining({ code: 'MILLRACE_SEQUENCE' }));
    recorder.push(CONTINUE);
    expect(recorder.client.send(RCPT)).toBe('waiting');
  });

  it('leaves out the rest of a decided message, but not the next', () => {
    const recorder = started();
    recorder.client.send(MAIL);
    recorder.push(packet('r'));
    expect(
      [RCPT, HEADER, BODY, END, { type: 'macro', stage: 'R', raw: '' } as const].map((c) =>
        recorder.client.send(c),
      ),
    ).toEqual(Array.from({ length: 5 }, () => 'skipped'));
    expect(recorder.client.messageVerdict).toEqual({ type: 'reject' });
    // The macros for MAIL come before it, and MAIL may come without an ABORT.
    expect(recorder.client.send({ type: 'macro', stage: 'M', raw: '' })).toBe('sent');
    expect(recorder.client.send({ type: 'abort' })).toBe('sent');
    expect(recorder.client.send(MAIL)).toBe('waiting');
    expect(recorder.client.messageVerdict).toBeUndefined();
  });

  it('a refused recipient is only that', () => {
    const recorder = started();
    recorder.client.send(MAIL);
    recorder.push(CONTINUE);
    recorder.client.send(RCPT);
    recorder.push(packet('y', '550 5.1.1 who?\0'));
    expect(recorder.client.messageVerdict).toBeUndefined();
    expect(recorder.client.send(RCPT)).toBe('waiting');
  });

  it('leaves out everything after a verdict at HELO, until QUIT_NC', () => {
    const recorder = started();
    recorder.client.send(HELO);
    recorder.push(packet('t'));
    expect([MAIL, HELO, END, { type: 'abort' } as const].map((c) => recorder.client.send(c))).toEqual(
      Array.from({ length: 4 }, () => 'skipped'),
    );
    expect(recorder.client.connectionVerdict).toEqual({ type: 'tempfail' });
    expect(recorder.client.send({ type: 'quitNewConnection' })).toBe('sent');
    expect(recorder.client.send(MAIL)).toBe('waiting');
  });

  it('sends no more after QUIT', () => {
    const recorder = started();
    expect(recorder.client.send({ type: 'quit' })).toBe('sent');
    expect(recorder.client.send(MAIL)).toBe('skipped');
  });

  it('QUIRK(stalwart): an early ACCEPT counts as continue', () => {
    const recorder = started({ mta: 'stalwart' });
    recorder.client.send(MAIL);
    recorder.push(packet('a'));
    expect(recorder.client.send(RCPT)).toBe('waiting');
  });

  it('QUIRK(stalwart): without the body there is no end-of-message', () => {
    for (const mta of ['stalwart', 'postfix'] as const) {
      const recorder = started({ mta }, 0, 0x10);
      expect(recorder.client.send(END)).toBe(mta === 'stalwart' ? 'skipped' : 'waiting');
    }
  });
});

describe('SKIP', () => {
  const skip = 0x400;

  it('leaves out the rest of its kind in this message', () => {
    const recorder = started({}, 0, skip);
    recorder.client.send(BODY);
    recorder.push(packet('s'));
    expect(recorder.client.send(BODY)).toBe('skipped');
    expect(recorder.client.send(MAIL)).toBe('waiting');
    recorder.push(CONTINUE);
    expect(recorder.client.send(BODY)).toBe('waiting');
  });

  it('QUIRK(sendmail): after SKIP at a header all headers still come, and then no body', () => {
    for (const mta of ['sendmail', 'postfix'] as const) {
      const recorder = started({ mta }, 0, skip);
      recorder.client.send(HEADER);
      recorder.push(packet('s'));
      expect(recorder.client.send(HEADER)).toBe(mta === 'sendmail' ? 'waiting' : 'skipped');
      if (mta === 'sendmail') recorder.push(CONTINUE);
      expect(recorder.client.send(BODY)).toBe(mta === 'sendmail' ? 'skipped' : 'waiting');
    }
  });

  it('is refused where it is not negotiated, and at MAIL', () => {
    const unasked = started();
    unasked.client.send(BODY);
    unasked.push(packet('s'));
    expect(unasked.errors[0]?.code).toBe('MILLRACE_SEQUENCE');
    const misplaced = started({}, 0, skip);
    misplaced.client.send(MAIL);
    misplaced.push(packet('s'));
    expect(misplaced.errors[0]?.code).toBe('MILLRACE_SEQUENCE');
  });
});

describe('modifications', () => {
  it('are recorded, and the new body handed on', () => {
    const recorder = atEndOfMessage();
    recorder.push(
      packet('p'),
      packet('h', 'X\0', 'y\0'),
      packet('q', 'odd\0'),
      packet('b', 'new '),
      packet('b', 'body'),
      packet('a'),
    );
    expect(recorder.events).toEqual([
      'progress',
      'addHeader',
      'quarantine',
      'body 4',
      'body 4',
      'endOfMessage accept',
    ]);
    expect(recorder.body).toBe('new body');
    expect(recorder.client.hasNewBody).toBe(true);
    expect(recorder.client.modifications).toEqual([
      { type: 'addHeader', name: 'X', value: 'y' },
      { type: 'quarantine', reason: 'odd' },
    ]);
    recorder.client.send(MAIL);
    expect([recorder.client.hasNewBody, recorder.client.modifications.length]).toEqual([false, 0]);
  });

  it('are the same at every split point', () => {
    const bytes = Buffer.concat([
      packet('p'),
      packet('h', 'X\0', 'y\0'),
      packet('b', 'new '),
      packet('b'),
      packet('c'),
    ]);
    for (let split = 0; split <= bytes.length; split++) {
      const recorder = atEndOfMessage().push(bytes.subarray(0, split), bytes.subarray(split));
      expect(recorder.events).toEqual(['progress', 'addHeader', 'body 4', 'body 0', 'endOfMessage continue']);
      expect(recorder.body).toBe('new ');
    }
  });

  it.each([
    [0x01, packet('h', 'X\0', 'y\0')],
    [0x01, packet('i', 0, 'X\0', 'y\0')],
    [0x10, packet('m', 1, 'X\0', 'y\0')],
    [0x02, packet('b', 'x')],
    [0x04, packet('+', '<a>\0')],
    [0x80, packet('2', '<a>\0')],
    [0x08, packet('-', '<a>\0')],
    [0x40, packet('e', '<a>\0')],
    [0x20, packet('q', 'x\0')],
  ])('need their action %d and end-of-message', (action, bytes) => {
    expect(atEndOfMessage({}, action).push(bytes).errors).toEqual([]);
    expect(atEndOfMessage({}, 0xff & ~action).push(bytes).errors[0]?.code).toBe('MILLRACE_SEQUENCE');
    const early = started();
    early.client.send(MAIL);
    expect(early.push(bytes).errors[0]?.code).toBe('MILLRACE_SEQUENCE');
    expect(started().push(bytes).errors[0]?.code).toBe('MILLRACE_SEQUENCE');
  });

  it('QUIRK(postfix): any other packet once the new body has begun answers the client 451', () => {
    for (const other of [packet('p'), packet('h', 'X\0', 'y\0'), packet('q', 'x\0')]) {
      expect(atEndOfMessage({ mta: 'postfix' }).push(packet('b', 'x'), other).errors[0]?.code).toBe(
        'MILLRACE_SEQUENCE',
      );
      expect(atEndOfMessage({ mta: 'sendmail' }).push(packet('b', 'x'), other, packet('b')).errors).toEqual(
        [],
      );
    }
  });

  it('a body packet has at most 65535 bytes', () => {
    expect(atEndOfMessage().push(packet('b', Buffer.alloc(65535))).errors).toEqual([]);
    const recorder = atEndOfMessage().push(packet('b', Buffer.alloc(65536)));
    expect(recorder.errors[0]?.code).toBe('MILLRACE_PACKET');
    expect(recorder.body).toBe('');
  });
});

describe('the filter breaks the protocol', () => {
  it.each<[string, string, Buffer]>([
    ['a malformed SMTP reply', 'MILLRACE_PACKET', packet('y', '550 5.7.1 x\r\n\0')],
    ['an SMTP reply of another class', 'MILLRACE_PACKET', packet('y', '550 4.7.1 x\0')],
    ['an unknown reply', 'MILLRACE_PACKET', packet('4')],
    ['DISCARD at HELO', 'MILLRACE_SEQUENCE', packet('d')],
    ['two replies', 'MILLRACE_SEQUENCE', Buffer.concat([CONTINUE, CONTINUE])],
    ['length 0', 'MILLRACE_FRAME_LENGTH', Buffer.alloc(4)],
  ])('%s', (_name, code, bytes) => {
    const recorder = started();
    recorder.client.send(HELO);
    recorder.push(bytes);
    expect(recorder.errors[0]?.code).toBe(code);
    recorder.push(CONTINUE, Buffer.alloc(4));
    expect(recorder.errors).toHaveLength(1);
    expect(recorder.client.send(MAIL)).toBe('skipped');
  });

  it('QUIRK(sendmail): PROGRESS before end-of-message puts the filter into its error state; Postfix takes it', () => {
    for (const mta of ['sendmail', 'stalwart', 'postfix'] as const) {
      const recorder = started({ mta });
      recorder.client.send(MAIL);
      recorder.push(packet('p'));
      expect(recorder.errors.map((error) => error.code)).toEqual(
        mta === 'postfix' ? [] : ['MILLRACE_SEQUENCE'],
      );
    }
    expect(started().push(packet('p')).errors[0]?.code).toBe('MILLRACE_SEQUENCE');
  });
});
