import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../../src/core/mime/index.ts';
import { createDecoder } from '../../../src/core/mime/transfer/index.ts';
import {
  corpusMessages,
  corpusMissing,
  isPlain,
  readAsMta,
  splitMessage,
  titled,
} from '../../support/corpus.ts';
import { scan, type Scanned } from '../../support/scan.ts';

/** A part as `depth type`, and the content of a leaf, decoded. */
type Leaf = [part: string, content: string];

/** What postal-mime keeps of a part. */
interface PostalNode {
  readonly childNodes: readonly PostalNode[];
  readonly content: ArrayBuffer | null;
  readonly contentType: { readonly parsed: { readonly value: string }; readonly multipart: string | false };
}

const isMessage = (type: string): boolean => type === 'message/rfc822' || type === 'message/global';

/** What postal-mime makes of a message; of those inside as well, which it would give as attachments. */
async function postalTree(message: Buffer, depth = 1): Promise<Leaf[]> {
  const parser = new PostalMime({ maxRfc822NestingDepth: 0 });
  await parser.parse(message);
  const found: Leaf[] = [];
  const walk = async (node: PostalNode, level: number): Promise<void> => {
    const type = node.contentType.parsed.value.toLowerCase() || 'text/plain';
    const content = Buffer.from(node.content ?? new ArrayBuffer(0));
    const isContainer = node.contentType.multipart !== false || isMessage(type);
    found.push([`${level} ${type}`, isContainer ? '' : comparable(content)]);
    if (isMessage(type)) found.push(...(await postalTree(content, level + 1)));
    for (const child of node.childNodes) await walk(child, level + 1);
  };
  await walk((parser as unknown as { root: PostalNode }).root, depth);
  return found;
}

function ownTree({ parts, content }: Scanned): Leaf[] {
  return parts.map((part) => {
    const bytes = content.get(part.path) ?? Buffer.alloc(0);
    return [`${part.depth} ${part.type}`, part.isLeaf ? comparable(decoded(part, bytes)) : ''];
  });
}

function decoded(part: Part, bytes: Buffer): Buffer {
  const decoder = isComparable(part) ? createDecoder(part.transferEncoding) : undefined;
  if (decoder === undefined) return bytes;
  return Buffer.concat([Buffer.from(decoder.write(bytes)), Buffer.from(decoder.end())]);
}

/** postal-mime does not know uuencode as a transfer encoding, and hands it on as it stands. */
function isComparable({ transferEncoding }: Part): boolean {
  return !/uu/.test(transferEncoding);
}

/** postal-mime makes LF of all line ends, and keeps blanks in front of them, which quoted-printable does not have. */
function comparable(content: Buffer): string {
  return content
    .toString('latin1')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}

const parts = (tree: readonly Leaf[]): string => tree.map(([part]) => part).join('\n');
const contents = (tree: readonly Leaf[]): string => tree.map(([, content]) => content).join('\0');

describe.skipIf(corpusMissing)(titled('postal-mime on the corpus', corpusMissing), () => {
  it('finds the same tree and the same content in all messages that can be read in one way only', async () => {
    const differing: string[] = [];
    let compared = 0;
    for (const message of corpusMessages()) {
      const bytes = readAsMta(message);
      const { header, body } = splitMessage(bytes);
      const scanned = scan(header, [Buffer.from(body)]);
      // Readers may differ about a message that has a code: that is what the code says.
      if (scanned.ambiguities.length > 0 && !isPlain(message)) continue;
      compared++;
      const own = ownTree(scanned);
      const theirs = await postalTree(bytes);
      const isSameTree = parts(own) === parts(theirs);
      const isSameContent =
        scanned.parts.some((part) => !isComparable(part)) || contents(own) === contents(theirs);
      if (!isSameTree || !isSameContent) differing.push(message.name);
    }
    expect(compared).toBeGreaterThan(1000);
    expect(differing).toEqual([]);
  });
});
