import { HeaderList } from '../headers/header-list.ts';
import { isIdentity } from './content-type.ts';
import type { CollectedHeader } from './header-block.ts';
import { MessagePart } from './message-part.ts';

/** A part whose header is being collected. */
export interface NewPart {
  readonly parent: MessagePart;
  readonly index: number;
  readonly delimiter: Buffer;
  readonly defaultType: string;
}

/** The part, now that its header has been collected; `parameters` is the limit of that name. */
export function partFrom(newPart: NewPart, header: CollectedHeader, parameters: number): MessagePart {
  // Not `...newPart`: a spread costs more than all the rest of this.
  const { parent, index, delimiter, defaultType } = newPart;
  const { block, separator, end, rest } = header;
  const headers = HeaderList.parse(block);
  const part = new MessagePart({ parent, index, delimiter, headers, separator, defaultType, parameters });
  // It has no content: what cut it off belongs to an outer part, also when its own boundary is the same.
  if (end === 'cut-off') {
    part.keepWhole('header-cut-off');
    // Whoever reads on behind the delimiter takes this encoding for what comes there; at the end of the message nothing does.
    if (!isIdentity(part.transferEncoding) && rest.length > 0) part.flag('header-runs-on');
  }
  if (end === 'too-long') part.flag('header-too-long');
  return part;
}
