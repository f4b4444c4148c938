import { expect, it } from 'vitest';
import { wireText } from '../../src/server/wire-text.ts';

it.each([
  ['ASCII', 'a@example.org', 'a@example.org'],
  ['UTF-8', 'gr\xc3\xbcn', 'grün'],
  ['what is no UTF-8: each byte a character, none of them lost', 'gr\xfcn\xff', 'grün\xff'],
  ['UTF-8 and something else', '\xc3\xbc\xfc', '\xc3\xbc\xfc'],
  ['UTF-8 that is cut off', 'gr\xc3', 'gr\xc3'],
  ['nothing', '', ''],
])('reads %s', (_, bytes, text) => {
  expect(wireText(bytes)).toBe(text);
});
