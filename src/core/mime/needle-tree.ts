/** A byte of a needle, and what may come behind it. */
export interface NeedleNode<Item> {
  readonly byte: number;
  /** The items whose needles end with this byte. */
  readonly ends: Item[];
  /** The first of the bytes that may come next; the others are its siblings. */
  child: NeedleNode<Item> | undefined;
  readonly sibling: NeedleNode<Item> | undefined;
}

/** What one needle has brought, to be undone when it goes. */
interface Added<Item> {
  readonly end: NeedleNode<Item>;
  /** Where the needle leaves those that were there before, and what was the first child there. */
  readonly fork: NeedleNode<Item>;
  readonly child: NeedleNode<Item> | undefined;
  /** What all needles up to this one begin with, and where it ends. */
  readonly stem: Uint8Array;
  readonly stemEnd: NeedleNode<Item>;
}

const NOTHING: Uint8Array = Buffer.alloc(0);

/**
 * Needles as a tree of their bytes: which of them stand at a place is seen in one pass over the bytes there, however many they
 * are and however much of their beginnings they share. What all of them begin with, which is all there is of a single one, is
 * there in one piece, to be compared as such. They are taken out in the opposite order.
 */
export class NeedleTree<Item> {
  readonly #root: NeedleNode<Item> = { byte: -1, ends: [], child: undefined, sibling: undefined };
  readonly #added: Added<Item>[] = [];

  #stem: Uint8Array = NOTHING;
  #stemEnd: NeedleNode<Item> = this.#root;
  #followers: Uint8Array | undefined;

  /** What all needles begin with. */
  get stem(): Uint8Array {
    return this.#stem;
  }

  /** Where their differences begin. */
  get stemEnd(): NeedleNode<Item> {
    return this.#stemEnd;
  }

  /** For each byte 1 where it may come behind the stem, 0 where it may not; undefined where a needle ends there. */
  get followers(): Uint8Array | undefined {
    if (this.#stemEnd.ends.length > 0) return undefined;
    return (this.#followers ??= followersOf(this.#stemEnd));
  }

  /** @param needle is kept */
  add(needle: Uint8Array, item: Item): void {
    const before = this.#added.length === 0 ? needle : this.#stem;
    let stemEnd = this.#root;
    let shared = 0;
    let node = this.#root;
    let fork: NeedleNode<Item> | undefined;
    let child: NeedleNode<Item> | undefined;
    for (const [index, byte] of needle.entries()) {
      let next = fork === undefined ? childOf(node, byte) : undefined;
      if (next === undefined) {
        if (fork === undefined) {
          fork = node;
          child = node.child;
        }
        next = { byte, ends: [], child: undefined, sibling: node.child };
        node.child = next;
      }
      node = next;
      if (index === shared && before[index] === byte) {
        shared++;
        stemEnd = node;
      }
    }
    node.ends.push(item);
    const stem = needle.subarray(0, shared);
    this.#added.push({
      end: node,
      fork: fork ?? node,
      child: fork === undefined ? node.child : child,
      stem,
      stemEnd,
    });
    this.#settle();
  }

  /** Take out the needle that was added last. */
  removeLast(): void {
    const { end, fork, child } = this.#added.pop()!;
    end.ends.pop();
    fork.child = child;
    this.#settle();
  }

  #settle(): void {
    const last = this.#added.at(-1);
    this.#stem = last?.stem ?? NOTHING;
    this.#stemEnd = last?.stemEnd ?? this.#root;
    this.#followers = undefined;
  }
}

function followersOf<Item>(node: NeedleNode<Item>): Uint8Array {
  const found = new Uint8Array(256);
  for (let { child } = node; child !== undefined; child = child.sibling) found[child.byte] = 1;
  return found;
}

/** What is behind a node with this byte. */
export function childOf<Item>(node: NeedleNode<Item>, byte: number): NeedleNode<Item> | undefined {
  let { child } = node;
  while (child !== undefined && child.byte !== byte) child = child.sibling;
  return child;
}
