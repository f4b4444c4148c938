import { expect, it } from 'vitest';
import { createRootPart } from '../../../src/core/mime/index.ts';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import { CHUNK_SIZES } from '../../support/chunks.ts';
import { title, tnef } from '../../support/tnef.ts';
import { leafContent } from './leaf-content.ts';

it('the names in a leaf are the same in any pieces, also where it is a container and a text', () => {
  const part = createRootPart(HeaderList.parse(Buffer.from('Content-Type: text/plain\r\n')));
  const content = tnef(title('x\nbegin 644 a.exe\n#0V%T\n'), title('b.exe'));
  const { texts } = leafContent(part, content, [content.length]);
  expect(texts).toContain('a.exe');
  expect(texts.at(-1)).toContain('b.exe');
  for (const size of CHUNK_SIZES) expect(leafContent(part, content, [size]).texts).toEqual(texts);
});
