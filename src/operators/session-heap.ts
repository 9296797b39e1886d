/** State rows by a time (milliseconds), earliest first: a binary heap in typed arrays. */
export class SessionHeap {
  #times = new Float64Array(64);
  #rows = new Int32Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The earliest time, and its row. */
  get time(): number {
    return this.#times[0]!;
  }

  get row(): number {
    return this.#rows[0]!;
  }

  push(time: number, row: number): void {
    if (this.#length === this.#times.length) this.#enlarge();
    const times = this.#times;
    let at = this.#length++;
    for (; at > 0; at = (at - 1) >> 1) {
      const parent = (at - 1) >> 1;
      if (times[parent]! <= time) break;
      this.#put(at, times[parent]!, this.#rows[parent]!);
    }
    this.#put(at, time, row);
  }

  /** Removes the earliest. */
  pop(): void {
    const times = this.#times;
    const last = --this.#length;
    const time = times[last]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < last && times[child + 1]! < times[child]!) child++;
      if (child >= last || times[child]! >= time) break;
      this.#put(at, times[child]!, this.#rows[child]!);
      at = child;
    }
    this.#put(at, time, this.#rows[last]!);
  }

  #put(at: number, time: number, row: number): void {
    this.#times[at] = time;
    this.#rows[at] = row;
  }

  #enlarge(): void {
    const [times, rows] = [this.#times, this.#rows];
    this.#times = new Float64Array(times.length * 2);
    this.#rows = new Int32Array(rows.length * 2);
    this.#times.set(times);
    this.#rows.set(rows);
  }
}
