// The one allocator of a worker's memory: power-of-two size classes from 16 bytes to 2 GB, each with a free list threaded
// through the free blocks. Blocks never move; there is no coalescing, because pools ask for the same few sizes again.

// @ts-ignore: decorator
@external("env", "outOfMemory")
declare function outOfMemory(byteSize: u32): void;

let top: usize = (__heap_base + 15) & ~15;
const freeLists: usize = memory.data(32 * 4);

// @ts-ignore: decorator
@inline
function classOf(byteSize: u32): u32 {
  return byteSize <= 16 ? 4 : 32 - clz(byteSize - 1);
}

/** Address of a block of at least byteSize bytes (rounded up to a power of two), 16-byte aligned. */
export function alloc(byteSize: u32): usize {
  const sizeClass = classOf(byteSize);
  const head = load<u32>(freeLists + (sizeClass << 2));
  if (head != 0) {
    store<u32>(freeLists + (sizeClass << 2), load<u32>(head));
    return head;
  }
  const size: u64 = <u64>1 << sizeClass;
  const end: u64 = <u64>top + size;
  if (end > (<u64>memory.size() << 16)) {
    outOfMemory(byteSize);
    unreachable();
  }
  const address = top;
  top = <usize>end;
  return address;
}

export function free(address: usize, byteSize: u32): void {
  const slot = freeLists + (classOf(byteSize) << 2);
  store<u32>(address, load<u32>(slot));
  store<u32>(slot, <u32>address);
}

/** Address of a block of at least byteSize bytes at a multiple of `alignment`, a power of two, that was never handed out before: all zero. */
export function allocFresh(byteSize: u32, alignment: u32): usize {
  const address = (<u64>top + alignment - 1) & ~<u64>(alignment - 1);
  if (address + byteSize > <u64>memory.size() << 16) {
    outOfMemory(byteSize);
    unreachable();
  }
  giveAway(<usize>address);
  top = <usize>address + ((byteSize + 15) & ~15);
  return <usize>address;
}

/** Hands what lies between the top and an address to the free lists, as blocks that begin at multiples of their size. */
function giveAway(to: usize): void {
  while (top < to) {
    const byteSize = <u32>1 << min<u32>(ctz(<u32>top), 31 - clz(<u32>(to - top)));
    free(top, byteSize);
    top += byteSize;
  }
}

export function allocatedTop(): usize {
  return top;
}

const second: usize = memory.data(16);

/** Where a kernel with two results leaves its second one: 16 bytes that the next such kernel overwrites. */
export function secondResult(): usize {
  return second;
}
