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
    const isEncoded = !isIdentity(part.transferEncoding);
    if (isEncoded && rest.length > 0) part.flag('header-runs-on');
    // With a header that runs on, it is the delimiter that is no field.
    const runsOn = part.reading?.includes('header-runs-on') === true;
    if (isEncoded && !runsOn && mayHoldContent(block)) part.flag('header-holds-content');
  }
  if (end === 'too-long') part.flag('header-too-long');
  return part;
}

/** A field, more of one, or a line of a mailbox, without CR inside of it. */
const FIELD = /^(?:[ \t]|[^\0-\x20:\x7f]+[ \t]*:|>?From )[^\r]*\r?$/;

/** Whether some readers may find content in a header that was cut off. That its last line is no field says nothing: it was cut off as well. */
function mayHoldContent(block: Buffer): boolean {
  const lines = block.toString('latin1').replace(/\n$/, '').split('\n');
  return lines.slice(0, -1).some((line) => !FIELD.test(line));
}
