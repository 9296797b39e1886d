/** Where all randomness comes from (invariant 7). Numbers are in [0, 1). */
export interface Random {
  next(): number;
  /** An integer in [0, bound). */
  below(bound: number): number;
}

/** A seeded generator (sfc32, public domain design by Chris Doty-Humphrey): the same seed gives the same numbers everywhere. */
export function seededRandom(seed: number): Random {
  let a = seed | 0;
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88 | 0;
  let counter = 1;
  const next32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next32();
  return {
    next: () => next32() / 2 ** 32,
    below: (bound) => Math.floor((next32() / 2 ** 32) * bound),
  };
}

/** A seed for when the user named none. */
export const freshSeed = (): number => crypto.getRandomValues(new Int32Array(1))[0] ?? 0;

/** A random UUID (version 4). */
export const freshUuid = (): string => crypto.randomUUID();
