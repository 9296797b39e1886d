import { decodeBase64 } from '../common/platform.ts';
import { createMemory, LinearMemory, outOfMemory } from '../data/memory.ts';
import type { KernelExports } from './kernel-exports.ts';
import { wasmBase64 } from './wasm-module.ts';

/** A worker's kernels and the memory they work on. Each instance has a memory of its own. */
export interface Kernels extends KernelExports {
  readonly memory: LinearMemory;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** Compiles the module once for the process, and makes an instance with a fresh memory. */
export async function loadKernels(): Promise<Kernels> {
  compiled ??= WebAssembly.compile(decodeBase64(wasmBase64));
  const wasm = createMemory();
  const imports = {
    memory: wasm,
    outOfMemory: (byteSize: number) => {
      throw outOfMemory(byteSize >>> 0);
    },
  };
  const instance = await WebAssembly.instantiate(await compiled, { env: imports });
  const exports = instance.exports as unknown as KernelExports;
  const memory = new LinearMemory(wasm, { alloc: exports.alloc, free: exports.free, top: exports.allocatedTop });
  return { ...exports, memory };
}
