/**
 * Where decoded bytes stood in encoded text. Within a stretch both go on alike, so only its beginning is noted.
 */
export class Stretches {
  /** For each stretch its first decoded byte, and where in the text that begins. */
  #starts = new Int32Array(256);
  #places = new Int32Array(256);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  /** The decoded byte `start`, behind those of the stretches before, begins at `place`. */
  add(start: number, place: number): void {
    if (this.#count === this.#starts.length) this.#grow();
    this.#starts[this.#count] = start;
    this.#places[this.#count++] = place;
  }

  /** Where the decoded byte `n` begins, when `bytes` of them stand for `characters` of text; -1 where nothing is known. */
  place(n: number, bytes: number, characters: number): number {
    let first = 0;
    let last = this.#count;
    while (first < last) {
      const middle = (first + last) >> 1;
      if (this.#starts[middle] <= n) first = middle + 1;
      else last = middle;
    }
    if (first === 0) return -1;
    return this.#places[first - 1] + Math.trunc((n - this.#starts[first - 1]) / bytes) * characters;
  }

  #grow(): void {
    const starts = new Int32Array(2 * this.#count);
    const places = new Int32Array(2 * this.#count);
    starts.set(this.#starts);
    places.set(this.#places);
    this.#starts = starts;
    this.#places = places;
  }
}
