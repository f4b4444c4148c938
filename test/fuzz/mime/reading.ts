import type { Limits } from '../../../src/core/limits.ts';
import type { Forks } from '../../../src/core/mime/readings/forks.ts';
import { splitMessage } from '../../support/corpus.ts';
import { scan, shapeOf, type Scanned } from '../../support/scan.ts';
import { cut, leafContent } from './leaf-content.ts';

/** All that Millrace reads in a message, as far as it must not depend on where the message is cut. */
export interface Reading {
  readonly scanned: Scanned;
  /** Tree, ambiguities, headers, and content by part, in one text. */
  readonly text: string;
  /** How many ways to decode its leaves there are beside the first, and in how many something is embedded. */
  readonly others: number;
  readonly embedded: number;
}

/**
 * Read a message by the rules, in pieces of these sizes.
 * @param forks get what others read in other ways
 */
export function read(
  message: Buffer,
  sizes: readonly number[],
  limits: Partial<Limits> = {},
  forks?: Forks,
): Reading {
  const { header, body } = splitMessage(message);
  const scanned = scan(header, cut(body, sizes), limits, forks);
  const lines = [toldOf(scanned)];
  let [others, embedded] = [0, 0];
  for (const part of scanned.parts) {
    const content = scanned.content.get(part.path) ?? Buffer.alloc(0);
    const front = Buffer.concat([part.delimiter, part.headers.rawBytes(), part.separator]);
    const facts = [
      part.path,
      part.charset,
      part.transferEncoding,
      part.disposition,
      part.boundary,
      part.protection,
    ];
    lines.push([...facts, ...part.names, front.toString('latin1'), content.toString('latin1')].join('|'));
    if (!part.isLeaf) continue;
    const decoded = leafContent(part, content, sizes);
    others += decoded.others;
    if (decoded.isEmbedded) embedded++;
    lines.push(...decoded.texts);
  }
  return { scanned, text: lines.join('\n'), others, embedded };
}

/** What a scan has found, whether or not other readings were looked at: who does finds more, and changes nothing. */
function toldOf(scanned: Scanned): string {
  const lines = shapeOf(scanned).split('\n');
  return lines.filter((line) => !line.endsWith(' too-many-readings')).join('\n');
}
