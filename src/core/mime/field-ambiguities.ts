import { withCrlfFolds } from '../headers/header-field.ts';
import type { HeaderList } from '../headers/header-list.ts';
import type { AmbiguityCode } from './ambiguity.ts';
import { headerAmbiguities } from './header-ambiguities.ts';
import { ownCopy, Remembered } from './remembered.ts';

/** A name that every reader takes for one. */
const NAME = /^[^\0-\x20:\x7f]+$/;
/** A line that begins as a delimiter does; which boundaries there are may be said in any field. */
const LIKE_DELIMITER = /(?:^|[\r\n])[ \t]*--/;
/** What the names of MIME fields begin with, and what delimiters do. */
const LOOKED_AT = /^(?:content|mime|-)/i;

/**
 * What is ambiguous about the lines of a header as received: what {@link headerAmbiguities} says of its text.
 *
 * An MTA hands over fields, and most of them, folded as they should be and no MIME fields, can have nothing ambiguous about them and do
 * not bear on others either. So the text is made of the rest alone (measured: a tenth of what the core does with a small
 * message), unless there is something in it that is understood only by looking at all: a name that is none, or what may be a delimiter.
 */
export function fieldAmbiguities(headers: HeaderList, isMessage: boolean, codes: Set<AmbiguityCode>): void {
  const text = textThatMatters(headers);
  for (const code of codesOf(text, isMessage)) codes.add(code);
}

/** What no two messages have alike. */
const UNIQUE = /boundary/i;
/** Bytes of what is remembered. */
const LONGEST = 256;
/** What texts have said: the few MIME fields of most messages are the same ones. */
const ofMessages = new Remembered<ReadonlySet<AmbiguityCode>>(LONGEST);
const ofParts = new Remembered<ReadonlySet<AmbiguityCode>>(LONGEST);

function codesOf(text: string, isMessage: boolean): ReadonlySet<AmbiguityCode> {
  const known = isMessage ? ofMessages : ofParts;
  if (!known.takes(text) || UNIQUE.test(text)) return headerAmbiguities(text, isMessage);
  let codes = known.get(text);
  if (codes === undefined) known.keep(ownCopy(text), (codes = headerAmbiguities(text, isMessage)));
  return codes;
}

function textThatMatters(headers: HeaderList): string {
  let text = '';
  for (const field of headers.received) {
    const { name, rawValue, source } = field;
    if (source !== undefined) return headers.rawText();
    const isOrdinary = ordinaryNames.get(name) ?? isOrdinaryName(name);
    if (isOrdinary && isOrdinaryValue(rawValue)) continue;
    if (!isOrdinary && !NAME.test(name)) return headers.rawText();
    text += `${name}:${withCrlfFolds(rawValue)}\r\n`;
  }
  return text.includes('--') && LIKE_DELIMITER.test(text) ? headers.rawText() : text;
}

/** Folded in lines that all have something in them. */
const FOLDED = /^[^\r\n]*(?:\n[ \t]+[^ \t\r\n][^\r\n]*)*$/;

/** Whether nobody could read a value as something other than one field. */
function isOrdinaryValue(rawValue: string): boolean {
  return rawValue.includes('\n') ? FOLDED.test(rawValue) : !rawValue.includes('\r');
}

/** Names that have been found to be names, and none of a MIME field. They are the same in nearly all messages. */
const ordinaryNames = new Remembered<true>(LONGEST);

function isOrdinaryName(name: string): boolean {
  if (!NAME.test(name) || LOOKED_AT.test(name)) return false;
  if (ordinaryNames.takes(name)) ordinaryNames.keep(ownCopy(name), true);
  return true;
}
