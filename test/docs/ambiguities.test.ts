import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AMBIGUITY_CODES } from '../../src/core/mime/ambiguity.ts';
import { STRUCTURE_SPLITTING } from '../../src/transforms/index.ts';

/** The rows of the table, cut into cells. */
function rows(): string[][] {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/ambiguities.md'), 'utf8');
  return page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

describe('docs/ambiguities.md', () => {
  it('lists every code once, in the order of the source, and no other', () => {
    expect(rows().map(([code]) => code)).toEqual(AMBIGUITY_CODES.map((code) => `\`${code}\``));
  });

  it('says for each what it is, how it is read, and from where that is known', () => {
    for (const [code, what, reading, held, source, ...more] of rows()) {
      const isFull = [what, reading, source].every((cell) => cell !== undefined && cell.length > 1);
      expect([code, isFull, more]).toEqual([code, true, []]);
      expect(['', 'held']).toContain(held);
    }
  });

  it('marks those for which messages are held by default', () => {
    const held = rows().flatMap(([code, , , mark]) => (mark === 'held' ? [code?.replaceAll('`', '')] : []));
    expect(held.toSorted()).toEqual([...STRUCTURE_SPLITTING].toSorted());
  });
});
