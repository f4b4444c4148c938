import { describe, expect, it } from 'vitest';
import { defineTransform } from '../../src/core/transform.ts';
import type { EditKind } from '../../src/core/transform.ts';
import type { Message } from '../../src/core/message.ts';
import { replace, rewriteLines } from '../../src/core/verbs.ts';
import type { MilterClientOptions } from '../../src/server/client-types.ts';
import { startServer } from '../support/milter-server.ts';
import { sendOnce } from '../support/send-once.ts';

/** MTAs that differ in what the commands mean and in what they offer. */
const MTAS: [string, MilterClientOptions][] = [
  ['Postfix', {}],
  ['Sendmail', { mta: 'sendmail' }],
  ['Postfix without HDR_LEADSPC', { offer: { version: 6, actions: 0x1ff, protocol: 0x0fffff } }],
  ['version 2', { offer: { version: 2, actions: 0x3f, protocol: 0x7f } }],
];

const EML = Buffer.from(
  ['From: a@example.org', 'X-Same: 1', 'X-Same: 2', 'To: b@example.com', 'X-Same: 3', '', 'body', ''].join(
    '\r\n',
  ),
);

/** Everything that a transform does at end-of-message in these tests. */
function editor(edit: (msg: Message<undefined>) => void, edits?: readonly EditKind[]) {
  return defineTransform({ name: 'editor', ...(edits === undefined ? {} : { edits }), onEnd: edit });
}

/** The header of the message that results. */
async function headerAfter(
  edit: (msg: Message<undefined>) => void,
  options: MilterClientOptions,
): Promise<string[]> {
  const { address } = await startServer([editor(edit)]);
  const { verdict, bytes } = await sendOnce(address, options, EML);
  expect(verdict).toBe('accept');
  expect(bytes.slice(bytes.indexOf('\r\n\r\n'))).toBe('\r\n\r\nbody\r\n');
  return bytes.slice(0, bytes.indexOf('\r\n\r\n')).split('\r\n');
}

describe.each(MTAS)('header edits on %s', (_, options) => {
  const [from, one, two, to, three] = EML.toString().split('\r\n');

  it.each<[string, (msg: Message<undefined>) => void, string[]]>([
    [
      'the first of three equal fields is deleted',
      (msg) => msg.headers.delete('x-same', 1),
      [from, two, to, three],
    ],
    [
      'the second of three equal fields is deleted',
      (msg) => msg.headers.delete('X-Same', 2),
      [from, one, to, three],
    ],
    [
      'the third of three equal fields is deleted',
      (msg) => msg.headers.delete('X-Same', 3),
      [from, one, two, to],
    ],
    ['all three equal fields are deleted', (msg) => msg.headers.delete('X-Same'), [from, to]],
    [
      'the first two are deleted one by one',
      (msg) => {
        msg.headers.delete('X-Same', 1);
        msg.headers.delete('X-Same', 1);
      },
      [from, to, three],
    ],
    [
      'the second is changed',
      (msg) => msg.headers.change('X-Same', 2, 'two'),
      [from, one, 'X-Same: two', to, three],
    ],
    [
      'the first is deleted and the last changed',
      (msg) => {
        msg.headers.delete('X-Same', 1);
        msg.headers.change('X-Same', 2, 'last');
      },
      [from, two, to, 'X-Same: last'],
    ],
    [
      'one of three equal fields is left by set',
      (msg) => msg.headers.set('X-Same', 'only'),
      [from, 'X-Same: only', to],
    ],
    [
      'a field goes on top',
      (msg) => msg.headers.insert(0, 'X-New', 'n'),
      ['X-New: n', from, one, two, to, three],
    ],
    [
      'a field goes to the end',
      (msg) => msg.headers.add('X-New', 'n'),
      [from, one, two, to, three, 'X-New: n'],
    ],
    [
      'another field of the name goes to the end',
      (msg) => msg.headers.add('X-Same', '4'),
      [from, one, two, to, three, 'X-Same: 4'],
    ],
    [
      'a folded value',
      (msg) => msg.headers.add('X-New', 'a,\n\tb,\r\n c'),
      [from, one, two, to, three, 'X-New: a,', '\tb,', ' c'],
    ],
    [
      'UTF-8',
      (msg) => msg.headers.add('X-New', 'grün'),
      [from, one, two, to, three, `X-New: ${Buffer.from('grün').toString('latin1')}`],
    ],
    [
      'an edit that a later one takes back',
      (msg) => {
        msg.headers.add('X-New', 'n');
        msg.headers.delete('X-New');
      },
      [from, one, two, to, three],
    ],
  ])('%s', async (_name, edit, expected) => {
    expect(await headerAfter(edit, options)).toEqual(expected);
  });
});

