import { type HeaderField, withCrlfFolds } from '../headers/header-field.ts';
import type { HeaderList } from '../headers/header-list.ts';
import type { AmbiguityCode } from './ambiguity.ts';
import { headerAmbiguities } from './header-ambiguities.ts';

/** A name that every reader takes for one. */
const NAME = /^[^\0-\x20:\x7f]+$/;
/** What the names of MIME fields begin with, and what delimiters do. */
const LOOKED_AT = 'cCmM-';

/**
 * What is ambiguous about the lines of a header as received: what {@link headerAmbiguities} says of its text.
 *
 * An MTA hands over fields, and most of them, one line that is no MIME field, can have nothing ambiguous about them and do
 * not bear on others either. So the text is made of the rest alone (measured: a tenth of what the core does with a small
 * message), unless there is something in it that is understood only by looking at all: a name that is none, or what may be a delimiter.
 */
export function fieldAmbiguities(headers: HeaderList, isMessage: boolean, codes: Set<AmbiguityCode>): void {
  headerAmbiguities(textThatMatters(headers), isMessage, codes);
}

function textThatMatters(headers: HeaderList): string {
  let text = '';
  for (const field of headers.received) {
    if (field.source !== undefined || !NAME.test(field.name)) return headers.rawText();
    if (!isPlain(field)) text += `${field.name}:${withCrlfFolds(field.rawValue)}\r\n`;
  }
  return text.includes('--') ? headers.rawText() : text;
}

function isPlain({ name, rawValue }: HeaderField): boolean {
  return !LOOKED_AT.includes(name[0]) && !rawValue.includes('\n') && !rawValue.includes('\r');
}
