/**
 * How tightly each operator binds, as in Calcite: a higher number binds tighter. NOT stands between AND and IS; the signs + and - before
 * an operand bind tighter than any operator between two.
 */
export const power = {
  multisetUnion: 14,
  multisetIntersect: 18,
  or: 22,
  and: 24,
  not: 26,
  is: 28,
  comparison: 30,
  range: 32,
  additive: 40,
  multiplicative: 60,
  sign: 80,
} as const;
