import { HeaderList } from '../../headers/header-list.ts';
import { MessagePart } from '../message-part.ts';
import type { ByteCoder } from '../transfer/byte-coder.ts';
import type { Settled } from './other-headers.ts';
import type { NearDelimiter } from './other-way.ts';
import type { Kind } from './reading-budget.ts';

const MESSAGE = Buffer.from('Content-Type: message/rfc822\r\n');
/** Most readings need none of their own. */
export const NONE: ReadonlySet<never> = new Set<never>();

/** What one more reading begins with. */
export interface Beginning {
  /** The part that is read in another way; the reading ends with it. */
  readonly owner: MessagePart;
  /** What the reader does, in words. */
  readonly ways: ReadonlySet<string>;
  readonly root: MessagePart;
  readonly takes: ReadonlySet<NearDelimiter>;
  readonly settled: ReadonlySet<Settled>;
  readonly prefix: Buffer;
  readonly decoder?: ByteCoder | undefined;
  /** Whether delimiters of the owner are those of the root as well. */
  readonly meets: boolean;
  readonly kind: Kind;
}

/** For what is behind a header that is not that of a part by the rules, in the content of this one or behind it. */
export function headerBeginning(
  part: MessagePart,
  header: string,
  way: string,
  kind: Kind,
  owner = part,
): Beginning {
  const ways = new Set([way]);
  return {
    owner,
    ways,
    root: rootOf(part, MESSAGE, ways),
    takes: NONE,
    settled: NONE,
    prefix: Buffer.from(header, 'latin1'),
    meets: false,
    kind,
  };
}

/** The part as it is in another reading. */
export function rootOf(part: MessagePart, header: Buffer, ways: ReadonlySet<string>): MessagePart {
  return new MessagePart({
    parent: part.parent,
    index: part.index,
    headers: HeaderList.parse(header),
    defaultType: part.parent?.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain',
    reading: [...ways].join(', '),
  });
}
