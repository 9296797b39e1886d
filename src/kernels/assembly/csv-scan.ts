// Finding the ends of CSV fields, as Jackson's CsvParser does: a field is quoted only if it begins with the quote; within quotes a
// doubled quote stands for one; LF, CR and CR LF end a record; after a closing quote there may be blanks.
import { arenaAt, arenaEnd, setArenaAt } from "./text-arena";
import { copyBlocks } from "./text-copy";
import { Fault, fail } from "./text-error";
import { isUtf8 } from "./text-utf8";

const LF: u8 = 0x0a;
const CR: u8 = 0x0d;

let delimiter: v128 = i8x16.splat(0);
let quoteBlock: v128 = i8x16.splat(0);
let escapeBlock: v128 = i8x16.splat(0);
let delimiterText: u32 = 0;
let delimiterMask: u32 = 0;
export let delimiterSize: u32 = 0;
let quote: u8 = 0;
export let hasQuote: bool = false;
let escape: u8 = 0;
let hasEscape: bool = false;
/** The end of the bytes, and whether the input ends there. */
let limit: usize = 0;
let isLast: bool = false;

/** Where the field last read lies. */
export let fieldStart: usize = 0;
export let fieldEnd: usize = 0;
/** Line ends within quotes since the last prepareCsv. */
export let quotedLines: u32 = 0;

/** Up to four bytes of the delimiter; -1 for no quote and no escape. */
export function prepareCsv(text: u32, size: u32, quoteCode: i32, escapeCode: i32, end: usize, last: bool): void {
  delimiterText = text;
  delimiterSize = size;
  delimiterMask = size == 4 ? u32.MAX_VALUE : (1 << (size << 3)) - 1;
  delimiter = i8x16.splat(<i8>text);
  hasQuote = quoteCode >= 0;
  quote = <u8>quoteCode;
  quoteBlock = i8x16.splat(<i8>quote);
  hasEscape = escapeCode >= 0;
  escape = <u8>escapeCode;
  // Without an escape character the block looks for LF, which the others look for too.
  escapeBlock = i8x16.splat(hasEscape ? <i8>escape : <i8>LF);
  limit = end;
  isLast = last;
  quotedLines = 0;
}

// @ts-ignore: decorator
@inline
export function isQuote(c: u32): bool {
  return hasQuote && c == quote;
}

// @ts-ignore: decorator
@inline
export function isDelimiter(p: usize): bool {
  return ((load<u32>(p) ^ delimiterText) & delimiterMask) == 0;
}

function incomplete(): usize {
  return fail(Fault.INCOMPLETE, limit);
}

/** A field that is not quoted. Returns the address of the delimiter or line end after it, or the end of the input; 0 on a fault. */
export function readPlain(at: usize): usize {
  let p = at;
  let high: u32 = 0;
  while (true) {
    const block = v128.load(p);
    const ends = v128.or(i8x16.eq(block, delimiter), v128.or(i8x16.eq(block, i8x16.splat(LF)), i8x16.eq(block, i8x16.splat(CR))));
    const stops = i8x16.bitmask(v128.or(ends, i8x16.eq(block, escapeBlock)));
    const highs = i8x16.bitmask(block);
    if (stops == 0) {
      high |= highs;
      p += 16;
      if (p >= limit) break;
      continue;
    }
    const n = ctz(stops);
    high |= highs & ((1 << n) - 1);
    p += n;
    if (p >= limit) break;
    const c = load<u8>(p);
    if (hasEscape && c == escape) return readCopied(at, at, p, false);
    if (c == LF || c == CR || isDelimiter(p)) return finishPlain(at, p, high);
    p++;
    high = 1;
  }
  return isLast ? finishPlain(at, limit, 1) : incomplete();
}

// @ts-ignore: decorator
@inline
function finishPlain(start: usize, end: usize, high: u32): usize {
  if (high != 0 && !isUtf8(start, end)) return fail(Fault.UTF8, start);
  fieldStart = start;
  fieldEnd = end;
  return end;
}

