/** A binary heap of timers in typed arrays, earliest first: a time, the row that holds the timer, and the timer's number. */
export class TimerHeap {
  #times = new BigInt64Array(64);
  #rows = new Int32Array(64);
  #numbers = new Int32Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get time(): bigint {
    return this.#times[0]!;
  }

  get row(): number {
    return this.#rows[0]!;
  }

  get number(): number {
    return this.#numbers[0]!;
  }

  get byteSize(): number {
    return this.#times.length * 16;
  }

  push(time: bigint, row: number, number: number): void {
    if (this.#length === this.#times.length) this.#enlarge();
    const times = this.#times;
    let at = this.#length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent]! <= time) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, time, row, number);
  }

  /** Removes the first entry. */
  pop(): void {
    const times = this.#times;
    const last = --this.#length;
    const time = times[last]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && times[child + 1]! < times[child]!) child++;
      if (times[child]! >= time) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, time, this.#rows[last]!, this.#numbers[last]!);
  }

  clear(): void {
    this.#length = 0;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from]!, this.#rows[from]!, this.#numbers[from]!);
  }

  #put(at: number, time: bigint, row: number, number: number): void {
    this.#times[at] = time;
    this.#rows[at] = row;
    this.#numbers[at] = number;
  }

  #enlarge(): void {
    const size = this.#times.length * 2;
    const [times, rows, numbers] = [this.#times, this.#rows, this.#numbers];
    this.#times = new BigInt64Array(size);
    this.#rows = new Int32Array(size);
    this.#numbers = new Int32Array(size);
    this.#times.set(times);
    this.#rows.set(rows);
    this.#numbers.set(numbers);
  }
}
