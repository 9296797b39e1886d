// Base64 as Jackson reads and writes it: the standard alphabet, padding required, white space allowed before a group of four.
import { arenaAt, arenaEnd, markArenaFull, setArenaAt } from "./text-arena";

// @ts-ignore: decorator
@inline
function sextet(c: u32): u32 {
  if (c - 0x41 < 26) return c - 0x41;
  if (c - 0x61 < 26) return c - 0x61 + 26;
  if (c - 0x30 < 10) return c - 0x30 + 52;
  return c == 0x2b ? 62 : c == 0x2f ? 63 : 64;
}

/** Where the bytes last decoded begin. */
export let base64Start: usize = 0;
const PAD: u32 = 0x3d;

/** Decodes into the arena, from base64Start on; the number of bytes, or usize.MAX_VALUE if it is no base64 (or the arena is full). */
export function readBase64(start: usize, end: usize): usize {
  let to = arenaAt;
  base64Start = to;
  if (to + ((end - start) >> 2) * 3 + 16 > arenaEnd) {
    markArenaFull();
    return usize.MAX_VALUE;
  }
  let p = start;
  while (true) {
    while (p < end && load<u8>(p) <= 0x20) p++;
    if (p == end) break;
    if (p + 4 > end) return usize.MAX_VALUE;
    const last = load<u8>(p + 3);
    const third = load<u8>(p + 2);
    const a = sextet(load<u8>(p));
    const b = sextet(load<u8>(p + 1));
    const c = third == PAD && last == PAD ? 0 : sextet(third);
    const d = last == PAD ? 0 : sextet(last);
    if ((a | b | c | d) > 63) return usize.MAX_VALUE;
    const bits = (a << 18) | (b << 12) | (c << 6) | d;
    store<u8>(to, bits >> 16);
    store<u8>(to, bits >> 8, 1);
    store<u8>(to, bits, 2);
    to += third == PAD ? 1 : last == PAD ? 2 : 3;
    p += 4;
    if (last == PAD) {
      while (p < end && load<u8>(p) <= 0x20) p++;
      if (p != end) return usize.MAX_VALUE;
    }
  }
  setArenaAt(to);
  return to - base64Start;
}

// @ts-ignore: decorator
@inline
function letter(six: u32): u32 {
  if (six < 26) return six + 0x41;
  if (six < 52) return six - 26 + 0x61;
  if (six < 62) return six - 52 + 0x30;
  return six == 62 ? 0x2b : 0x2f;
}

/** Writes bytes as base64 with padding at `to`; the address after it. */
export function writeBase64(start: usize, byteSize: u32, to: usize): usize {
  const end = start + byteSize;
  let p = start;
  for (; p + 3 <= end; p += 3) {
    writeGroup((<u32>load<u8>(p) << 16) | (<u32>load<u8>(p + 1) << 8) | load<u8>(p + 2), to);
    to += 4;
  }
  if (p == end) return to;
  const second = p + 1 < end ? <u32>load<u8>(p + 1) : 0;
  writeGroup((<u32>load<u8>(p) << 16) | (second << 8), to);
  store<u8>(to, PAD, 3);
  if (p + 1 == end) store<u8>(to, PAD, 2);
  return to + 4;
}

// @ts-ignore: decorator
@inline
function writeGroup(bits: u32, to: usize): void {
  store<u8>(to, letter(bits >> 18));
  store<u8>(to, letter((bits >> 12) & 63), 1);
  store<u8>(to, letter((bits >> 6) & 63), 2);
  store<u8>(to, letter(bits & 63), 3);
}
