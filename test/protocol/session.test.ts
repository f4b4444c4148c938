import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/protocol/session.ts';
import type { ReplyStage, Verdict } from '../../src/protocol/verdict.ts';
import { SessionRecorder, wishes } from './session-recorder.ts';
import type { Owner } from './session-recorder.ts';
import * as wire from './wire.ts';
import { packet } from './wire.ts';

const WHOLE = Buffer.concat([wire.OFFER, ...wire.SESSION_START, ...wire.MESSAGE, wire.QUIT]);
const WHOLE_EVENTS = [
  'negotiated 6',
  'connect mail.example inet 12345 192.0.2.7',
  'helo mail.example',
  'mail <a@example.org> SIZE=1000',
  'rcpt <b@example.org>',
  'data',
  'header Subject: hello',
  'header X-Folded: one\n\ttwo',
  'endOfHeaders',
  'slices first line\r\nsecond line\r\n',
  'body',
  'endOfMessage',
  'quit',
];

/** An owner that says `verdict` at `stage` and continue elsewhere. */
function at(stage: ReplyStage, verdict: Verdict): Owner {
  return (asked) => (asked === stage ? verdict : 'continue');
}

/** A session past its negotiation, its output forgotten. */
function started(
  owner?: Owner,
  options: Partial<ConstructorParameters<typeof Session>[1]> = {},
  offer = wire.OFFER,
): SessionRecorder {
  const recorder = new SessionRecorder(options, owner).push(offer);
  recorder.takeOutput();
  recorder.events.length = 0;
  return recorder;
}

describe('a whole session', () => {
  it('gives its events and one reply for each command', () => {
    const recorder = new SessionRecorder().push(WHOLE);
    expect(recorder.events).toEqual(WHOLE_EVENTS);
    expect(recorder.takeReplies()).toBe('Occcccccccc');
    expect(recorder.session.isClosed).toBe(true);
  });

  it('answers the offer byte by byte as agreed', () => {
    const recorder = new SessionRecorder({ wishes: wishes('observe', { macros: { mail: ['i', '{x}'] } }) });
    recorder.push(wire.OFFER);
    expect(recorder.takeOutput()).toBe(packet('O', 6, 0x1ff, 0xff080, 2, 'i {x}\0').toString('latin1'));
    expect(recorder.session.agreement?.actions).toBe(0x1ff);
  });

  it('is the same at every split point', () => {
    for (let split = 0; split <= WHOLE.length; split++) {
      const recorder = new SessionRecorder().push(WHOLE.subarray(0, split), WHOLE.subarray(split));
      expect(recorder.events, `split at ${split}`).toEqual(WHOLE_EVENTS);
      expect(recorder.takeReplies()).toBe('Occcccccccc');
    }
  });

  it.each([1, 2, 7, 4096, 65535])('is the same in chunks of %d bytes', (size) => {
    const recorder = new SessionRecorder();
    for (let i = 0; i < WHOLE.length; i += size) recorder.push(WHOLE.subarray(i, i + size));
    expect(recorder.events).toEqual(WHOLE_EVENTS);
  });

  it('is the same when replies come later, whatever was pushed meanwhile', () => {
    for (const size of [1, 7, WHOLE.length]) {
      const recorder = new SessionRecorder({}, () => undefined);
      for (let i = 0; i < WHOLE.length; i += size) {
        recorder.push(WHOLE.subarray(i, i + size));
        if (size === 7 && recorder.session.pending !== undefined) recorder.session.reply('continue');
      }
      while (recorder.session.pending !== undefined) {
        expect(recorder.session.busy).toBe(true);
        recorder.session.reply('continue');
      }
      expect(recorder.events).toEqual(WHOLE_EVENTS);
      expect(recorder.takeReplies()).toBe('Occcccccccc');
    }
  });

  it('writes nothing where no reply is due', () => {
    const recorder = new SessionRecorder({ wishes: wishes('observe') }).push(WHOLE);
    expect(recorder.events).toEqual(WHOLE_EVENTS);
    expect(recorder.takeReplies()).toBe('Oc');
  });

  it('serves several messages, with and without ABORT between them', () => {
    const recorder = started();
    recorder.push(
      ...wire.SESSION_START,
      ...wire.MESSAGE,
      ...wire.MESSAGE,
      wire.ABORT,
      wire.ABORT,
      ...wire.MESSAGE,
      wire.QUIT,
    );
    expect(recorder.events.filter((event) => event === 'endOfMessage')).toHaveLength(3);
    expect(recorder.events).not.toContain('abort');
    expect(recorder.errors).toEqual([]);
  });

  it('knows the macros of each stage', () => {
    const seen: Array<Array<string | undefined>> = [];
    const recorder = new SessionRecorder({}, (stage, session) => {
      if (stage === 'mail' || stage === 'rcpt' || stage === 'endOfMessage') {
        seen.push([session.macros.get('i'), session.macros.get('rcpt_addr'), session.macros.get('{j}')]);
      }
      return 'continue';
    });
    recorder.push(wire.OFFER, ...wire.SESSION_START, ...wire.MESSAGE, wire.ABORT, wire.MAIL);
    expect(seen).toEqual([
      ['Q123', undefined, 'mx.example'],
      ['Q123', 'b@example.org', 'mx.example'],
      ['Q123', 'b@example.org', 'mx.example'],
      [undefined, undefined, 'mx.example'],
    ]);
  });
});

