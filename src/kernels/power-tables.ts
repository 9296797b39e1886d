import type { Kernels } from './kernels.ts';

const BITS_128 = (1n << 128n) - 1n;
const bitLength = (n: bigint): number => n.toString(2).length;

/**
 * The first 128 bits of 5^q for q from -342 to 308, as the decimal parser of number-read.ts wants them (Lemire, "Number parsing at
 * a gigabyte per second", 2021): rounded down, but negative powers up to -27 rounded up.
 */
function* powersOfFive(): Generator<bigint> {
  for (let q = -342; q < 0; q++) {
    const power = 5n ** BigInt(-q);
    const length = bitLength(power - 1n);
    const shift = q >= -27 ? length + 127 : 2 * length + 128;
    let quotient = (1n << BigInt(shift)) / power + 1n;
    while (quotient > BITS_128) quotient >>= 1n;
    yield quotient;
  }
  for (let q = 0; q <= 308; q++) {
    const power = 5n ** BigInt(q);
    const shift = bitLength(power) - 128;
    yield shift > 0 ? power >> BigInt(shift) : power << BigInt(-shift);
  }
}

/**
 * For k from -324 to 292: floor(10^-k * 2^-r) + 1 with 126 bits, as the writer of number-write.ts wants them (Giulietti, "The
 * Schubfach way to render doubles", 2020).
 */
function* powersOfTen(): Generator<bigint> {
  for (let k = -324; k <= 292; k++) {
    const power = 10n ** BigInt(Math.abs(k));
    if (k <= 0) {
      const shift = bitLength(power) - 126;
      yield (shift > 0 ? power >> BigInt(shift) : power << BigInt(-shift)) + 1n;
    } else {
      // 10^-k lies in [2^-length, 2^(1 - length)), and below the upper end only.
      yield (1n << BigInt(125 + bitLength(power))) / power + 1n;
    }
  }
}

function writeTable(kernels: Kernels, entries: bigint[], lowBits: bigint): number {
  const { memory } = kernels;
  const address = memory.alloc(entries.length * 16);
  entries.forEach((entry, i) => {
    const at = (address + i * 16) / 8;
    memory.i64[at] = BigInt.asIntN(64, BigInt.asUintN(Number(lowBits), entry));
    memory.i64[at + 1] = BigInt.asIntN(64, entry >> lowBits);
  });
  return address;
}

/** Computes, once per memory, the table that reading FLOAT and DOUBLE from text needs. */
export function ensureReadTables(kernels: Kernels): void {
  if ((kernels.powerTables() & 1) === 0) kernels.setPowersOfFive(writeTable(kernels, [...powersOfFive()], 64n));
}

/** Computes, once per memory, the table that writing FLOAT and DOUBLE as text needs. */
export function ensureWriteTables(kernels: Kernels): void {
  if ((kernels.powerTables() & 2) === 0) kernels.setPowersOfTen(writeTable(kernels, [...powersOfTen()], 63n));
}
