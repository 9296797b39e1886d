// Tables of powers that kernels/power-tables.ts computes once per memory; zero until then.

/** For q from -342 to 308: the first 128 bits of 5^q, low half first. Above -28 and below 0 rounded up, else down. */
export let powersOfFive: usize = 0;
/** For k from -324 to 292: the first 126 bits of 10^k rounded down, plus one; low 63 bits, then high 63 bits. */
export let powersOfTen: usize = 0;

export function setPowersOfFive(address: usize): void {
  powersOfFive = address;
}

export function setPowersOfTen(address: usize): void {
  powersOfTen = address;
}

export function powerTables(): u32 {
  return u32(powersOfFive != 0) | (u32(powersOfTen != 0) << 1);
}