describe('legal and common', () => {
  it.each<[string, Buffer[], string[]]>([
    ['HELO repeated', [wire.HELO, wire.HELO], ['helo mail.example', 'helo mail.example']],
    ['no CONNECT, no HELO', [wire.MAIL], ['mail <a@example.org> SIZE=1000']],
    [
      'ABORT without a message, repeated',
      [wire.ABORT, wire.ABORT, wire.HELO, wire.ABORT],
      ['helo mail.example'],
    ],
    [
      'ABORT in a message, repeated',
      [wire.MAIL, wire.ABORT, wire.ABORT],
      ['mail <a@example.org> SIZE=1000', 'abort'],
    ],
    [
      'MAIL in a message',
      [wire.MAIL, wire.MAIL],
      ['mail <a@example.org> SIZE=1000', 'abort', 'mail <a@example.org> SIZE=1000'],
    ],
    [
      'HELO in a message',
      [wire.MAIL, wire.HELO],
      ['mail <a@example.org> SIZE=1000', 'abort', 'helo mail.example'],
    ],
    ['QUIT in a message', [wire.MAIL, wire.QUIT], ['mail <a@example.org> SIZE=1000', 'abort', 'quit']],
    [
      'macros for any stage, also empty',
      [packet('D'), packet('D', 'X'), packet('D', 'U', 'a\0b\0'), packet('D', 'E', 'odd')],
      [],
    ],
    [
      'no DATA',
      [wire.MAIL, wire.RCPT, wire.SUBJECT],
      ['mail <a@example.org> SIZE=1000', 'rcpt <b@example.org>', 'header Subject: hello'],
    ],
    [
      'no headers',
      [wire.MAIL, wire.BODY],
      ['mail <a@example.org> SIZE=1000', 'slices first line\r\nsecond line\r\n', 'body'],
    ],
    ['an empty body chunk', [wire.MAIL, packet('B')], ['mail <a@example.org> SIZE=1000', 'body']],
    ['nothing after QUIT', [wire.QUIT, wire.HELO, Buffer.from('garbage!')], ['quit']],
  ])('%s', (_name, packets, events) => {
    const recorder = started().push(...packets);
    expect(recorder.events).toEqual(events);
    expect(recorder.errors).toEqual([]);
  });

  it('takes data in the end-of-message packet as body, with one reply', () => {
    const recorder = started().push(wire.MAIL, wire.BODY, packet('E', 'tail'));
    expect(recorder.events.slice(1)).toEqual([
      'slices first line\r\nsecond line\r\n',
      'body',
      'slices tail',
      'endOfMessage',
    ]);
    expect(recorder.takeReplies()).toBe('ccc');
  });

  it('takes UNKNOWN at any time', () => {
    const unknown = packet('U', 'XYZZY\0');
    const recorder = started(at('unknown', { code: 500, status: '5.5.1', lines: ['what?'] }));
    recorder.push(
      unknown,
      wire.HELO,
      unknown,
      wire.MAIL,
      unknown,
      wire.RCPT,
      unknown,
      wire.DATA,
      unknown,
      wire.END_OF_MESSAGE,
    );
    expect(recorder.events.filter((event) => event === 'unknown XYZZY')).toHaveLength(5);
    expect(recorder.takeReplies()).toBe('ycycycycyc');
    expect(recorder.events.at(-1)).toBe('endOfMessage');
  });

  it('forgets the macros of a message with ABORT, not those of the connection', () => {
    const recorder = started().push(...wire.SESSION_START, ...wire.MESSAGE);
    expect(recorder.session.macros.get('i')).toBe('Q123');
    recorder.push(wire.ABORT);
    expect([...recorder.session.macros.all()]).toEqual([['j', 'mx.example']]);
  });

  it('takes a fresh CONNECT after QUIT_NC, without a negotiation and without old macros', () => {
    const recorder = started();
    recorder.push(...wire.SESSION_START, wire.MAIL, wire.QUIT_NEW_CONNECTION, wire.CONNECT);
    expect(recorder.events.slice(-3)).toEqual([
      'abort',
      'quitNewConnection',
      'connect mail.example inet 12345 192.0.2.7',
    ]);
    expect(recorder.session.macros.get('j')).toBeUndefined();
    expect(recorder.errors).toEqual([]);
  });
});

