import { describe, expect, it } from 'vitest';
import type { Modification } from '../../src/protocol/replies.ts';
import { SessionRecorder, wishes } from './session-recorder.ts';
import * as wire from './wire.ts';
import { packet } from './wire.ts';

const SEQUENCE = expect.objectContaining({ code: 'MILLRACE_SEQUENCE' });

/** A session whose end-of-message waits for its reply; output forgotten. */
function atEndOfMessage(actions = 0xff): SessionRecorder {
  const recorder = new SessionRecorder({ wishes: wishes('answer', { optionalActions: actions }) }, (stage) =>
    stage === 'endOfMessage' ? undefined : 'continue',
  );
  recorder.push(wire.OFFER, ...wire.MESSAGE);
  recorder.takeOutput();
  return recorder;
}

const EDITS: ReadonlyArray<[number, Buffer, Modification]> = [
  [0x01, packet('h', 'X\0', 'y\0'), { type: 'addHeader', name: 'X', value: 'y' }],
  [0x01, packet('i', 0, 'X\0', 'y\0'), { type: 'insertHeader', index: 0, name: 'X', value: 'y' }],
  [0x10, packet('m', 1, 'X\0', '\0'), { type: 'changeHeader', index: 1, name: 'X', value: '' }],
  [0x02, packet('b', 'new\r\n'), { type: 'replaceBody', data: Buffer.from('new\r\n') }],
  [0x04, packet('+', '<c@x>\0'), { type: 'addRecipient', address: '<c@x>' }],
  [0x80, packet('2', '<c@x>\0', 'A=1\0'), { type: 'addRecipient', address: '<c@x>', args: 'A=1' }],
  [0x08, packet('-', '<b@x>\0'), { type: 'deleteRecipient', address: '<b@x>' }],
  [0x40, packet('e', '<s@x>\0'), { type: 'changeFrom', address: '<s@x>' }],
  [0x20, packet('q', 'odd\0'), { type: 'quarantine', reason: 'odd' }],
];

describe('edits', () => {
  it.each(EDITS)('with action %d: %j', (action, bytes, edit) => {
    const recorder = atEndOfMessage(action);
    expect(recorder.session.edits.hasBegun).toBe(false);
    recorder.session.edits.send(edit);
    expect(recorder.session.edits.hasBegun).toBe(true);
    recorder.session.reply('accept');
    expect(recorder.takeOutput()).toBe(bytes.toString('latin1') + packet('a').toString('latin1'));
  });

  it.each(EDITS)('without action %d none of %j', (action, _bytes, edit) => {
    const recorder = atEndOfMessage(0xff & ~action);
    expect(() => recorder.session.edits.send(edit)).toThrow(SEQUENCE);
    expect(recorder.session.edits.hasBegun).toBe(false);
    recorder.session.reply('reject');
    expect(recorder.takeReplies()).toBe('r');
  });

  it('are not possible before end-of-message, nor after its reply', () => {
    const recorder = atEndOfMessage();
    recorder.session.reply('continue');
    recorder.takeOutput();
    for (const [, , edit] of EDITS) expect(() => recorder.session.edits.send(edit)).toThrow(SEQUENCE);
    recorder.push(wire.MAIL);
    expect(() => recorder.session.edits.replaceBody(Buffer.from('x'))).toThrow(SEQUENCE);
    expect(() => recorder.session.edits.replaceBodyInPlace(Buffer.alloc(9), 5, 9)).toThrow(SEQUENCE);
    expect(() => recorder.session.edits.progress()).toThrow(SEQUENCE);
    expect(recorder.takeReplies()).toBe('c');
  });

  it('that cannot be sent change nothing', () => {
    const recorder = atEndOfMessage();
    const bad: Modification = { type: 'addHeader', name: 'X', value: 'a\r\nX-Forged: yes' };
    expect(() => recorder.session.edits.send(bad)).toThrow(
      expect.objectContaining({ code: 'MILLRACE_HEADER_VALUE' }),
    );
    expect(() => recorder.session.edits.replaceBodyInPlace(Buffer.alloc(9), 2, 9)).toThrow(
      expect.objectContaining({ code: 'MILLRACE_PACKET' }),
    );
    recorder.session.reply('reject');
    expect(recorder.takeReplies()).toBe('r');
  });

  it.each(['accept', 'continue', 'tempfail'] as const)('can end with %s', (verdict) => {
    const recorder = atEndOfMessage();
    recorder.session.edits.replaceBody(Buffer.from('half'));
    recorder.session.reply(verdict);
    expect(recorder.takeReplies()).toBe(`b${verdict[0]}`);
  });

  it.each(['reject', 'discard', { code: 550, lines: ['x'] }, { code: 451, lines: ['x'] }] as const)(
    'cannot end with %j',
    (verdict) => {
      const recorder = atEndOfMessage();
      recorder.session.edits.send({ type: 'quarantine', reason: 'odd' });
      expect(() => recorder.session.reply(verdict)).toThrow(SEQUENCE);
      expect(recorder.session.pending).toBe('endOfMessage');
      recorder.session.reply('tempfail');
      expect(recorder.takeReplies()).toBe('qt');
    },
  );

  it('of one message do not weigh on the next', () => {
    const recorder = atEndOfMessage();
    recorder.session.edits.replaceBody(Buffer.from('x'));
    recorder.session.reply('accept');
    recorder.push(...wire.MESSAGE);
    recorder.session.edits.progress();
    recorder.session.edits.send({ type: 'quarantine', reason: 'odd' });
    recorder.session.reply('accept');
    expect(recorder.takeReplies().slice(-4)).toBe('cpqa');
  });

  it('after close are ignored', () => {
    const recorder = atEndOfMessage();
    recorder.session.close();
    for (const [, , edit] of EDITS) recorder.session.edits.send(edit);
    recorder.session.edits.progress();
    recorder.session.edits.replaceBodyInPlace(Buffer.alloc(9), 5, 9);
    expect(recorder.takeOutput()).toBe('');
  });
});

