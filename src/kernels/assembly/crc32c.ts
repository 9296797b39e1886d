// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78). Short inputs are summed eight bytes at a time by eight tables. Each step of that
// waits for the one before it, so long inputs are first folded: x^5275 + x^4508 + x^2751 + 1 is a multiple of the polynomial, and so is its
// eighth power, whose exponents are eight times as large. That a byte is worth as much as itself 767, 2,524 and 5,275 bytes further on
// follows, and what is left of any input is 5,275 bytes, made by nothing but exclusive or of 16 bytes at once. The caller gives room.
const NEAR: usize = 767;
const MIDDLE: usize = 2524;
const FAR: usize = 5275;
/** Shorter inputs are not folded. */
const FOLDED_LEAST: u32 = 8192;
/** Bytes that are folded before the last of them are moved to the beginning of the room. */
const ROUND: usize = 16_384;
const TABLE_BYTES: usize = 8192;

/** Fills the first 8 KB of the 32 KB at `tables`; the rest is room for folding. */
export function crc32cPrepare(tables: usize): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82f63b78 & (0 - (crc & 1)));
    store<u32>(tables + (byte << 2), crc);
  }
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = load<u32>(tables + (byte << 2));
    for (let table: usize = 1; table < 8; table++) {
      crc = (crc >> 8) ^ load<u32>(tables + ((crc & 0xff) << 2));
      store<u32>(tables + (table << 10) + (byte << 2), crc);
    }
  }
}

/** Address of a byte's entry in the first table; those of the others follow at every KB. */
// @ts-ignore: decorator
@inline
function entry(tables: usize, byte: u32): usize {
  return tables + ((byte & 0xff) << 2);
}

// @ts-ignore: decorator
@inline
function step(tables: usize, crc: u32, p: usize): u32 {
  const low = load<u32>(p) ^ crc;
  const high = load<u32>(p, 4);
  return (
    load<u32>(entry(tables, low), 7168) ^ load<u32>(entry(tables, low >> 8), 6144) ^
    load<u32>(entry(tables, low >> 16), 5120) ^ load<u32>(entry(tables, low >> 24), 4096) ^
    load<u32>(entry(tables, high), 3072) ^ load<u32>(entry(tables, high >> 8), 2048) ^
    load<u32>(entry(tables, high >> 16), 1024) ^ load<u32>(entry(tables, high >> 24))
  );
}

function sum(tables: usize, start: u32, address: usize, byteSize: u32): u32 {
  let crc = start;
  let p = address;
  const end = address + byteSize;
  for (; p + 8 <= end; p += 8) crc = step(tables, crc, p);
  while (p < end) crc = (crc >> 8) ^ load<u32>(entry(tables, crc ^ load<u8>(p++)));
  return crc;
}

/** The sum of bytes. Hot: bench/kafka.ts. */
export function crc32c(tables: usize, address: usize, byteSize: u32): u32 {
  if (byteSize < FOLDED_LEAST) return ~sum(tables, 0xffffffff, address, byteSize);
  const folded: u32 = (byteSize - <u32>FAR) & ~15;
  const left = byteSize - folded;
  const room = tables + TABLE_BYTES;
  fold(room, address, folded);
  addFolded(room + FAR, address + folded, left);
  return ~sum(tables, 0, room + FAR, left);
}

// @ts-ignore: decorator
@inline
function foldedInto(at: usize): v128 {
  return v128.xor(v128.xor(v128.load(at - NEAR), v128.load(at - MIDDLE)), v128.load(at - FAR));
}

/** Folds bytes, 16 or a multiple: the last FAR of what they have become are left at the beginning of the room. */
function fold(room: usize, address: usize, byteSize: u32): void {
  memory.fill(room, 0, FAR);
  const to = room + FAR;
  // The register that the sum begins with is worth as much as the first four bytes.
  v128.store(to, v128.xor(v128.load(address), i32x4(-1, 0, 0, 0)));
  let done: usize = 16;
  for (let p: usize = 0; p < byteSize; p += ROUND) {
    const size = min<usize>(ROUND, byteSize - p);
    for (; done < size; done += 16) v128.store(to + done, v128.xor(v128.load(address + p + done), foldedInto(to + done)));
    memory.copy(room, room + size, FAR);
    done = 0;
  }
}

/** Adds what was folded to the bytes that are left. From the end on: what stands before a place is folded, or zero, when it is looked at. */
function addFolded(to: usize, address: usize, byteSize: u32): void {
  memory.fill(to, 0, byteSize);
  let n: usize = byteSize;
  for (; n >= 16; n -= 16) v128.store(to + n - 16, v128.xor(v128.load(address + n - 16), foldedInto(to + n - 16)));
  for (; n > 0; n--) {
    const at = to + n - 1;
    store<u8>(at, load<u8>(address + n - 1) ^ load<u8>(at - NEAR) ^ load<u8>(at - MIDDLE) ^ load<u8>(at - FAR));
  }
}
