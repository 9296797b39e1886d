import type { Kernels } from './kernels.ts';

/** Number of bits of a positive integer. */
function bitLength(n: bigint): number {
  const hex = n.toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex[0]!, 16)) + 28;
}

const shift = (n: bigint, left: number): bigint => (left < 0 ? n >> BigInt(-left) : n << BigInt(left));

/**
 * The first 128 bits of 5^q for q from -342 to 308, as the decimal parser of number-read.ts wants them (Lemire, "Number parsing at
 * a gigabyte per second", 2021): rounded down, but negative powers from -27 on rounded up.
 */
function powersOfFive(): bigint[] {
  const entries = new Array<bigint>(651);
  for (let q = 0, power = 1n; q <= 342; q++, power *= 5n) {
    const length = bitLength(power);
    if (q <= 308) entries[342 + q] = shift(power, 128 - length);
    if (q > 0) entries[342 - q] = shift(1n, length + 127) / power + (q <= 27 ? 1n : 0n);
  }
  return entries;
}

/**
 * For k from -324 to 292: floor(10^-k * 2^-r) + 1 with 126 bits, as the writer of number-write.ts wants them (Giulietti, "The
 * Schubfach way to render doubles", 2020).
 */
function powersOfTen(): bigint[] {
  const entries = new Array<bigint>(617);
  for (let k = 0, power = 1n; k <= 324; k++, power *= 10n) {
    const length = bitLength(power);
    entries[324 - k] = shift(power, 126 - length) + 1n;
    if (k > 0 && k <= 292) entries[324 + k] = shift(1n, length + 125) / power + 1n;
  }
  return entries;
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
  if ((kernels.powerTables() & 1) === 0) kernels.setPowersOfFive(writeTable(kernels, powersOfFive(), 64n));
}

/** Computes, once per memory, the table that writing FLOAT and DOUBLE as text needs. */
export function ensureWriteTables(kernels: Kernels): void {
  if ((kernels.powerTables() & 2) === 0) kernels.setPowersOfTen(writeTable(kernels, powersOfTen(), 63n));
}
