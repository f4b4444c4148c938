import { Readable } from 'node:stream';
import { HeaderSplitter } from '../core/header-splitter.ts';
import { defineFilter, defineTransform } from '../core/index.ts';
import { diffText } from './message-diff.ts';
import type { Paint } from './message-diff.ts';

/** A difference is for people to read; beyond this many bytes of a message nobody does. */
export const MAX_VIEW = 2 * 1024 * 1024;

/** A whole message, undefined when it is longer than {@link MAX_VIEW}. */
export async function collectMessage(source: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    length += chunk.length;
    if (length > MAX_VIEW) return undefined;
    // What comes from a spool is borrowed.
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** What is different between two messages: header, MIME structure and body, each where it differs. */
export async function describeChange(before: Buffer, after: Buffer, paint: Paint): Promise<string[]> {
  const [oldMessage, newMessage] = [await takeApart(before), await takeApart(after)];
  const sections = [
    ['header', diffText(oldMessage.header, newMessage.header, paint)],
    ['structure', diffText(oldMessage.structure, newMessage.structure, paint)],
    ['body', diffText(oldMessage.body, newMessage.body, paint)],
  ] as const;
  return sections.flatMap(([title, lines]) => {
    if (lines.length === 0) return [`  ${title}: the same`];
    return [`  ${title}:`, ...lines.map((line) => `    ${line}`)];
  });
}

interface TakenApart {
  readonly header: string;
  readonly structure: string;
  readonly body: string;
}

async function takeApart(message: Buffer): Promise<TakenApart> {
  const splitter = new HeaderSplitter(message.length);
  const body = splitter.write(message);
  return {
    header: splitter.end().block.toString('utf8'),
    structure: (await mimeTree(message)).join('\n'),
    body: body.toString('utf8'),
  };
}

/** The MIME structure of a message, a line for each part, indented by depth. */
export async function mimeTree(message: Buffer): Promise<string[]> {
  const lines: string[] = [];
  const lister = defineTransform({
    name: 'structure',
    edits: [],
    onPart(part) {
      const charset = part.charset === undefined ? '' : `; charset=${part.charset}`;
      const encoding = part.isLeaf && part.transferEncoding !== '7bit' ? `, ${part.transferEncoding}` : '';
      const name = part.filename === undefined ? '' : ` ${JSON.stringify(part.filename)}`;
      lines.push(`${'  '.repeat(part.depth - 1)}${part.type}${charset}${encoding}${name}`);
    },
  });
  const processed = await defineFilter([lister]).process(Readable.from([message]));
  processed.dispose();
  return lines;
}
