import { bytesToText } from '../protocol/index.ts';
import { escapeLogText } from '../server/index.ts';
import type { EnvelopeEdit, FinalVerdict, HeaderEdit, Outcome } from '../core/index.ts';

/** One message's line of `run --json`; a public interface, so nothing here may be renamed. */
export function outcomeJson(file: string, outcome: Outcome, peakBuffered: number): string {
  const { verdict, bodyChanged, envelopeEdits, quarantine, parts, ambiguities } = outcome;
  return JSON.stringify({
    file,
    verdict,
    bodyChanged,
    headerEdits: outcome.headerEdits.map(readableEdit),
    envelopeEdits,
    ...(quarantine === undefined ? {} : { quarantine }),
    parts,
    ambiguities,
    peakBuffered,
  });
}

/** Values are bytes inside; outside they are text. */
function readableEdit(edit: HeaderEdit): HeaderEdit {
  return edit.kind === 'delete' ? edit : { ...edit, value: bytesToText(edit.value) };
}

/** What became of a message, for people: the verdict, then what was done. */
export function outcomeLines(file: string, outcome: Outcome): string[] {
  const edits = outcomeEdits(outcome);
  const change = outcome.bodyChanged ? 'body replaced' : edits.length > 0 ? 'body unchanged' : 'unchanged';
  const held = outcome.quarantine === undefined ? '' : `, quarantined (${outcome.quarantine})`;
  const what = outcome.verdict.kind === 'accept' ? `${held}, ${change}` : '';
  return [
    escapeLogText(`${file}: ${verdictText(outcome.verdict)}${what}`),
    ...edits.map((edit) => `  ${edit}`),
  ];
}

/** What was done to a message and found in it, a line for each thing. */
export function outcomeEdits(outcome: Outcome): string[] {
  // What was done to parts of a message that then went nowhere would only mislead.
  const parts = outcome.verdict.kind === 'accept' ? outcome.parts : [];
  return [
    ...outcome.headerEdits.map(headerEditText),
    ...outcome.envelopeEdits.map(envelopeEditText),
    ...parts.filter((part) => part.action !== 'kept').map(partText),
    ...outcome.ambiguities.map(({ code, path }) => `ambiguous: ${code} in part ${path}`),
    ...outcome.notes.map((note) => `note: ${note}`),
  ].map(escapeLogText);
}

/** `reject 550 5.7.1 text`: the answer as the SMTP client gets it, as far as the verdict says. */
export function verdictText(verdict: FinalVerdict): string {
  if (verdict.kind === 'accept' || verdict.kind === 'discard') return verdict.kind;
  const { kind, status, text } = verdict;
  const code = verdict.code ?? (kind === 'reject' ? 550 : 451);
  return [kind, code, status, text].filter((piece) => piece !== undefined).join(' ');
}

/** A header edit in words. */
export function headerEditText(edit: HeaderEdit): string {
  if (edit.kind === 'delete') return `header: delete ${edit.name} number ${edit.index}`;
  const value = bytesToText(edit.value)
    .replace(/\n[ \t]*/g, ' ')
    .trim();
  if (edit.kind === 'change') return `header: change ${edit.name} number ${edit.index} to ${value}`;
  return `header: ${edit.kind} ${edit.name}: ${value}`;
}

/** An envelope edit in words. */
export function envelopeEditText(edit: EnvelopeEdit): string {
  return `envelope: ${edit.kind} <${edit.address}>`;
}

function partText(part: Outcome['parts'][number]): string {
  const name = part.name === undefined ? '' : ` ${JSON.stringify(part.name)}`;
  const reason = part.reason === undefined ? '' : ` (${part.reason})`;
  return `part ${part.path} ${part.type}${name}: ${part.action}${reason}`;
}
