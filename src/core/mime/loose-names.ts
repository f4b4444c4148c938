import type { HeaderList } from '../headers/header-list.ts';

/** A parameter that is a name. */
const NAME = /name[ \t]*(?:\*[\d*]{0,9})?[ \t]*=/i;
const TYPED = /^content-(?:type|disposition)$/i;
/** The letters of the fields that name a file. */
const LETTERS = /content(?:type|disposition)/;
const SHORTEST = 'content-type'.length - 1;
/** Bytes of a field that are looked at. */
const MOST_BYTES = 16_384;

/**
 * What names a part to those only who take a field's name as not so exact (`Content_Disposition`, `Content-Type(c)`, `1Content-Type`), or
 * who take a line for a field, or for a fold, that is none by the rules. Each as parameters, as a latin1 "binary" string; linear.
 */
export function looseFields(headers: HeaderList): string[] {
  const found: string[] = [];
  // What is no field is among those received only.
  for (const { name, rawValue, source } of headers.edited ? headers : headers.received) {
    const isField = name !== '';
    if (isField && (name.length < SHORTEST || TYPED.test(name))) continue;
    const text = (isField ? rawValue : (source ?? rawValue)).slice(0, MOST_BYTES);
    if (!NAME.test(text)) continue;
    if (isField && !LETTERS.test(name.toLowerCase().replace(/[^a-z]/g, ''))) continue;
    // What is a blank in another charset may begin it.
    found.push(`;${text.replace(/^[\0-\x20\x7f-\xa0]+/, '')}`);
  }
  return found;
}
