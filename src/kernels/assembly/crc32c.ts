// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), eight bytes at a time by eight tables, which the caller gives room for.

/** Fills the 8 KB at `tables`. */
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

// @ts-ignore: decorator
@inline
function at(tables: usize, table: usize, byte: u32): u32 {
  return load<u32>(tables + (table << 10) + ((byte & 0xff) << 2));
}

/** The sum of bytes. */
export function crc32c(tables: usize, address: usize, byteSize: u32): u32 {
  let crc: u32 = 0xffffffff;
  let p = address;
  const end = address + byteSize;
  while (p + 8 <= end) {
    const low = load<u32>(p) ^ crc;
    const high = load<u32>(p, 4);
    crc =
      at(tables, 7, low) ^ at(tables, 6, low >> 8) ^ at(tables, 5, low >> 16) ^ at(tables, 4, low >> 24) ^
      at(tables, 3, high) ^ at(tables, 2, high >> 8) ^ at(tables, 1, high >> 16) ^ at(tables, 0, high >> 24);
    p += 8;
  }
  while (p < end) crc = (crc >> 8) ^ at(tables, 0, crc ^ load<u8>(p++));
  return ~crc;
}