/** The client has Postfix's hidden field only; where Sendmail's are, its real self is asked in the integration tests. */
it('a field is inserted in the middle', async () => {
  const header = await headerAfter((msg) => msg.headers.insert(3, 'X-New', 'n'), {});
  expect(header.map((line) => line.split(':')[0])).toEqual([
    'From',
    'X-Same',
    'X-Same',
    'X-New',
    'To',
    'X-Same',
  ]);
});

describe('envelope edits', () => {
  it.each<[string, EditKind[], (msg: Message<undefined>) => void, unknown[]]>([
    [
      'a recipient is added',
      ['add-recipient'],
      (msg) => msg.addRecipient('c@example.org'),
      [{ type: 'addRecipient', address: '<c@example.org>' }],
    ],
    [
      'a recipient is added with ESMTP arguments',
      ['add-recipient'],
      (msg) => msg.addRecipient('c@example.org', ['NOTIFY=FAILURE', 'ORCPT=rfc822;d@e']),
      [{ type: 'addRecipient', address: '<c@example.org>', args: 'NOTIFY=FAILURE ORCPT=rfc822;d@e' }],
    ],
    [
      'a recipient is removed',
      ['remove-recipient'],
      (msg) => msg.removeRecipient('recipient@example.org'),
      [{ type: 'deleteRecipient', address: '<recipient@example.org>' }],
    ],
    [
      'the sender is changed',
      ['sender'],
      (msg) => msg.changeSender('d@example.org'),
      [{ type: 'changeFrom', address: '<d@example.org>' }],
    ],
    [
      'the sender is changed with ESMTP arguments',
      ['sender'],
      (msg) => msg.changeSender('', ['RET=HDRS', 'ENVID=x']),
      [{ type: 'changeFrom', address: '<>', args: 'RET=HDRS ENVID=x' }],
    ],
    [
      'the message is held',
      ['quarantine'],
      (msg) => msg.quarantine('looks odd'),
      [{ type: 'quarantine', reason: 'looks odd' }],
    ],
  ])('%s', async (_, edits, edit, modifications) => {
    const { address } = await startServer([editor(edit, edits)]);
    expect(await sendOnce(address)).toMatchObject({ verdict: 'accept', modifications });
  });
});

describe('a new body', () => {
  it.each([
    ['of nothing', ''],
    ['of one byte', 'x'],
    ['of one line', 'x\r\n'],
    ['of several packets', 'x'.repeat(98).concat('\r\n').repeat(2000)],
  ])('%s replaces the old one', async (_, content) => {
    const { address } = await startServer([
      defineTransform({
        name: 'replacer',
        edits: ['body'],
        onPart: () => rewriteLines(() => '', { atEnd: () => content }),
      }),
    ]);
    const { bodyReplaced, modifications, bytes } = await sendOnce(address);
    expect({ bodyReplaced, modifications }).toEqual({ bodyReplaced: true, modifications: [] });
    expect(bytes.slice(bytes.indexOf('\r\n\r\n') + 4)).toBe(content);
  });

  it('comes with all the other edits, and after them', async () => {
    const { address } = await startServer([
      defineTransform({
        name: 'all',
        edits: ['headers', 'body', 'quarantine', 'add-recipient'],
        onPart: () => replace({ content: 'new\r\n' }),
        onEnd(msg) {
          msg.headers.set('X-New', 'n');
          msg.addRecipient('c@example.org');
          msg.quarantine('odd');
        },
      }),
    ]);
    const { modifications, bytes } = await sendOnce(address);
    expect(modifications.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['addHeader', 'addRecipient', 'quarantine']),
    );
    expect(bytes).toContain('X-New: n\r\n');
    expect(bytes).toMatch(/\r\n\r\nnew\r\n$/);
  });
});

