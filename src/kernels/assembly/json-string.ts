// The content of JSON strings: in place where there is nothing to unescape, else in the arena.
import { arenaAt, arenaEnd, setArenaAt } from "./text-arena";
import { copyBlocks } from "./text-copy";
import { Fault, fail } from "./text-error";
import { BACKSLASH, QUOTE, escapes, hexDigit, skipOther, stringStops } from "./json-scan";

/** Where the string last read lies. */
export let textStart: usize = 0;
export let textEnd: usize = 0;

export function setText(start: usize, end: usize): void {
  textStart = start;
  textEnd = end;
}

/** Reads from after the opening quote to after the closing one, and sets textStart and textEnd. */
export function readString(at: usize): usize {
  let p = at;
  while (true) {
    const stops = stringStops(v128.load(p));
    if (stops == 0) {
      p += 16;
      continue;
    }
    p += ctz(stops);
    const c = load<u8>(p);
    if (c == QUOTE) {
      textStart = at;
      textEnd = p;
      return p + 1;
    }
    if (c == BACKSLASH) return unescape(at, p);
    p = skipOther(p, c);
    if (p == 0) return 0;
  }
}

/** Copies [start, p) and what follows to the arena, without escapes; p is at the first backslash. */
function unescape(start: usize, at: usize): usize {
  let p = at;
  const target = arenaAt;
  if (target + (p - start) + 64 > arenaEnd) return fail(Fault.ARENA, p);
  copyBlocks(target, start, p - start);
  let to = target + (p - start);
  while (true) {
    const block = v128.load(p);
    if (to + 32 > arenaEnd) return fail(Fault.ARENA, p);
    v128.store(to, block);
    const stops = stringStops(block);
    if (stops == 0) {
      p += 16;
      to += 16;
      continue;
    }
    const clean = <usize>ctz(stops);
    p += clean;
    to += clean;
    const c = load<u8>(p);
    if (c == QUOTE) break;
    if (c != BACKSLASH) {
      const end = skipOther(p, c);
      if (end == 0) return 0;
      if (to + (end - p) + 32 > arenaEnd) return fail(Fault.ARENA, p);
      memory.copy(to, p, end - p);
      to += end - p;
      p = end;
      continue;
    }
    const plain = load<u8>(escapes + load<u8>(p + 1));
    if (plain > 1) {
      store<u8>(to++, plain);
      p += 2;
    } else {
      p = plain == 0 ? fail(Fault.ESCAPE, p) : unescapeUnit(p, to);
      if (p == 0) return 0;
      to = unitEnd;
    }
  }
  textStart = target;
  textEnd = to;
  setArenaAt(to);
  return p + 1;
}

let unitEnd: usize = 0;

/** Four hexadecimal digits at p, or above 0xffff. */
function hexUnit(p: usize): u32 {
  const a = hexDigit(load<u8>(p));
  const b = hexDigit(load<u8>(p + 1));
  const c = hexDigit(load<u8>(p + 2));
  const d = hexDigit(load<u8>(p + 3));
  return (a | b | c | d) > 15 ? 0x10000 : (a << 12) | (b << 8) | (c << 4) | d;
}

/** Writes the character of \uXXXX (and of its low surrogate) as UTF-8. A lone surrogate becomes '?', as in Flink. */
function unescapeUnit(p: usize, to: usize): usize {
  let unit = hexUnit(p + 2);
  if (unit > 0xffff) return fail(Fault.ESCAPE, p);
  let end = p + 6;
  if ((unit & 0xf800) == 0xd800) {
    const low = load<u16>(end) == 0x755c ? hexUnit(end + 2) : 0;
    if (low > 0xffff) return fail(Fault.ESCAPE, end);
    if (unit < 0xdc00 && (low & 0xfc00) == 0xdc00) {
      unit = 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
      end += 6;
    } else unit = 0x3f;
  }
  unitEnd = writeUtf8(to, unit);
  return end;
}

export function writeUtf8(to: usize, code: u32): usize {
  if (code < 0x80) {
    store<u8>(to, code);
    return to + 1;
  }
  if (code < 0x800) {
    store<u8>(to, 0xc0 | (code >> 6));
    store<u8>(to, 0x80 | (code & 0x3f), 1);
    return to + 2;
  }
  if (code < 0x10000) {
    store<u8>(to, 0xe0 | (code >> 12));
    store<u8>(to, 0x80 | ((code >> 6) & 0x3f), 1);
    store<u8>(to, 0x80 | (code & 0x3f), 2);
    return to + 3;
  }
  store<u8>(to, 0xf0 | (code >> 18));
  store<u8>(to, 0x80 | ((code >> 12) & 0x3f), 1);
  store<u8>(to, 0x80 | ((code >> 6) & 0x3f), 2);
  store<u8>(to, 0x80 | (code & 0x3f), 3);
  return to + 4;
}
