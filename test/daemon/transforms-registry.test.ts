import { describe, expect, it } from 'vitest';
import { COMMON_TRANSFORM_KEYS } from '../../src/daemon/config/schema.ts';
import { camelKeys } from '../../src/daemon/config/schema-helpers.ts';
import { TRANSFORM_KINDS } from '../../src/daemon/transforms-registry.ts';

/** The options that a factory says it knows when it is given one that it does not. */
function knownOptions(create: (options: unknown, directory: string) => unknown): string[] {
  try {
    create({ bogus: 1 }, '/');
  } catch (error) {
    const known = /known are (.+)$/.exec((error as Error).message);
    if (known !== null) return known[1].split(', ');
  }
  throw new Error('the factory took an unknown option');
}

describe('the registry of transforms', () => {
  it.each(Object.entries(TRANSFORM_KINDS))('has the keys that %s takes', (_name, kind) => {
    const { use: _, ...common } = COMMON_TRANSFORM_KEYS;
    const keys = Object.keys(camelKeys({ ...common, ...kind.keys }) as object);
    expect(keys.toSorted()).toEqual(knownOptions(kind.create).toSorted());
  });

  it('resolves the path of a hash list, but not the hashes themselves', () => {
    const { create } = TRANSFORM_KINDS['virus-scan'];
    expect(() => create({ hashes: 'none.txt' }, '/nowhere')).toThrow('/nowhere/none.txt');
    expect(create({ hashes: ['a'.repeat(64)] }, '/nowhere').name).toBe('virus-scan');
  });
});
