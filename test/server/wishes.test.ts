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
  data: false,
  envelope: false,
  headers: false,
  body: false,
  rawMessage: false,
  wholeBody: false,
  eager: false,
  edits: new Set(),
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
