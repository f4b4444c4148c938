import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AMBIGUITY_CODES } from '../../../src/core/mime/ambiguity.ts';
import { CURED, DEFAULT_CODES, diagnose, KEPT } from '../../../src/transforms/canonicalize/cures.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/ambiguities.md'), 'utf8');

/** The codes that a paragraph of the page names. */
function named(begin: string): string[] {
  const start = page.indexOf(begin);
  expect(start).toBeGreaterThan(0);
  const paragraph = page.slice(start, page.indexOf('\n\n', start));
  return [...paragraph.matchAll(/`([a-z0-9-]+)`/g)]
    .map(([, code]) => code)
    .filter((code) => AMBIGUITY_CODES.includes(code as never));
}

describe('the codes of canonicalize', () => {
  it('are told in docs/ambiguities.md', () => {
    const refused = AMBIGUITY_CODES.filter((code) => !CURED.has(code) && !KEPT.has(code));
    expect(named('It refuses').toSorted()).toEqual(refused.toSorted());
    expect(named('Left as they are').toSorted()).toEqual([...KEPT].toSorted());
    const beside = [...DEFAULT_CODES].filter(
      (code) => !page.includes(`| \`${code}\``) || !/\| held \|/.test(rowOf(code)),
    );
    expect(named('Beside those').toSorted()).toEqual(beside.toSorted());
  });

  it('refuse what nobody has said a cure for', () => {
    const found = [
      { code: 'boundaries-differ', path: '1' },
      { code: 'something-new', path: '1.1' },
    ];
    expect(diagnose(found, DEFAULT_CODES, false)).toEqual({
      kind: 'refuse',
      codes: ['something-new'],
      isProtected: false,
    });
    expect(diagnose(found.slice(1), DEFAULT_CODES, false)).toEqual({ kind: 'untouched' });
    expect(diagnose(found.slice(0, 1), DEFAULT_CODES, false)).toEqual({
      kind: 'rewrite',
      codes: ['boundaries-differ'],
    });
  });
});

function rowOf(code: string): string {
  return page.split('\n').find((line) => line.startsWith(`| \`${code}\``)) ?? '';
}
