import { expect, it } from 'vitest';
import { applyEnvelopeEdits } from '../../src/protocol/apply-envelope-edits.ts';
import type { EnvelopeModification, WireEnvelope } from '../../src/protocol/apply-envelope-edits.ts';

const envelope: WireEnvelope = {
  sender: { address: '<from@x>', args: ['SIZE=1'] },
  recipients: [
    { address: '<a@x>', args: [] },
    { address: '<b@x>', args: ['NOTIFY=NEVER'] },
    { address: '<a@x>', args: [] },
  ],
};

/** `sender args | recipient args | ...` */
function after(...edits: EnvelopeModification[]): string {
  const { sender, recipients } = applyEnvelopeEdits(envelope, edits);
  return [sender, ...recipients].map(({ address, args }) => [address, ...args].join(' ')).join(' | ');
}

it.each<[string, EnvelopeModification[], string]>([
  ['nothing', [], '<from@x> SIZE=1 | <a@x> | <b@x> NOTIFY=NEVER | <a@x>'],
  [
    'delete all of an address',
    [{ type: 'deleteRecipient', address: '<a@x>' }],
    '<from@x> SIZE=1 | <b@x> NOTIFY=NEVER',
  ],
  [
    'delete what is not there, in this spelling',
    [{ type: 'deleteRecipient', address: '<A@x>' }],
    '<from@x> SIZE=1 | <a@x> | <b@x> NOTIFY=NEVER | <a@x>',
  ],
  [
    'add, with parameters and without',
    [
      { type: 'addRecipient', address: '<c@x>' },
      { type: 'addRecipient', address: '<d@x>', args: 'NOTIFY=NEVER  ORCPT=rfc822;d@x' },
    ],
    '<from@x> SIZE=1 | <a@x> | <b@x> NOTIFY=NEVER | <a@x> | <c@x> | <d@x> NOTIFY=NEVER ORCPT=rfc822;d@x',
  ],
  [
    'add what is there',
    [{ type: 'addRecipient', address: '<b@x>', args: '' }],
    '<from@x> SIZE=1 | <a@x> | <b@x> NOTIFY=NEVER | <a@x>',
  ],
  [
    'delete and add again, in order',
    [
      { type: 'deleteRecipient', address: '<a@x>' },
      { type: 'addRecipient', address: '<a@x>' },
    ],
    '<from@x> SIZE=1 | <b@x> NOTIFY=NEVER | <a@x>',
  ],
  [
    'another sender keeps the parameters',
    [{ type: 'changeFrom', address: '<>' }],
    '<> SIZE=1 | <a@x> | <b@x> NOTIFY=NEVER | <a@x>',
  ],
  [
    'another sender with parameters of its own',
    [{ type: 'changeFrom', address: '<y@x>', args: 'RET=HDRS' }],
    '<y@x> RET=HDRS | <a@x> | <b@x> NOTIFY=NEVER | <a@x>',
  ],
])('%s', (_, edits, expected) => {
  const before = structuredClone(envelope);
  expect(after(...edits)).toBe(expected);
  expect(envelope).toEqual(before);
});
