const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** The generator that the documentation of java.util.Random specifies: 48 bits, linear congruential. */
export class JavaRandom {
  #state = 0n;
  #seed: number | undefined;

  /** Begins with a seed at the first call, and again when the seed is another. */
  seededBy(seed: number): this {
    if (seed !== this.#seed) {
      this.#seed = seed;
      this.#state = (BigInt(seed) ^ MULTIPLIER) & MASK;
    }
    return this;
  }

  nextDouble(): number {
    const high = this.#next(26);
    return (high * 2 ** 27 + this.#next(27)) / 2 ** 53;
  }

  /** An integer in [0, bound); the bound is positive. */
  nextInt(bound: number): number {
    if ((bound & (bound - 1)) === 0) return Number((BigInt(bound) * BigInt(this.#next(31))) >> 31n);
    for (;;) {
      const bits = this.#next(31);
      const value = bits % bound;
      if (bits - value + (bound - 1) < 2 ** 31) return value;
    }
  }

  #next(bits: number): number {
    this.#state = (this.#state * MULTIPLIER + 0xbn) & MASK;
    return Number(this.#state >> BigInt(48 - bits));
  }
}