describe('the peer breaks the protocol', () => {
  it.each<[string, string, Buffer[]]>([
    ['HELO before the negotiation', 'MILLRACE_SEQUENCE', [wire.HELO]],
    ['MACRO before the negotiation', 'MILLRACE_SEQUENCE', [packet('D', 'C')]],
    ['BODY before the negotiation', 'MILLRACE_SEQUENCE', [wire.BODY]],
    ['QUIT before the negotiation', 'MILLRACE_SEQUENCE', [wire.QUIT]],
    ['a second negotiation', 'MILLRACE_SEQUENCE', [wire.OFFER, wire.OFFER]],
    ['an unknown command', 'MILLRACE_PACKET', [wire.OFFER, packet('Z')]],
    ['a malformed command', 'MILLRACE_PACKET', [wire.OFFER, packet('H', 'x')]],
    ['an offer of version 1', 'MILLRACE_PACKET', [packet('O', 1, 0x0f, 0x3f)]],
    ['a short offer', 'MILLRACE_PACKET', [packet('O', 6, 0x3f)]],
    ['length 0', 'MILLRACE_FRAME_LENGTH', [wire.OFFER, Buffer.alloc(4)]],
    ['a packet above the cap', 'MILLRACE_FRAME_LENGTH', [wire.OFFER, wire.u32(2_000_000)]],
    ['HTTP', 'MILLRACE_FRAME_LENGTH', [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
    ['TLS', 'MILLRACE_FRAME_LENGTH', [Buffer.from([22, 3, 1, 2, 0, 1, 0])]],
    ['CONNECT twice', 'MILLRACE_SEQUENCE', [wire.OFFER, wire.CONNECT, wire.CONNECT]],
    ['CONNECT after HELO', 'MILLRACE_SEQUENCE', [wire.OFFER, wire.HELO, wire.CONNECT]],
    ['RCPT without MAIL', 'MILLRACE_SEQUENCE', [wire.OFFER, wire.RCPT]],
    ['RCPT after a header', 'MILLRACE_SEQUENCE', [wire.OFFER, wire.MAIL, wire.SUBJECT, wire.RCPT]],
    ['DATA twice', 'MILLRACE_SEQUENCE', [wire.OFFER, wire.MAIL, wire.DATA, wire.DATA]],
    ['a header after the body', 'MILLRACE_SEQUENCE', [wire.OFFER, wire.MAIL, wire.BODY, wire.SUBJECT]],
    [
      'end-of-headers twice',
      'MILLRACE_SEQUENCE',
      [wire.OFFER, wire.MAIL, wire.END_OF_HEADERS, wire.END_OF_HEADERS],
    ],
    ['BODY without MAIL', 'MILLRACE_SEQUENCE', [wire.OFFER, wire.BODY]],
    [
      'end-of-message twice',
      'MILLRACE_SEQUENCE',
      [wire.OFFER, wire.MAIL, wire.END_OF_MESSAGE, wire.END_OF_MESSAGE],
    ],
  ])('%s', (_name, code, packets) => {
    const recorder = new SessionRecorder().push(...packets);
    expect(recorder.errorCode).toBe(code);
    expect(recorder.session.isClosed).toBe(true);
    const [events, output] = [recorder.events.length, recorder.takeOutput().length];
    recorder.push(wire.HELO, wire.MAIL, wire.BODY, wire.QUIT);
    expect([recorder.events.length, recorder.errors.length]).toEqual([events, 1]);
    expect(recorder.takeOutput().length).toBeLessThanOrEqual(output);
    expect(recorder.takeOutput()).toBe('');
  });

  it('names the action that is not offered', () => {
    const recorder = new SessionRecorder({ wishes: wishes('answer', { requiredActions: 0x40 }) });
    recorder.push(packet('O', 2, 0x3f, 0x7f));
    expect(recorder.errors[0]?.message).toContain('CHGFROM');
    expect(recorder.takeOutput()).toBe('');
  });

  it('closes when it floods a filter that is busy', () => {
    const recorder = started(() => undefined, { maxBacklog: 100 });
    recorder.push(wire.MAIL, Buffer.concat([wire.RCPT, wire.DATA]));
    expect(recorder.errors).toEqual([]);
    recorder.push(Buffer.alloc(100, 1));
    expect(recorder.errorCode).toBe('MILLRACE_LIMIT');
    expect(() => recorder.session.reply('continue')).not.toThrow();
  });
});

describe('verdicts', () => {
  const reply = { code: 554, status: '5.7.0', lines: ['no 100%'] };

  it('sends an SMTP reply of its own', () => {
    const recorder = started(at('mail', reply)).push(wire.MAIL);
    expect(recorder.takeOutput()).toBe(packet('y', '554 5.7.0 no 100%%\0').toString('latin1'));
  });

  it.each<[ReplyStage, Verdict, string]>([
    ['mail', 'accept', 'a'],
    ['mail', 'reject', 'r'],
    ['data', 'tempfail', 't'],
    ['header', 'discard', 'd'],
    ['endOfHeaders', 'accept', 'a'],
    ['endOfHeaders', reply, 'y'],
    ['body', 'reject', 'r'],
    ['rcpt', 'accept', 'a'],
    ['rcpt', 'discard', 'd'],
  ])('at %s: %j decides the message; whoever goes on is told again', (stage, verdict, letter) => {
    const recorder = started(at(stage, verdict));
    recorder.push(
      wire.MAIL,
      wire.RCPT,
      wire.DATA,
      wire.SUBJECT,
      wire.SUBJECT,
      wire.END_OF_HEADERS,
      wire.BODY,
      wire.BODY,
      wire.END_OF_MESSAGE,
    );
    const replies = recorder.takeReplies();
    expect(replies).toMatch(new RegExp(`^c*${letter}+$`));
    expect(replies).toHaveLength(9);
    expect(recorder.events.at(-1)?.startsWith(stage)).toBe(true);
    // The next message is a new one, also without ABORT; nobody is told of an abort of what was decided.
    recorder.events.length = 0;
    recorder.push(wire.MAIL);
    expect(recorder.events).toEqual(['mail <a@example.org> SIZE=1000']);
  });

  it('a decided message ends at once with ABORT or MAIL', () => {
    const recorder = started(at('mail', 'reject')).push(
      wire.MAIL,
      wire.MAIL,
      wire.ABORT,
      wire.ABORT,
      wire.MAIL,
    );
    expect(recorder.takeReplies()).toBe('rrr');
    expect(recorder.events).toEqual(Array.from({ length: 3 }, () => 'mail <a@example.org> SIZE=1000'));
  });

  it('UNKNOWN after a decided message says nothing about it', () => {
    const recorder = started(at('mail', 'discard')).push(wire.MAIL, packet('U', 'x\0'));
    expect(recorder.takeReplies()).toBe('dc');
  });

  it.each<Verdict>(['reject', 'tempfail', reply])('at rcpt: %j counts for that recipient only', (verdict) => {
    let asked = 0;
    const recorder = started((stage) => (stage === 'rcpt' && asked++ === 0 ? verdict : 'continue'));
    recorder.push(wire.MAIL, wire.RCPT, wire.RCPT, wire.DATA, wire.END_OF_MESSAGE);
    expect(recorder.takeReplies()).toMatch(/^c[rty]ccc$/);
    expect(recorder.events.at(-1)).toBe('endOfMessage');
  });

  it.each<['connect' | 'helo', Verdict, string]>([
    ['connect', 'accept', 'a'],
    ['connect', 'reject', 'r'],
    ['helo', 'tempfail', 't'],
    ['helo', reply, 'y'],
  ])('at %s: %j decides the connection', (stage, verdict, letter) => {
    const recorder = started(at(stage, verdict));
    recorder.push(
      wire.CONNECT,
      wire.HELO,
      wire.MAIL,
      packet('U', 'x\0'),
      wire.RCPT,
      wire.BODY,
      wire.END_OF_MESSAGE,
      wire.MAIL,
      wire.ABORT,
      wire.RCPT,
    );
    expect(recorder.takeReplies().replace(/^c/, '')).toMatch(new RegExp(`^${letter}{8,9}$`));
    expect(recorder.events.at(-1)?.startsWith(stage)).toBe(true);
    expect(recorder.errors).toEqual([]);
    recorder.push(wire.QUIT_NEW_CONNECTION);
    recorder.events.length = 0;
    recorder.push(wire.MAIL);
    expect(recorder.events).toEqual(['mail <a@example.org> SIZE=1000']);
  });

  it('where no reply is due, a verdict is given at the next stage that takes one', () => {
    const stages = {
      mail: 'observe',
      rcpt: 'observe',
      header: 'observe',
      endOfHeaders: 'answer',
      body: 'answer',
    } as const;
    for (const stage of ['mail', 'rcpt', 'header'] as const) {
      const recorder = started(at(stage, reply), { wishes: wishes('none', { stages }) });
      recorder.push(wire.MAIL, wire.RCPT, wire.SUBJECT);
      expect(recorder.takeOutput(), stage).toBe('');
      recorder.push(wire.END_OF_HEADERS);
      expect(recorder.takeReplies()).toBe('y');
      expect(recorder.events.at(-1)?.startsWith(stage)).toBe(true);
    }
  });

  it('end-of-message always takes it', () => {
    const recorder = started(at('body', 'tempfail'), { wishes: wishes('observe') });
    recorder.push(...wire.MESSAGE);
    expect(recorder.takeReplies()).toBe('t');
    expect(recorder.events).not.toContain('endOfMessage');
  });

  it('a verdict about UNKNOWN is dropped where no reply is due', () => {
    const recorder = started(at('unknown', 'reject'), { wishes: wishes('observe') });
    recorder.push(wire.MAIL, packet('U', 'x\0'), wire.END_OF_MESSAGE);
    expect(recorder.takeReplies()).toBe('c');
  });

  it('QUIRK(postfix): DISCARD at CONNECT or HELO is a configuration error, so it never leaves', () => {
    const recorder = started(() => undefined);
    for (const bytes of [wire.CONNECT, wire.HELO, packet('U', 'x\0')]) {
      recorder.push(bytes);
      expect(() => recorder.session.reply('discard')).toThrow(
        expect.objectContaining({ code: 'MILLRACE_SEQUENCE' }),
      );
      expect(recorder.takeOutput()).toBe('');
      recorder.session.reply('continue');
      expect(recorder.takeReplies()).toBe('c');
    }
  });

  it('a reply too many is an error of the owner', () => {
    const recorder = started();
    expect(() => recorder.session.reply('continue')).toThrow(
      expect.objectContaining({ code: 'MILLRACE_SEQUENCE' }),
    );
    recorder.push(wire.MAIL);
    expect(() => recorder.session.reply('continue')).toThrow(
      expect.objectContaining({ code: 'MILLRACE_SEQUENCE' }),
    );
    expect(recorder.takeReplies()).toBe('c');
  });

  it('a reply that cannot be sent leaves the command waiting', () => {
    const recorder = started(() => undefined).push(wire.MAIL);
    expect(() => recorder.session.reply({ code: 200, lines: ['x'] })).toThrow(
      expect.objectContaining({ code: 'MILLRACE_REPLY_CODE' }),
    );
    expect(recorder.session.pending).toBe('mail');
    recorder.session.reply('tempfail');
    expect(recorder.takeReplies()).toBe('t');
  });

  it('a reply after close is ignored', () => {
    const recorder = started(() => undefined).push(wire.MAIL);
    recorder.session.close();
    recorder.session.reply('continue');
    expect(recorder.takeOutput()).toBe('');
  });
});

describe('SKIP', () => {
  const skipping = { wishes: wishes('answer', { skip: true }) };

  it('ends the body chunks of this message only', () => {
    let chunks = 0;
    const recorder = started((stage) => (stage === 'body' && chunks++ === 0 ? 'skip' : 'continue'), skipping);
    recorder.push(wire.MAIL, wire.BODY, wire.BODY, packet('E', 'tail'), wire.MAIL, wire.BODY);
    expect(recorder.takeReplies()).toBe('cscccc');
    const body = 'slices first line\r\nsecond line\r\n';
    const mail = 'mail <a@example.org> SIZE=1000';
    expect(recorder.events).toEqual([mail, body, 'body', 'endOfMessage', mail, body, 'body']);
  });

  it('QUIRK(sendmail): SKIP to a header makes Sendmail send no body, so it never leaves', () => {
    const recorder = started(() => undefined, skipping).push(wire.MAIL);
    recorder.session.reply('continue');
    recorder.push(wire.SUBJECT);
    expect(() => recorder.session.reply('skip')).toThrow(
      expect.objectContaining({ code: 'MILLRACE_SEQUENCE' }),
    );
  });

  it('needs to be negotiated', () => {
    const recorder = started(
      (stage) => (stage === 'body' ? undefined : 'continue'),
      skipping,
      wire.PLAIN_OFFER,
    );
    recorder.push(wire.MAIL, wire.BODY);
    expect(() => recorder.session.reply('skip')).toThrow(
      expect.objectContaining({ code: 'MILLRACE_SEQUENCE' }),
    );
  });
});

describe('an owner that throws', () => {
  it('closes the session and gets its error back', () => {
    const recorder = started(() => {
      throw new RangeError('bug');
    });
    expect(() => recorder.push(wire.MAIL)).toThrow(RangeError);
    expect(recorder.session.isClosed).toBe(true);
  });

  it('must not push from inside an event', () => {
    const recorder = started((_stage, session) => {
      session.push(wire.RCPT);
      return 'continue';
    });
    expect(() => recorder.push(wire.MAIL)).toThrow(expect.objectContaining({ code: 'MILLRACE_SEQUENCE' }));
  });
});
