// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), eight bytes at a time by eight tables. A sum waits for the one before it, not
// for memory: so long inputs are summed in three lanes side by side, and the lanes' sums are joined by a table that says what a register
// becomes after a lane of zero bytes. The caller gives room for the tables.
const LANE: u32 = 1024;
const SHIFT: usize = 8192;

/** Fills the 12 KB at `tables`: eight tables of 1 KB, and the four that pass over a lane. */
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
  prepareShift(tables);
}

/** The register is linear: what becomes of each of its bits says what becomes of any of its bytes. */
function prepareShift(tables: usize): void {
  for (let bit: u32 = 0; bit < 32; bit++) {
    let crc: u32 = 1 << bit;
    for (let n: u32 = 0; n < LANE; n++) crc = (crc >> 8) ^ load<u32>(entry(tables, crc));
    const table = tables + SHIFT + ((<usize>bit >> 3) << 10);
    const step: u32 = 1 << (bit & 7);
    if (step == 1) store<u32>(table, 0);
    for (let byte: u32 = 0; byte < step; byte++) store<u32>(table + ((step + byte) << 2), crc ^ load<u32>(table + (byte << 2)));
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

// @ts-ignore: decorator
@inline
function passLane(tables: usize, crc: u32): u32 {
  const shift = tables + SHIFT;
  return (
    load<u32>(entry(shift, crc)) ^ load<u32>(entry(shift, crc >> 8), 1024) ^
    load<u32>(entry(shift, crc >> 16), 2048) ^ load<u32>(entry(shift, crc >> 24), 3072)
  );
}

/** The sum of bytes. Hot: bench/kafka.ts. */
export function crc32c(tables: usize, address: usize, byteSize: u32): u32 {
  let crc: u32 = 0xffffffff;
  let p = address;
  const end = address + byteSize;
  while (end - p >= 3 * LANE) {
    let second: u32 = 0;
    let third: u32 = 0;
    for (const stop = p + LANE; p < stop; p += 8) {
      crc = step(tables, crc, p);
      second = step(tables, second, p + LANE);
      third = step(tables, third, p + 2 * LANE);
    }
    crc = passLane(tables, passLane(tables, crc) ^ second) ^ third;
    p += 2 * LANE;
  }
  for (; p + 8 <= end; p += 8) crc = step(tables, crc, p);
  while (p < end) crc = (crc >> 8) ^ load<u32>(entry(tables, crc ^ load<u8>(p++)));
  return ~crc;
}
