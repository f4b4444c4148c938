import { describe, expect, it } from 'vitest';
import { defineFilter } from '../../../src/core/index.ts';
import { runFilter, type RunFilterResult } from '../../../src/testing/run-filter.ts';
import { type OnAmbiguous, stripAttachments, virusScan } from '../../../src/transforms/index.ts';

/** Held for two codes, and with one that is a note only: a control in a field, and a header that begins with a fold. */
const EML = Buffer.from(
  [
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b; x=a; x=b; y="\x01"',
    '',
    '--b',
    ' X-A: a',
    '',
    'one',
    '--b--',
    '',
  ].join('\r\n'),
);
const HELD = 'header-starts-folded, control-in-mime-field';

async function play(onAmbiguous: OnAmbiguous): Promise<RunFilterResult> {
  const [strip, scan] = [stripAttachments({ extensions: ['exe'], onAmbiguous }), virusScan({ onAmbiguous })];
  const result = await runFilter(defineFilter([strip]), { eml: EML });
  expect(result.failures).toEqual([]);
  // The policy is the same for both.
  const other = await runFilter(defineFilter([scan]), { eml: EML });
  expect(other.failures).toEqual([]);
  expect([other.verdict, other.quarantine, other.headerEdits]).toEqual([
    result.verdict,
    result.quarantine,
    result.headerEdits,
  ]);
  return result;
}

const field = (value: string) => [{ kind: 'add', name: 'X-Millrace-Ambiguity', value: ` ${value}` }];

describe('on-ambiguous', () => {
  it('takes one action for all codes that a message is held for', async () => {
    expect((await play('quarantine')).quarantine).toBe(`ambiguous structure: ${HELD}`);
    expect((await play('header')).headerEdits).toEqual(field(HELD));
    expect((await play('reject')).verdict).toMatchObject({ kind: 'reject', status: '5.6.0' });
    expect((await play('tempfail')).verdict).toMatchObject({ kind: 'tempfail', status: '4.6.0' });
    expect(await play('note')).toMatchObject({
      verdict: { kind: 'accept' },
      headerEdits: [],
      notes: [`strip-attachments: ambiguous ${HELD}`],
    });
  });

  it('takes one for each code, and quarantines for those that are not named', async () => {
    const result = await play({ 'control-in-mime-field': 'header' });
    expect(result).toMatchObject({
      verdict: { kind: 'accept' },
      quarantine: 'ambiguous structure: header-starts-folded',
    });
    expect(result.headerEdits).toEqual(field('control-in-mime-field'));
    const noted = await play({ default: 'note', 'control-in-mime-field': 'header' });
    expect(noted.quarantine).toBeUndefined();
    expect(noted.headerEdits).toEqual(field('control-in-mime-field'));
  });

  it('lets the gravest verdict count', async () => {
    expect((await play({ default: 'tempfail', 'header-starts-folded': 'reject' })).verdict.kind).toBe(
      'reject',
    );
    const result = await play({ default: 'quarantine', 'header-starts-folded': 'tempfail' });
    expect(result.verdict.kind).toBe('tempfail');
    expect(result.quarantine).toBeUndefined();
  });

  it('acts on a code that is a note only where it is named', async () => {
    const result = await play({ default: 'note', 'duplicate-parameter': 'reject' });
    expect(result.verdict.kind).toBe('reject');
    expect((await play({ default: 'note', 'parts-after-close': 'reject' })).verdict.kind).toBe('accept');
  });

  it('asks the MTA for what can come of it, and no more', () => {
    const edits = (onAmbiguous: OnAmbiguous) => virusScan({ onUnscanned: 'reject', onAmbiguous }).edits;
    expect(edits({ default: 'note', 'control-in-mime-field': 'header' })).toEqual(['headers']);
    expect(edits({ 'control-in-mime-field': 'header' })).toEqual(['headers', 'quarantine']);
    expect(edits({ default: 'reject' })).toEqual([]);
  });

  it('says what is wrong, and which code was meant', () => {
    const wrong = (onAmbiguous: object | string) => () =>
      stripAttachments({ extensions: ['exe'], onAmbiguous: onAmbiguous as OnAmbiguous });
    expect(wrong({ 'boundary-differ': 'note' })).toThrow(
      /unknown code "boundary-differ" in onAmbiguous; did you mean "boundaries-differ"\?/,
    );
    expect(wrong({ 'boundaries-differ': 'ignore' })).toThrow(
      /onAmbiguous\.boundaries-differ must be one of note,/,
    );
    expect(wrong({ default: 'drop' })).toThrow(/onAmbiguous\.default must be one of note,/);
    expect(wrong('drop')).toThrow(/onAmbiguous must be one of note,/);
    expect(wrong(['note'])).toThrow(/unknown code "0"/);
  });
});

describe('the header that names codes', () => {
  it('takes the place of one that the message came with', async () => {
    const eml = Buffer.concat([
      Buffer.from('X-Millrace-Ambiguity: none\r\nX-Millrace-Ambiguity: x\r\n'),
      EML,
    ]);
    const strip = stripAttachments({ extensions: ['exe'], onAmbiguous: 'header' });
    const { message } = await runFilter(defineFilter([strip]), { eml });
    expect(message.toString('latin1').match(/^X-Millrace-Ambiguity:.*/gim)).toEqual([
      `X-Millrace-Ambiguity: ${HELD}`,
    ]);
  });
});
