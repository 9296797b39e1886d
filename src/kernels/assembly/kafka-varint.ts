// Integers of Kafka's records: seven bits a byte, low ones first, the sign in the lowest bit.

/** The address after the number last read; 0 where it did not end within the given bytes. */
export let varintEnd: usize = 0;

/** Hot: most numbers take a byte or two. */
// @ts-ignore: decorator
@inline
export function readVarint(at: usize, end: usize): i64 {
  if (end - at > 1 && at < end) {
    const pair = <u32>load<u16>(at);
    if ((pair & 0x80) == 0) {
      varintEnd = at + 1;
      return <i64>(<i32>((pair & 0x7f) >> 1) ^ -(<i32>(pair & 1)));
    }
    if ((pair & 0x8000) == 0) {
      varintEnd = at + 2;
      const raw = (pair & 0x7f) | ((pair >> 1) & 0x3f80);
      return <i64>(<i32>(raw >> 1) ^ -(<i32>(raw & 1)));
    }
  }
  return readLongVarint(at, end);
}

function readLongVarint(at: usize, end: usize): i64 {
  let p = at;
  let raw: u64 = 0;
  for (let shift: u64 = 0; shift < 70 && p < end; shift += 7) {
    const byte = load<u8>(p++);
    raw |= <u64>(byte & 0x7f) << shift;
    if (byte < 0x80) {
      varintEnd = p;
      return <i64>(raw >> 1) ^ -(<i64>(raw & 1));
    }
  }
  varintEnd = 0;
  return 0;
}

// @ts-ignore: decorator
@inline
function zigzag(value: i64): u64 {
  return <u64>((value << 1) ^ (value >> 63));
}

/** Bytes that a number takes. */
export function varintSize(value: i64): usize {
  const raw = zigzag(value) | 1;
  return <usize>((63 - clz(raw)) / 7 + 1);
}

/** Writes a number; the address after it. */
export function writeVarint(value: i64, at: usize): usize {
  let raw = zigzag(value);
  let p = at;
  while (raw >= 0x80) {
    store<u8>(p++, <u8>(raw | 0x80));
    raw >>= 7;
  }
  store<u8>(p, <u8>raw);
  return p + 1;
}

// @ts-ignore: decorator
@inline
export function storeLineFeed(at: usize): void {
  store<u8>(at, 0x0a);
}