describe('a value that must not go onto a wire', () => {
  const ALL: readonly EditKind[] = ['headers', 'sender', 'add-recipient', 'remove-recipient', 'quarantine'];

  it.each<[string, (msg: Message<undefined>) => void]>([
    ['a header value with CR LF', (msg) => msg.headers.set('X-New', 'a\r\nX-Forged: yes')],
    ['a header value with a bare LF', (msg) => msg.headers.add('X-New', 'a\nX-Forged: yes')],
    ['a header value with a bare CR', (msg) => msg.headers.insert(0, 'X-New', 'a\rX-Forged: yes')],
    [
      'a header value with CR LF and a fold, then CR LF',
      (msg) => msg.headers.add('X-New', 'a\r\n b\r\nX-Forged: yes'),
    ],
    ['a header value with LF at its end', (msg) => msg.headers.add('X-New', 'a\n')],
    ['a header value with NUL', (msg) => msg.headers.change('From', 1, 'a\0X-Forged: yes')],
    ['a raw header value with CR LF', (msg) => msg.headers.setRaw('From', ' a\r\nX-Forged: yes')],
    ['a header name with a colon', (msg) => msg.headers.set('X-Forged: yes\r\nX', 'a')],
    ['a header name with a blank', (msg) => msg.headers.set('X Forged', 'yes')],
    ['an empty header name', (msg) => msg.headers.set('', 'yes')],
    ['a recipient with CR LF', (msg) => msg.addRecipient('a@b>\r\nX-Forged: yes')],
    ['a recipient with a blank', (msg) => msg.addRecipient('a@b NOTIFY=NEVER')],
    ['a recipient with NUL', (msg) => msg.removeRecipient('recipient@example.org\0')],
    ['an ESMTP argument with a blank', (msg) => msg.addRecipient('a@b', ['NOTIFY=NEVER X'])],
    ['an ESMTP argument with NUL', (msg) => msg.changeSender('a@b', ['RET=HDRS\0'])],
    ['a sender with a bracket', (msg) => msg.changeSender('a@b>')],
    ['a reason with CR LF', (msg) => msg.quarantine('odd\r\nX-Forged: yes')],
    ['a reason of nothing', (msg) => msg.quarantine('')],
    ['a header field that is not there', (msg) => msg.headers.change('X-None', 1, 'a')],
  ])('%s throws where it is given, and costs a tempfail', async (_, edit) => {
    const thrown: unknown[] = [];
    const { address, lines } = await startServer([
      editor((msg) => {
        msg.headers.set('X-Before', 'an edit that must not go out alone');
        try {
          edit(msg);
        } catch (error) {
          thrown.push(error);
          throw error;
        }
      }, ALL),
    ]);
    const result = await sendOnce(address);
    expect(thrown).toEqual([expect.objectContaining({ code: expect.stringMatching(/^MILLRACE_/) })]);
    expect(result).toMatchObject({ verdict: 'tempfail', modifications: [], bodyReplaced: false });
    expect(JSON.stringify([result, lines])).not.toContain('Forged');
  });

  it('can be caught by the author, and then nothing has happened', async () => {
    const { address } = await startServer([
      editor((msg) => {
        expect(() => msg.headers.set('Subject', 'a\r\nX-Forged: yes')).toThrow();
        msg.headers.set('X-New', 'n');
      }),
    ]);
    const { verdict, bytes } = await sendOnce(address);
    expect(verdict).toBe('accept');
    expect(bytes).toContain('Subject: hello\r\nX-New: n\r\n');
  });

  it.each<[EditKind, (msg: Message<undefined>) => void]>([
    ['headers', (msg) => msg.headers.set('X', 'y')],
    ['sender', (msg) => msg.changeSender('a@b')],
    ['add-recipient', (msg) => msg.addRecipient('a@b')],
    ['remove-recipient', (msg) => msg.removeRecipient('recipient@example.org')],
    ['quarantine', (msg) => msg.quarantine('odd')],
  ])('an edit that was not declared (%s) costs a tempfail', async (kind, edit) => {
    const { address, lines } = await startServer([
      editor(
        edit,
        ALL.filter((other) => other !== kind),
      ),
    ]);
    expect(await sendOnce(address)).toMatchObject({ verdict: 'tempfail', modifications: [] });
    expect(JSON.stringify(lines)).toContain('MILLRACE_EDIT_NOT_DECLARED');
  });
});
