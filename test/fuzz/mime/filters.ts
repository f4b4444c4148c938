import { defineFilter, defineTransform, type Filter, tap } from '../../../src/core/index.ts';
import type { Message } from '../../../src/core/message.ts';
import type { Part } from '../../../src/core/mime/index.ts';
import { LineEnds } from '../../../src/core/line-ends.ts';
import { runFilter, type RunFilterResult } from '../../../src/testing/run-filter.ts';
import { canonicalize, footer, stripAttachments, virusScan } from '../../../src/transforms/index.ts';

const FOOTER = { text: '-- \nSent via example.org \u20ac', html: '<hr>Sent via example.org' };

/** The embedded default configuration, save that what is infected is replaced: more edits are made so. */
export const SHIPPED = defineFilter([
  virusScan({ engine: 'builtin', onInfected: 'strip' }),
  stripAttachments({ extensions: ['exe', 'js'] }),
  footer(FOOTER),
]);

/** What is signed gets a multipart around it. */
export const WRAPPING = defineFilter([footer({ ...FOOTER, onSigned: 'wrap', onUnrepresentable: 'skip' })]);

export const CANONICAL = defineFilter([canonicalize()]);

/** A note of {@link LOOKING} that tells a code of the message. */
export const CODE_NOTE = /^look: code (\S+)$/;

/** Reads each leaf in all the ways that there are, and says what it has read, and what is ambiguous. */
export const LOOKING = defineFilter([
  defineTransform<string[]>({
    name: 'look',
    state: () => [],
    edits: [],
    onPart: look,
    onReading: look,
    onEnd: (msg) => {
      for (const text of msg.state) msg.note(text);
      for (const { code } of msg.ambiguities) msg.note(`code ${code}`);
    },
  }),
]);

function look(part: Part, { state }: Message<string[]>) {
  if (!part.isLeaf) return undefined;
  return tap(async (content) => {
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(piece as Buffer);
    const facts = [part.path, part.reading, part.type, ...part.names];
    state.push(`${facts.join('|')}: ${Buffer.concat(pieces).toString('latin1')}`);
  });
}

/** Line ends as an MTA, and so every filter, has them. */
export function withCrlf(message: Buffer): Buffer {
  return Buffer.from(new LineEnds().write(message));
}

/** What a filter makes of a message; line ends are made CRLF. */
export async function play(filter: Filter, eml: Buffer, chunkSize: number): Promise<RunFilterResult> {
  return runFilter(filter, {
    eml,
    chunkSize,
    // A message that is waited for in vain is tempfailed, and so found; on no machine does one take so long.
    deadline: 240_000,
    // Bounces get no footer.
    from: 'sender@example.org',
    to: 'recipient@example.net',
  });
}

/**
 * An outcome as it must be for every chunk size. Fresh boundaries are random, and called by number. A message that is refused is
 * given up there and then, and how much of it had come by that time is nobody's business.
 */
export function told(result: RunFilterResult): string {
  const { message, failures, notes, ...outcome } = result;
  if (outcome.verdict.kind !== 'accept') return JSON.stringify(outcome.verdict);
  const lines = [
    message.toString('latin1'),
    JSON.stringify(outcome, undefined, 1),
    ...notes.toSorted(),
    ...failures.map((failure) => `failure of ${failure.transform}: ${String(failure.error)}`),
  ];
  const numbers = new Map<string, number>();
  return lines.join('\n').replace(/[0-9a-f]{16}=_[0-9a-f]{16}/g, (boundary) => {
    if (!numbers.has(boundary)) numbers.set(boundary, numbers.size + 1);
    return `fresh-${numbers.get(boundary)}`;
  });
}
