import type { Part } from '../../core/mime/part.ts';
import type { HeaderList } from '../../core/headers/header-list.ts';
import { removeParameter, setParameter } from './media-parameters.ts';

/** Fields that speak of the content as it was (RFC 1864, RFC 4021): wrong after a change, and of no use to mail. */
const STALE = ['Content-MD5', 'Content-Length', 'Lines', 'Content-Duration'] as const;

/** What a leaf's header has to say when the footer is in. */
export interface Relabel {
  readonly charset?: string;
  readonly encoding?: string;
}

/** The changes of a leaf's header that go with a change of its content. */
export class LeafHeader {
  readonly #part: Part;
  readonly #relabel: Relabel;
  #applied = false;

  constructor(part: Part, relabel: Relabel = {}) {
    this.#part = part;
    this.#relabel = relabel;
  }

  /** Whether a field must change before the first byte of the content has gone on. A root's header can wait. */
  get early(): boolean {
    return this.#part.depth > 1 && (this.relabels || isStale(this.#part.headers));
  }

  /** Whether the new content would be read wrongly under the old header. */
  get relabels(): boolean {
    return this.#relabel.charset !== undefined || this.#relabel.encoding !== undefined;
  }

  /** Change all that the new content needs. */
  apply(): void {
    this.applyEncoding();
    const { charset } = this.#relabel;
    if (charset === undefined) return;
    const { headers, type } = this.#part;
    const field = headers.fields('Content-Type')[0];
    if (field === undefined) headers.add('Content-Type', `${type}; charset=${charset}`);
    else
      headers.setRaw(
        'Content-Type',
        setParameter(removeParameter(field.rawValue, 'charset*'), 'charset', charset),
      );
  }

  /** Change all but the charset. */
  applyEncoding(): void {
    if (this.#applied) return;
    this.#applied = true;
    const { headers, depth } = this.#part;
    // A root's are dropped at the end of the message, like those of a root that is no leaf.
    if (depth > 1) dropStale(headers);
    // Without it the new fields would mean nothing (RFC 2045 section 4).
    if (this.relabels && depth === 1 && !headers.has('MIME-Version')) headers.add('MIME-Version', '1.0');
    const { encoding } = this.#relabel;
    if (encoding !== undefined) headers.set('Content-Transfer-Encoding', encoding);
  }
}

function isStale(headers: HeaderList): boolean {
  return STALE.some((name) => headers.has(name)) || sizeField(headers) !== undefined;
}

/** Take out what no longer fits the content. */
export function dropStale(headers: HeaderList): void {
  for (const name of STALE) if (headers.has(name)) headers.delete(name);
  const disposition = sizeField(headers);
  if (disposition !== undefined) headers.setRaw('Content-Disposition', disposition);
}

/** Content-Disposition without its size (RFC 2183 section 2.7), if it has one. */
function sizeField(headers: HeaderList): string | undefined {
  const value = headers.fields('Content-Disposition')[0]?.rawValue;
  if (value === undefined) return undefined;
  const without = removeParameter(value, 'size');
  return without === value ? undefined : without;
}
