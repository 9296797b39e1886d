// The exact comparison that decides how a number with very many digits rounds: integers of any size in a scratch area, as
// little-endian 32-bit limbs.

/** Room for 800 digits times 5^1200 or so: 5,000 bits and to spare. */
const LIMBS: u32 = 256;
const left: usize = memory.data(1024);
const right: usize = memory.data(1024);
let leftSize: u32 = 0;
let rightSize: u32 = 0;

/** Digits beyond these only tell whether the number is above what the others say. */
const MAX_DIGITS: u32 = 800;

/**
 * Compares the decimal number `digits` * 10^exponent with the middle between the floating-point number of the bits `below` and
 * the next one up: 1 above, 0 equal, -1 below.
 */
export function digitsAboveHalf(digits: usize, digitsEnd: usize, count: u32, exponent: i32, below: u64, mantissaBits: u32): i32 {
  const bias: i32 = mantissaBits == 52 ? 1075 : 150;
  const biased = <i32>(below >> mantissaBits);
  let mantissa = below & ((<u64>1 << mantissaBits) - 1);
  if (biased != 0) mantissa |= <u64>1 << mantissaBits;
  // The middle is (2 * mantissa + 1) * 2^binary.
  const binary = (biased == 0 ? 1 : biased) - bias - 1;
  const dropped = readDigits(digits, digitsEnd, count);
  const ten = exponent + <i32>dropped;
  rightSize = setWide(right, 2 * mantissa + 1);
  // digits * 2^ten * 5^ten against middle * 2^binary, with negative powers moved to the other side.
  if (ten >= 0) leftSize = timesFive(left, leftSize, ten);
  else rightSize = timesFive(right, rightSize, -ten);
  const shift = ten - binary;
  if (shift >= 0) leftSize = shiftUp(left, leftSize, shift);
  else rightSize = shiftUp(right, rightSize, -shift);
  return compare();
}

/** Up to MAX_DIGITS digits into `left`, the last one sticky; the number of digits left out. */
function readDigits(digits: usize, digitsEnd: usize, count: u32): u32 {
  leftSize = 1;
  store<u32>(left, 0);
  let taken: u32 = 0;
  let rest = false;
  for (let p = digits; p < digitsEnd; p++) {
    const c = load<u8>(p);
    if (c == 0x2e) continue;
    if (taken < MAX_DIGITS) {
      leftSize = timesSmall(left, leftSize, 10, c - 0x30);
      taken++;
    } else if (c != 0x30) rest = true;
  }
  if (!rest) return count - taken;
  leftSize = timesSmall(left, leftSize, 10, 1);
  return count - taken - 1;
}

function setWide(at: usize, value: u64): u32 {
  store<u32>(at, <u32>value);
  store<u32>(at, <u32>(value >> 32), 4);
  return 2;
}

function timesSmall(at: usize, size: u32, factor: u64, add: u64): u32 {
  let carry = add;
  for (let i: u32 = 0; i < size; i++) {
    const product = <u64>load<u32>(at + (i << 2)) * factor + carry;
    store<u32>(at + (i << 2), <u32>product);
    carry = product >> 32;
  }
  if (carry == 0 || size >= LIMBS) return size;
  store<u32>(at + (size << 2), <u32>carry);
  return size + 1;
}

function timesFive(at: usize, size: u32, power: i32): u32 {
  let n = power;
  let limbs = size;
  for (; n >= 13; n -= 13) limbs = timesSmall(at, limbs, 1220703125, 0);
  for (; n > 0; n--) limbs = timesSmall(at, limbs, 5, 0);
  return limbs;
}

function shiftUp(at: usize, size: u32, bits: i32): u32 {
  const words = <u32>bits >> 5;
  const limbs = timesSmall(at, size, <u64>1 << (bits & 31), 0);
  memory.copy(at + (words << 2), at, limbs << 2);
  memory.fill(at, 0, words << 2);
  return limbs + words;
}

function compare(): i32 {
  const size = max(leftSize, rightSize);
  for (let i = <i32>size - 1; i >= 0; i--) {
    const a = <u32>i < leftSize ? load<u32>(left + (i << 2)) : 0;
    const b = <u32>i < rightSize ? load<u32>(right + (i << 2)) : 0;
    if (a != b) return a > b ? 1 : -1;
  }
  return 0;
}
