// Copying short texts. The bulk memory.copy costs a call of tens of nanoseconds; most texts are shorter than that.

/** Copies `byteSize` bytes by blocks of 16: up to 15 bytes more are read and written. */
// @ts-ignore: decorator
@inline
export function copyBlocks(to: usize, from: usize, byteSize: usize): void {
  v128.store(to, v128.load(from));
  for (let i: usize = 16; i < byteSize; i += 16) v128.store(to + i, v128.load(from + i));
}
