import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which rooms a room may import from; DESIGN: two pillars on one ground that do not know each other. */
const DOORS: Record<string, readonly string[]> = {
  base: [],
  protocol: ['base'],
  core: ['base'],
  transforms: ['core', 'base'],
  server: ['protocol', 'core', 'base'],
  daemon: ['base', 'protocol', 'core', 'transforms', 'server', 'testing', 'index.ts'],
  testing: ['base', 'protocol', 'core', 'transforms', 'server', 'index.ts'],
  'index.ts': ['base', 'core', 'transforms', 'server'],
};

const SRC = resolve(import.meta.dirname, '../src');

function sources(): string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]);
}

/** Imports that go through a door that is shut, as `file -> target`. */
function shutDoors(file: string, text: string): string[] {
  const room = file.split('/')[0];
  return importsOf(text)
    .filter((target) => target.startsWith('.'))
    .map((target) => relative(SRC, resolve(SRC, dirname(file), target)))
    .filter((target) => {
      const other = target.split('/')[0];
      return other !== room && !(DOORS[room] ?? []).includes(other);
    })
    .map((target) => `${file} -> ${target}`);
}

describe('doors between the rooms', () => {
  it('knows every room', () => {
    const rooms = new Set(sources().map((file) => file.split('/')[0]));
    expect([...rooms].filter((room) => !(room in DOORS))).toEqual([]);
  });

  it('are used in the right direction only', () => {
    const wrong = sources().flatMap((file) => shutDoors(file, readFileSync(join(SRC, file), 'utf8')));
    expect(wrong).toEqual([]);
  });

  it('would be found open: a planted import from protocol to core', () => {
    expect(shutDoors('protocol/session.ts', "import { a } from '../core/message.ts';")).toEqual([
      'protocol/session.ts -> core/message.ts',
    ]);
    expect(shutDoors('core/mime/part.ts', "export type { b } from '../../server/server.ts';")).toHaveLength(
      1,
    );
    expect(shutDoors('base/errors.ts', "const c = await import('../core/limits.ts');")).toHaveLength(1);
  });
});
