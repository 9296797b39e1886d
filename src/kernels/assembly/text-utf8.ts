// Checking UTF-8 as it is scanned.
import { Fault, fail } from "./text-error";

// @ts-ignore: decorator
@inline
function isTail(p: usize): bool {
  return (load<u8>(p) & 0xc0) == 0x80;
}

/** Steps over well-formed characters beyond ASCII; the address of the next ASCII byte, or 0 (Fault.UTF8). */
export function skipUtf8(at: usize): usize {
  let p = at;
  while (true) {
    const lead = load<u8>(p);
    if (lead < 0x80) return p;
    const second = load<u8>(p + 1);
    if (lead < 0xe0) {
      if (lead < 0xc2 || !isTail(p + 1)) return fail(Fault.UTF8, p);
      p += 2;
    } else if (lead < 0xf0) {
      if (!isTail(p + 1) || !isTail(p + 2) || (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return fail(Fault.UTF8, p);
      p += 3;
    } else {
      if (lead > 0xf4 || !isTail(p + 1) || !isTail(p + 2) || !isTail(p + 3)) return fail(Fault.UTF8, p);
      if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return fail(Fault.UTF8, p);
      p += 4;
    }
  }
}

/** Whether [start, end) is well-formed. The byte at `end` may be anything. */
export function isUtf8(start: usize, end: usize): bool {
  let p = start;
  while (p < end) {
    if (p + 16 <= end) {
      const high = i8x16.bitmask(v128.load(p));
      if (high == 0) {
        p += 16;
        continue;
      }
      p += ctz(high);
    } else if (load<u8>(p) < 0x80) {
      p++;
      continue;
    }
    p = skipOne(p, end);
    if (p == 0) return false;
  }
  return true;
}

function skipOne(p: usize, end: usize): usize {
  const lead = load<u8>(p);
  const size: usize = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (p + size > end) return 0;
  const second = load<u8>(p + 1);
  if (!isTail(p + 1) || lead < 0xc2 || lead > 0xf4) return 0;
  if (size > 2 && !isTail(p + 2)) return 0;
  if (size > 3 && !isTail(p + 3)) return 0;
  if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return 0;
  if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return 0;
  return p + size;
}
