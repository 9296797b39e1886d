// JSON strings as Jackson writes them: quote, backslash and control characters escaped, everything else as it is.
import { QUOTE } from "./json-scan";

const hexDigits: usize = memory.data<u8>([0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46]);

/** The letter of the short escape of \b \t \n \f \r, else 0. */
function shortEscape(c: u32): u32 {
  if (c == 0x08) return 0x62;
  if (c == 0x09) return 0x74;
  if (c == 0x0a) return 0x6e;
  if (c == 0x0c) return 0x66;
  return c == 0x0d ? 0x72 : 0;
}

/** Writes text with quotes: at most 6 bytes for each of the text and 2, and may write 16 bytes more. */
export function writeString(start: usize, byteSize: u32, at: usize): usize {
  let to = at;
  store<u8>(to++, QUOTE);
  let p = start;
  const end = start + byteSize;
  while (p < end) {
    const block = v128.load(p);
    v128.store(to, block);
    const quotes = i8x16.eq(block, i8x16.splat(0x22));
    const backslashes = i8x16.eq(block, i8x16.splat(0x5c));
    const controls = i8x16.lt_u(block, i8x16.splat(0x20));
    const stops = i8x16.bitmask(v128.or(v128.or(quotes, backslashes), controls)) | 0x10000;
    const clean = min(<usize>ctz(stops), end - p);
    p += clean;
    to += clean;
    if (clean < 16 && p < end) to = writeEscape(load<u8>(p++), to);
  }
  store<u8>(to, QUOTE);
  return to + 1;
}

function writeEscape(c: u32, to: usize): usize {
  store<u8>(to, 0x5c);
  const letter = c < 0x20 ? shortEscape(c) : c;
  if (letter != 0) {
    store<u8>(to, letter, 1);
    return to + 2;
  }
  store<u32>(to, 0x30303075, 1);
  store<u8>(to, load<u8>(hexDigits + (c >> 4)), 4);
  store<u8>(to, load<u8>(hexDigits + (c & 15)), 5);
  return to + 6;
}