/** A quoted field, from after its opening quote. */
export function readQuoted(at: usize): usize {
  let p = at;
  let high: u32 = 0;
  while (true) {
    const block = v128.load(p);
    const stops = i8x16.bitmask(v128.or(i8x16.eq(block, quoteBlock), i8x16.eq(block, escapeBlock)));
    const highs = i8x16.bitmask(block);
    if (stops == 0) {
      high |= highs;
      p += 16;
      if (p >= limit) break;
      continue;
    }
    const n = ctz(stops);
    high |= highs & ((1 << n) - 1);
    p += n;
    if (p >= limit) break;
    const c = load<u8>(p);
    if (c == quote) {
      if (p + 1 < limit ? load<u8>(p + 1) == quote : !isLast) return p + 1 < limit ? readCopied(at, at, p, true) : incomplete();
      if (high != 0 && !isUtf8(at, p)) return fail(Fault.UTF8, at);
      fieldStart = at;
      fieldEnd = p;
      return afterQuote(p + 1);
    }
    if (hasEscape && c == escape) return readCopied(at, at, p, true);
    quotedLines++;
    p++;
  }
  return isLast ? fail(Fault.UNTERMINATED, at) : incomplete();
}

/** Blanks after a closing quote, then the field's end. */
function afterQuote(at: usize): usize {
  let p = at;
  while (p < limit) {
    const c = load<u8>(p);
    if (c == LF || c == CR || isDelimiter(p)) return p;
    if (c != 0x20 && c != 0x09) return fail(Fault.QUOTES, p);
    p++;
  }
  return isLast ? limit : incomplete();
}

/** A field with doubled quotes or escapes: copied to the arena without them. p is at the first of them. */
function readCopied(faultAt: usize, start: usize, at: usize, quoted: bool): usize {
  const target = arenaAt;
  let p = at;
  let to = target + (p - start);
  if (to + 32 > arenaEnd) return fail(Fault.ARENA, p);
  copyBlocks(target, start, p - start);
  while (p < limit) {
    if (to + 16 > arenaEnd) return fail(Fault.ARENA, p);
    const c = load<u8>(p);
    if (hasEscape && c == escape) {
      if (p + 1 >= limit) return isLast ? fail(Fault.UNTERMINATED, p) : incomplete();
      const next = load<u8>(p + 1);
      if (next == LF || next == CR) return fail(Fault.ESCAPE, p);
      store<u8>(to++, unescaped(next));
      p += 2;
    } else if (quoted && c == quote) {
      if (p + 1 >= limit && !isLast) return incomplete();
      if (p + 1 >= limit || load<u8>(p + 1) != quote) return finishCopied(faultAt, target, to, afterQuote(p + 1));
      store<u8>(to++, quote);
      p += 2;
    } else if (!quoted && (c == LF || c == CR || isDelimiter(p))) return finishCopied(faultAt, target, to, p);
    else {
      if (c == LF) quotedLines++;
      store<u8>(to++, c);
      p++;
    }
  }
  if (!isLast) return incomplete();
  return quoted ? fail(Fault.UNTERMINATED, faultAt) : finishCopied(faultAt, target, to, limit);
}

function unescaped(c: u8): u8 {
  if (c == 0x6e) return LF;
  if (c == 0x74) return 0x09;
  if (c == 0x72) return CR;
  return c == 0x30 ? 0 : c;
}

function finishCopied(faultAt: usize, start: usize, end: usize, next: usize): usize {
  if (next == 0) return 0;
  if (!isUtf8(start, end)) return fail(Fault.UTF8, faultAt);
  fieldStart = start;
  fieldEnd = end;
  setArenaAt(end);
  return next;
}

/** The address after the line end at p; 0 when CR is the last byte and LF may follow. At the end of the input: the end. */
export function passLineEnd(p: usize): usize {
  if (p >= limit) return limit;
  if (load<u8>(p) == LF) return p + 1;
  if (p + 1 >= limit) return isLast ? limit : incomplete();
  return load<u8>(p + 1) == LF ? p + 2 : p + 1;
}

/** The next line end at or after p; `limit` if there is none and the input ends there, else 0. */
export function nextLineEnd(at: usize): usize {
  for (let p = at; p < limit; p++) {
    const c = load<u8>(p);
    if (c == LF || c == CR) return p;
  }
  return isLast ? limit : incomplete();
}
