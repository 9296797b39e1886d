// Line ends.

/** The address of the next line feed from p on; there must be one. */
export function findLineEnd(at: usize): usize {
  const feeds = i8x16.splat(0x0a);
  let p = at;
  while (true) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(p), feeds));
    if (hits != 0) return p + ctz(hits);
    p += 16;
  }
}
