/** A growing list of state row addresses. */
export class RowList {
  #rows = new Int32Array(64);
  length = 0;

  push(row: number): void {
    if (this.length === this.#rows.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[this.length++] = row;
  }

  at(index: number): number {
    return this.#rows[index]!;
  }

  slice(from: number, to: number): Int32Array {
    return this.#rows.slice(from, to);
  }

  /** The addresses from `start` on, where they lie, until the list grows. */
  view(start: number): Int32Array {
    return this.#rows.subarray(start, this.length);
  }

  /** Copies up to `limit` addresses from `start` on into `out`; returns how many. */
  copy(start: number, limit: number, out: Int32Array): number {
    const count = Math.min(limit, this.length - start);
    out.set(this.#rows.subarray(start, start + count));
    return count;
  }
}
