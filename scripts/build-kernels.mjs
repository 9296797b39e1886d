// Compiles src/kernels/assembly to one WebAssembly module and writes it, as base64, into src/kernels/wasm-module.ts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function buildKernels() {
  mkdirSync(`${root}build`, { recursive: true });
  const { error, stderr } = await asc.main(
    [
      'src/kernels/assembly/index.ts',
      '--baseDir',
      root,
      '--outFile',
      'build/kernels.wasm',
      '--textFile',
      'build/kernels.wat',
      '--optimizeLevel',
      '3',
      '--shrinkLevel',
      '0',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      '--initialMemory',
      '16',
      '--maximumMemory',
      '65535',
      '--enable',
      'simd',
      '--enable',
      'bulk-memory',
      '--use',
      'abort=',
      '--noColors',
      // Names of functions for profiles; they cost size only.
      ...(process.env.KERNEL_NAMES === '1' ? ['--debug'] : []),
    ],
    {},
  );
  if (error) throw new Error(`the kernels do not compile:\n${stderr.toString()}`);
  const base64 = readFileSync(`${root}build/kernels.wasm`).toString('base64');
  const text = `// Written by scripts/build-kernels.mjs from src/kernels/assembly.\nexport const wasmBase64: string = '${base64}';\n`;
  writeFileSync(`${root}src/kernels/wasm-module.ts`, text);
  return base64.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(`kernels: ${await buildKernels()} base64 characters`);
