import { describe, expect, it } from 'vitest';
import type { Interest } from '../../src/core/interest.ts';
import type { EditKind } from '../../src/core/transform.ts';
import { ACTION } from '../../src/protocol/codes.ts';
import { wishesOf } from '../../src/server/wishes.ts';

const NOTHING: Interest = {
  connect: false,
  helo: false,
  mail: false,
  rcpt: false,
  rejectedRecipients: false,
  data: false,
  envelope: false,
  recipients: false,
  headers: false,
  body: false,
  rawMessage: false,
  wholeBody: false,
  eager: false,
  edits: new Set(),
  macros: {},
};

describe('wishesOf', () => {
  it('wants nothing for a filter without hooks', () => {
    const wishes = wishesOf(NOTHING);
    expect(wishes.requiredActions).toBe(0);
    expect(new Set(Object.values(wishes.stages))).toEqual(new Set(['none']));
    expect(wishes.skip).toBe(false);
  });

  it('observes the envelope when somebody looks at it, and answers only where there is a hook', () => {
    const { stages } = wishesOf({ ...NOTHING, envelope: true, rcpt: true });
    expect(stages).toMatchObject({
      connect: 'observe',
      helo: 'observe',
      mail: 'observe',
      rcpt: 'answer',
      data: 'none',
    });
  });

  it('wants to hear of recipients only where somebody looks at them', () => {
    expect(wishesOf({ ...NOTHING, envelope: true }).stages.rcpt).toBe('none');
    expect(wishesOf({ ...NOTHING, envelope: true, recipients: true }).stages.rcpt).toBe('observe');
    expect(wishesOf({ ...NOTHING, envelope: true, rejectedRecipients: true }).stages.rcpt).toBe('observe');
  });

  it('answers body chunks unless everybody reads to the end', () => {
    const some = wishesOf({ ...NOTHING, body: true });
    expect(some.stages.body).toBe('answer');
    expect(some.skip).toBe(true);
    const all = wishesOf({ ...NOTHING, body: true, wholeBody: true });
    expect(all.stages.body).toBe('observe');
    expect(all.skip).toBe(false);
  });

  it('lets the end of headers be answered when somebody may lose interest there', () => {
    expect(wishesOf({ ...NOTHING, headers: true }).stages.endOfHeaders).toBe('answer');
    expect(wishesOf({ ...NOTHING, headers: true }).stages.header).toBe('observe');
  });

  it('spares the reply at the end of headers where nearly every message is wanted', () => {
    expect(wishesOf({ ...NOTHING, headers: true, eager: true }).stages.endOfHeaders).toBe('observe');
    expect(wishesOf({ ...NOTHING, eager: true }).stages.endOfHeaders).toBe('none');
  });

  it('welcomes large headers where it can take them and somebody looks at them', () => {
    expect(wishesOf({ ...NOTHING, headers: true }).maxData).toBe('1M');
    expect(wishesOf({ ...NOTHING, headers: true }, 1_000_000).maxData).toBe('default');
    expect(wishesOf(NOTHING).maxData).toBe('default');
  });

  it('wants recipients that the MTA refuses where somebody does', () => {
    expect(wishesOf(NOTHING).rejectedRecipients).toBe(false);
    expect(wishesOf({ ...NOTHING, rejectedRecipients: true }).rejectedRecipients).toBe(true);
  });

  it('leaves the macros to the MTA unless some are needed', () => {
    expect(wishesOf(NOTHING).macros).toBeUndefined();
    expect(wishesOf({ ...NOTHING, macros: { mail: [] } }).macros).toBeUndefined();
  });

  it('asks for macros beside those that the MTAs send by default, long names in braces', () => {
    expect(wishesOf({ ...NOTHING, macros: { data: ['j', 'client_addr', 'i'] } }).macros).toEqual({
      data: ['i', 'j', '{client_addr}'],
    });
    // What tells one MTA from the other is among them.
    const { connect } = wishesOf({ ...NOTHING, macros: { connect: ['client_ptr'] } }).macros!;
    expect(connect).toEqual(expect.arrayContaining(['v', '{if_name}', '{client_ptr}']));
  });

  it('QUIRK(sendmail): asks for at most 50 macros at a stage', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `x${n}`);
    expect(wishesOf({ ...NOTHING, macros: { data: many(49) } }).macros!.data).toHaveLength(50);
    expect(() => wishesOf({ ...NOTHING, macros: { data: many(50) } })).toThrow(
      '51 macros are asked for at data',
    );
  });

  it.each<[EditKind, number, number]>([
    ['body', ACTION.CHGBODY, 0],
    ['headers', ACTION.ADDHDRS | ACTION.CHGHDRS, 0],
    ['sender', ACTION.CHGFROM, 0],
    ['add-recipient', ACTION.ADDRCPT, ACTION.ADDRCPT_PAR],
    ['remove-recipient', ACTION.DELRCPT, 0],
    ['quarantine', ACTION.QUARANTINE, 0],
  ])('asks for the action bits of %s', (edit, required, optional) => {
    const wishes = wishesOf({ ...NOTHING, edits: new Set([edit]) });
    expect(wishes.requiredActions).toBe(required);
    expect(wishes.optionalActions).toBe(optional);
  });
});
