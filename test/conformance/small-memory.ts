import { LinearMemory, outOfMemory } from '../../src/data/memory.ts';
import type { KernelExports } from '../../src/kernels/kernel-exports.ts';
import type { Kernels } from '../../src/kernels/kernels.ts';
import { wasmBase64 } from '../../src/kernels/wasm-module.ts';

const PAGE = 65_536;
let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Kernels whose memory starts small and grows by what is asked for and no more: growth, which replaces every view of the memory, then
 * happens many times in a test instead of never.
 */
export async function smallMemoryKernels(pages = 400): Promise<Kernels> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(wasmBase64), (char) => char.charCodeAt(0)));
  const wasm = new WebAssembly.Memory({ initial: pages, maximum: 12_000 });
  const imports = {
    memory: wasm,
    outOfMemory: (byteSize: number) => {
      throw outOfMemory(byteSize >>> 0);
    },
  };
  const instance = await WebAssembly.instantiate(await compiled, { env: imports });
  const exports = instance.exports as unknown as KernelExports;
  return { ...exports, memory: new LinearMemory(wasm, { alloc: exports.alloc, free: exports.free, top: exports.allocatedTop }) };
}

/** Replaces all views of the memory, at the cost of a page. */
export function growMemory({ memory }: Kernels): void {
  const free = memory.wasm.buffer.byteLength - (memory.allocator.top() >>> 0);
  memory.ensureHeadroom(free + PAGE);
}