describe('a replacement body', () => {
  it('QUIRK(postfix): nothing comes between its packets', () => {
    const recorder = atEndOfMessage();
    recorder.session.edits.replaceBody(Buffer.from('a'));
    for (const [, , edit] of EDITS) {
      if (edit.type !== 'replaceBody') expect(() => recorder.session.edits.send(edit)).toThrow(SEQUENCE);
    }
    expect(() => recorder.session.edits.progress()).toThrow(SEQUENCE);
    recorder.session.edits.replaceBody(Buffer.from('b'));
    recorder.session.reply('accept');
    expect(recorder.takeReplies()).toBe('bba');
  });

  it('goes out in packets of at most 65535 bytes', () => {
    const recorder = atEndOfMessage();
    recorder.session.edits.replaceBody(Buffer.alloc(131071));
    recorder.session.reply('accept');
    expect(recorder.takeReplies()).toBe('bbba');
  });

  it('may be framed where it lies', () => {
    const recorder = atEndOfMessage();
    recorder.session.edits.replaceBodyInPlace(Buffer.from('.....hello'), 5, 10);
    expect(recorder.output).toHaveLength(1);
    expect(recorder.takeOutput()).toBe(packet('b', 'hello').toString('latin1'));
  });

  it('may be empty', () => {
    const recorder = atEndOfMessage();
    recorder.session.edits.replaceBody(Buffer.alloc(0));
    expect(recorder.takeOutput()).toBe('\0\0\0\x01b');
  });
});

describe('PROGRESS', () => {
  it('goes out while end-of-message waits', () => {
    const recorder = atEndOfMessage();
    recorder.session.edits.progress();
    recorder.session.edits.progress();
    recorder.session.reply('reject');
    expect(recorder.takeReplies()).toBe('ppr');
  });

  it('stops at the first edit', () => {
    const recorder = atEndOfMessage();
    recorder.session.edits.send({ type: 'addHeader', name: 'X', value: 'y' });
    expect(() => recorder.session.edits.progress()).toThrow(SEQUENCE);
  });

  it('QUIRK(sendmail): is not possible before end-of-message', () => {
    const recorder = new SessionRecorder({}, (stage) => (stage === 'body' ? undefined : 'continue'));
    recorder.push(wire.OFFER, ...wire.MESSAGE);
    expect(recorder.session.pending).toBe('body');
    expect(() => recorder.session.edits.progress()).toThrow(SEQUENCE);
  });
});
