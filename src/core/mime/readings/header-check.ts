import { HeaderList } from '../../headers/header-list.ts';
import type { AmbiguityCode } from '../ambiguity.ts';
import { MessagePart } from '../message-part.ts';
import { DigitLines } from './digit-lines.ts';

/** With one of these, readers decode what follows in different ways. */
const ODD: ReadonlySet<AmbiguityCode> = new Set<AmbiguityCode>([
  'duplicate-transfer-encoding',
  'unknown-transfer-encoding',
  'malformed-transfer-encoding',
  'space-before-colon',
  'control-in-mime-field',
  'header-bare-cr',
  'header-garbage',
  'header-end-unclear',
  'mime-field-broken',
]);

/**
 * Looks at what is behind a header in text that is not read as a part any more, there being so many of them: whether some reader
 * makes of it what is not found by looking for such headers alone. It is told of once, or never; linear, and nothing is kept but a line.
 */
export class HeaderCheck {
  readonly #lines: DigitLines | undefined;

  /** @param text the header, as a latin1 "binary" string */
  constructor(text: string, found: () => void) {
    // The line that ends it is none of its fields.
    const fields = text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1);
    const part = new MessagePart({ headers: HeaderList.parse(Buffer.from(fields, 'latin1')) });
    if (part.hasAnyInHeader(ODD)) found();
    else if (part.transferEncoding === 'base64') this.#lines = new DigitLines(found);
  }

  /** More of the content behind it; borrowed. */
  write(slice: Buffer): void {
    this.#lines?.write(slice);
  }

  end(): void {
    this.#lines?.end();
  }
}
