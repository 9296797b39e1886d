// UTF-8 with what is broken in it replaced by U+FFFD.
import { isUtf8 } from "./text-utf8";

/** Copies [start, end) to `to` with one U+FFFD for each byte that begins no character; the end, or 0 if `limit` may not be enough. */
export function replaceBroken(start: usize, end: usize, to: usize, limit: usize): usize {
  if (to + (end - start) * 3 > limit) return 0;
  let at = to;
  let p = start;
  while (p < end) {
    const size = characterSize(p, end);
    if (size == 0) {
      store<u16>(at, 0xbfef);
      store<u8>(at, 0xbd, 2);
      at += 3;
      p++;
    } else {
      memory.copy(at, p, size);
      at += size;
      p += size;
    }
  }
  return at;
}

function characterSize(p: usize, end: usize): usize {
  const lead = load<u8>(p);
  if (lead < 0x80) return 1;
  const size: usize = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return p + size <= end && isUtf8(p, p + size) ? size : 0;
}
