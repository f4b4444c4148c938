import { describe, expect, it } from 'vitest';
import { envelopeAddress, envelopeCommands } from '../../src/server/envelope-commands.ts';

/** Text as the bytes of its UTF-8 form, one character each. */
const bytes = (text: string): string => Buffer.from(text).toString('latin1');

describe('envelopeAddress', () => {
  it('takes the brackets off and reads UTF-8', () => {
    expect(envelopeAddress('<a@example.org>', ['SIZE=10'])).toEqual({
      address: 'a@example.org',
      parameters: ['SIZE=10'],
    });
    expect(envelopeAddress('<>', [])).toEqual({ address: '', parameters: [] });
    expect(envelopeAddress(bytes('<jürgen@example.org>'), []).address).toBe('jürgen@example.org');
    expect(envelopeAddress('<j\xfcrgen@example.org>', []).address).toBe('j\xfcrgen@example.org');
  });
});

describe('envelopeCommands', () => {
  it('adds recipients and changes the sender, with and without parameters', () => {
    expect(
      envelopeCommands(
        [
          { kind: 'add-recipient', address: 'jürgen@example.org', parameters: [] },
          { kind: 'add-recipient', address: 'b@example.org', parameters: ['NOTIFY=NEVER', 'ORCPT=x'] },
          { kind: 'change-sender', address: '', parameters: [] },
        ],
        [],
      ),
    ).toEqual([
      { type: 'addRecipient', address: bytes('<jürgen@example.org>') },
      { type: 'addRecipient', address: '<b@example.org>', args: 'NOTIFY=NEVER ORCPT=x' },
      { type: 'changeFrom', address: '<>' },
    ]);
  });

  it('takes a recipient away as it came, in all its spellings', () => {
    const recipients = ['<A@example.org>', 'A@example.org', '<b@example.org>', '<A@example.org>'];
    expect(envelopeCommands([{ kind: 'remove-recipient', address: 'A@example.org' }], recipients)).toEqual([
      { type: 'deleteRecipient', address: '<A@example.org>' },
      { type: 'deleteRecipient', address: 'A@example.org' },
    ]);
    expect(envelopeCommands([{ kind: 'remove-recipient', address: 'c@example.org' }], recipients)).toEqual([
      { type: 'deleteRecipient', address: '<c@example.org>' },
    ]);
  });
});
