import * as fc from 'fast-check';

export function cutText(text: string, size: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
  return pieces;
}

/** Every split into two, and the fixed sizes. */
export function* textCuttings(text: string): Generator<string[]> {
  for (let at = 0; at <= text.length; at++) yield [text.slice(0, at), text.slice(at)];
  for (const size of [1, 2, 7, 4096, 65535]) yield cutText(text, size);
}

/** Texts made of the tokens given, cut at random. */
export function piecesOf(...tokens: string[]): fc.Arbitrary<string[]> {
  const part = fc.array(fc.constantFrom(...tokens), { maxLength: 12 }).map((list) => list.join(''));
  return fc.array(part, { maxLength: 6 });
}
