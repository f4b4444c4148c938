import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childOf, type NeedleNode, NeedleTree } from '../../../src/core/mime/needle-tree.ts';

/** The needles that stand at the beginning of a text, as the tree says. */
function standing(tree: NeedleTree<string>, text: Buffer): string[] {
  if (text.indexOf(tree.stem) !== 0) return [];
  const found: string[] = [];
  let node: NeedleNode<string> | undefined = tree.stemEnd;
  for (let at = tree.stem.length; node !== undefined; at++) {
    found.push(...node.ends);
    node = at < text.length ? childOf(node, text[at]) : undefined;
  }
  return found.toSorted();
}

describe('a NeedleTree', () => {
  it('has in its stem what all begin with, and grows back when one goes', () => {
    const tree = new NeedleTree<string>();
    const stems: string[] = [];
    for (const needle of ['--level-1', '--level-12', '--level-2', '--x']) {
      tree.add(Buffer.from(needle), needle);
      stems.push(Buffer.from(tree.stem).toString());
    }
    expect(stems).toEqual(['--level-1', '--level-1', '--level-', '--']);
    tree.removeLast();
    expect(Buffer.from(tree.stem).toString()).toBe('--level-');
    expect(standing(tree, Buffer.from('--level-12'))).toEqual(['--level-1', '--level-12']);
    expect(standing(tree, Buffer.from('--x'))).toEqual([]);
  });

  it('finds what stands there, however needles came and went', () => {
    const needle = fc.string({ unit: fc.constantFrom('-', 'a', 'b'), minLength: 1, maxLength: 6 });
    const step = fc.option(needle, { freq: 3 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), needle, (steps, text) => {
        const tree = new NeedleTree<string>();
        const needles: string[] = [];
        for (const added of steps) {
          if (added !== null) {
            tree.add(Buffer.from(added), added);
            needles.push(added);
          } else if (needles.pop() !== undefined) tree.removeLast();
        }
        const expected = needles.filter((one) => text.startsWith(one)).toSorted();
        expect(standing(tree, Buffer.from(text))).toEqual(expected);
      }),
    );
  });
});
