import type { Part } from '../../core/mime/part.ts';

/**
 * Finds the leaves of a message that are its body for a reader (RFC 2046 section 5.1): the root; of a multipart/mixed
 * the first text; of an alternative every text; of a related its root. Parts are asked about in their order.
 */
export class BodySearch {
  /** Multiparts that have their text. */
  readonly #served = new Set<Part>();

  /** Whether the part stands where the body, or a part of it, is looked for. */
  reaches(part: Part): boolean {
    const { parent } = part;
    if (parent === undefined) return true;
    if (!parent.isMultipart || this.#served.has(parent)) return false;
    switch (parent.type) {
      case 'multipart/alternative':
        return true;
      case 'multipart/related':
        return mayBeRelatedRoot(part, parent);
      // Their parts are not text that somebody has written to be read.
      case 'multipart/report':
      case 'multipart/digest':
      case 'multipart/form-data':
      case 'multipart/appledouble':
      case 'multipart/byteranges':
        return false;
      default:
        return true;
    }
  }

  /** The part is the body, or a part of it: the multiparts around it need no other, but for alternatives. */
  serve(part: Part): void {
    for (let { parent } = part; parent !== undefined; parent = parent.parent) {
      if (parent.type !== 'multipart/alternative') this.#served.add(parent);
    }
  }
}

/** Whether a reader shows the part as a file. */
export function isAttachment(part: Part): boolean {
  return part.disposition === 'attachment' || part.filename !== undefined;
}

/** `start` names the root (RFC 2387 section 3.2). It is the first part otherwise; senders that put images first exist. */
function mayBeRelatedRoot(part: Part, related: Part): boolean {
  const start = related.parameters.get('start');
  return start === undefined || bareId(part.headers.get('Content-ID') ?? '') === bareId(start);
}

function bareId(id: string): string {
  return id.trim().replace(/^</, '').replace(/>$/, '');
}
