// Random integers of the datagen source: the same values as src/connectors/datagen/row-hash.ts gives, four rows at a time.

// Loaded, because V8 makes a vector constant from two general registers each time: three odd factors, and three doubles.
const FACTORS: usize = memory.data<u32>([
  0x9e3779b1, 0x9e3779b1, 0x9e3779b1, 0x9e3779b1,
  0x7feb352d, 0x7feb352d, 0x7feb352d, 0x7feb352d,
  0x846ca68b, 0x846ca68b, 0x846ca68b, 0x846ca68b,
], 16);
/** 2^26, 2^-53, and 1.5 * 2^52: added to an integer it leaves the integer in the double's low bits. */
const DOUBLES: usize = memory.data<f64>([
  67108864.0, 67108864.0,
  1.1102230246251565e-16, 1.1102230246251565e-16,
  6755399441055744.0, 6755399441055744.0,
], 16);
const TAIL: usize = memory.data(32, 16);

/** hash32 of four row numbers. */
// @ts-ignore: decorator
@inline
function hashRows(rows: v128, first: v128, second: v128): v128 {
  let x = i32x4.add(i32x4.mul(rows, v128.load(FACTORS)), first);
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), v128.load(FACTORS, 16));
  x = i32x4.mul(v128.xor(v128.xor(x, i32x4.shr_u(x, 15)), second), v128.load(FACTORS, 32));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** min + floor((high * 2^26 + low) / 2^53 * span) of the two lower lanes, as 64-bit integers. */
// @ts-ignore: decorator
@inline
function scaled(high: v128, low: v128, min: v128, span: v128): v128 {
  const bits = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(high), v128.load(DOUBLES)), f64x2.convert_low_i32x4_s(low));
  const value = f64x2.add(min, f64x2.floor(f64x2.mul(f64x2.mul(bits, v128.load(DOUBLES, 16)), span)));
  return i64x2.sub(f64x2.add(value, v128.load(DOUBLES, 32)), v128.load(DOUBLES, 32));
}

/**
 * Random integers for `count` rows, whose numbers are, in their low 32 bits, `row`, `row + step`, ... All values, `min` to `min + span - 1`,
 * lie between -2^51 and 2^51. Hot: bench/jobs/million-keys.sql.
 */
export function datagenLongs(values: usize, count: u32, row: i32, step: i32, firstKey: i32, secondKey: i32, min: f64, span: f64): void {
  const first = i32x4.splat(firstKey);
  const second = i32x4.splat(secondKey);
  const least = f64x2.splat(min);
  const width = f64x2.splat(span);
  let rows = i32x4.add(i32x4.splat(row), i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(step)));
  for (let n: u32 = 0; n < count; n += 4) {
    const high = i32x4.shr_u(hashRows(rows, first, second), 5);
    const low = i32x4.shr_u(hashRows(rows, second, first), 6);
    const upperHigh = i64x2.shuffle(high, high, 1, 1);
    const upperLow = i64x2.shuffle(low, low, 1, 1);
    const to = n + 4 <= count ? values + (n << 3) : TAIL;
    v128.store(to, scaled(high, low, least, width));
    v128.store(to, scaled(upperHigh, upperLow, least, width), 16);
    rows = i32x4.add(rows, i32x4.splat(step << 2));
  }
  const rest = count & 3;
  if (rest != 0) memory.copy(values + ((count - rest) << 3), TAIL, rest << 3);
}
