// Builds dist/ from src/: the kernels, then one bundle per entry point with shared chunks, then the declarations.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildKernels } from './build-kernels.mjs';
import { bundleInto } from './bundle.mjs';
import { entryPoints } from './entry-points.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function requireSources() {
  const missing = entryPoints.filter(({ source }) => !existsSync(root + source));
  if (missing.length > 0)
    throw new Error(`scripts/entry-points.mjs lists sources that do not exist: ${missing.map((e) => e.source).join(', ')}`);
}

/** Emits the declarations of what can be imported, and of nothing else. */
async function buildDeclarations() {
  const importable = entryPoints.filter(({ subpath }) => subpath !== undefined);
  const config = { extends: '../tsconfig.build.json', files: importable.map(({ source }) => `../${source}`) };
  writeFileSync(`${root}build/tsconfig.types.json`, JSON.stringify(config));
  await compileDeclarations();
  for (const file of readdirSync(`${root}dist/types`, { recursive: true })) {
    if (file.endsWith('.d.ts')) nameEmittedFiles(`${root}dist/types/${file}`);
  }
}

function compileDeclarations() {
  return new Promise((resolve, reject) => {
    const arguments_ = [`${root}node_modules/typescript/bin/tsc`, '-p', 'build/tsconfig.types.json'];
    const tsc = spawn(process.execPath, arguments_, { cwd: root, stdio: 'inherit' });
    tsc.once('error', reject);
    tsc.once('exit', (code) => (code === 0 ? resolve() : reject(new Error('src does not type-check: dist/types is not complete'))));
  });
}

/** tsc leaves `.ts` in the imports of declarations; there is no such file in the package. */
function nameEmittedFiles(file) {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/((?:from |import\(|import )['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js'));
}

const started = performance.now();
try {
  requireSources();
  rmSync(`${root}dist`, { recursive: true, force: true });
  await buildKernels();
  // The bundles come first: they run even while types are being mended.
  mkdirSync(`${root}dist`, { recursive: true });
  await bundleInto(`${root}dist`);
  await buildDeclarations();
  console.log(`built dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s`);
} catch (error) {
  console.error(`build: ${error.message}`);
  process.exitCode = 1;
}
