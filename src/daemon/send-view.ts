import type { EnvelopeEdit, FinalVerdict, HeaderEdit } from '../core/index.ts';
import { bytesToText } from '../protocol/index.ts';
import { parsePath } from '../base/address.ts';
import type { SendResult } from '../server/index.ts';
import { escapeLogText } from '../server/index.ts';
import { envelopeEditText, headerEditText, verdictText } from './outcome-view.ts';

type Change = SendResult['modifications'][number];

/** One message's line of `send --json`: the words of `run --json`, for what can be seen from outside of a milter. */
export function sendJson(file: string, result: SendResult): string {
  const { stage, progress, refused, quarantine } = result;
  return JSON.stringify({
    file,
    verdict: verdictOf(result),
    stage,
    bodyChanged: result.bodyReplaced,
    headerEdits: headerEditsOf(result),
    envelopeEdits: envelopeEditsOf(result),
    ...(quarantine === undefined ? {} : { quarantine }),
    refused,
    progress,
  });
}

/** What a milter answered to a message, for people. */
export function sendLines(file: string, result: SendResult): string[] {
  const { quarantine } = result;
  const edits = [
    ...result.refused.map(({ address, verdict }) => `recipient <${address}>: ${verdict}`),
    ...headerEditsOf(result).map(headerEditText),
    ...envelopeEditsOf(result).map(envelopeEditText),
    ...(quarantine === undefined ? [] : [`quarantine: ${quarantine}`]),
  ];
  const change = result.bodyReplaced ? 'body replaced' : edits.length > 0 ? 'body unchanged' : 'unchanged';
  const isAccepted = result.verdict === 'accept';
  const first = `${file}: ${verdictText(verdictOf(result))} at ${result.stage}${isAccepted ? `, ${change}` : ''}`;
  return [first, ...edits.map((edit) => `  ${edit}`)].map(escapeLogText);
}

function verdictOf({ verdict, reply }: SendResult): FinalVerdict {
  if (verdict === 'accept' || verdict === 'discard') return { kind: verdict };
  if (reply === undefined) return { kind: verdict };
  const { code, status, lines } = reply;
  return { kind: verdict, code, ...(status === undefined ? {} : { status }), text: lines.join('\n') };
}

function headerEditsOf({ modifications }: SendResult): HeaderEdit[] {
  return modifications.flatMap((change): HeaderEdit[] => {
    if (change.type === 'addHeader')
      return [{ kind: 'add', name: change.name, value: bytesToText(change.value) }];
    if (change.type === 'insertHeader') {
      return [{ kind: 'insert', index: change.index, name: change.name, value: bytesToText(change.value) }];
    }
    if (change.type !== 'changeHeader') return [];
    const { name, index, value } = change;
    return [
      value === ''
        ? { kind: 'delete', name, index }
        : { kind: 'change', name, index, value: bytesToText(value) },
    ];
  });
}

function envelopeEditsOf({ modifications }: SendResult): EnvelopeEdit[] {
  return modifications.flatMap((change): EnvelopeEdit[] => {
    if (change.type === 'addRecipient') return [{ kind: 'add-recipient', ...addressOf(change) }];
    if (change.type === 'changeFrom') return [{ kind: 'change-sender', ...addressOf(change) }];
    if (change.type === 'deleteRecipient')
      return [{ kind: 'remove-recipient', address: addressOf(change).address }];
    return [];
  });
}

function addressOf(change: Extract<Change, { address: string }>): { address: string; parameters: string[] } {
  const args = 'args' in change ? (change.args ?? '') : '';
  return {
    address: parsePath(bytesToText(change.address)),
    parameters: args === '' ? [] : bytesToText(args).split(' '),
  };
}
