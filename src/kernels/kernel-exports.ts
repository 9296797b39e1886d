/** What the WebAssembly module exports, by area. Addresses and sizes are numbers (u32), 64-bit values bigint. */
export interface KernelExports extends MemoryKernels {}

/** src/kernels/assembly/memory.ts */
export interface MemoryKernels {
  alloc(byteSize: number): number;
  free(address: number, byteSize: number): void;
  allocatedTop(): number;
  /** Address of the 16 bytes where a kernel with two results leaves the second. */
  secondResult(): number;
}
