// TypeScript beside the sources, as a program that Node 20 runs: packages stay imports.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundles `source` into build/`name`.mjs, both relative to the project, and returns the bundle's path. `more` adds options of esbuild. */
export async function bundleProgram(source, name, more = {}) {
  const outfile = `${root}build/${name}.mjs`;
  await build({
    entryPoints: [`${root}${source}`],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    logLevel: 'error',
    ...more,
  });
  return outfile;
}

/** Bundles and runs a program with this process's arguments; its exit code becomes this process's. */
export async function runProgram(source, name) {
  const program = await bundleProgram(source, name);
  process.exitCode = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
}
