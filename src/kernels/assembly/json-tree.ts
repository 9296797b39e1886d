// An object or array as the text of a STRING column, as Jackson prints its tree: without white space, with normal escapes and numbers.

/** Writes [start, end) into the arena; false if it does not fit. */
export function writeTree(start: usize, end: usize): bool {
  return false;
}
