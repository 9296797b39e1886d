// Bundles src/ into a folder: an ES module per entry point with shared chunks, and the scripts that the command line loads with compiled code.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { entryPoints, programs, scripts } from './entry-points.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const common = { absWorkingDir: root, bundle: true, mainFields: ['module', 'main'], target: 'node20.19' };

/** @param {string} outdir relative to the project, or absolute @param {'warning' | 'error'} [logLevel] */
export async function bundleInto(outdir, logLevel = 'warning') {
  const library = entryPoints.filter((entry) => !entry.script && !entry.bin);
  const modules = [bundleModules(library, true, outdir, logLevel), bundleModules(programs(), false, outdir, logLevel)];
  await Promise.all([...modules, ...scripts().map((entry) => bundleScript(entry, outdir, logLevel))]);
  for (const { name } of programs()) chmodSync(`${outdir}/${name}.js`, 0o755);
}

/**
 * npm packages and Node's own modules stay imports: what a program does not reach is not loaded. A program is one file, because each
 * further file costs its start a millisecond or two; it shares nothing with the library but what lies on globalThis.
 */
async function bundleModules(entries, splitting, outdir, logLevel) {
  await build({
    ...common,
    entryPoints: entries.map(({ name, source }) => ({ in: source, out: name })),
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    splitting,
    format: 'esm',
    platform: 'neutral',
    packages: 'external',
    external: ['node:*'],
    logLevel,
  });
}

/** One file with everything in it, packages too, so that nothing is looked up when it is loaded. It begins with its hash. */
async function bundleScript({ name, source }, outdir, logLevel) {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: [source],
    format: 'cjs',
    platform: 'node',
    minifyWhitespace: true,
    minifySyntax: true,
    define: { 'import.meta.url': 'moduleUrl' },
    metafile: true,
    write: false,
    logLevel,
  });
  const { text } = outputFiles[0];
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  writeFileSync(`${outdir}/${name}.cjs`, `/* ${hash} */${text}`);
  writeFileSync(`${outdir}/${name}.LICENSES.txt`, licencesOf(Object.keys(metafile.inputs)));
}

/** The licences of the packages that a bundle contains. */
function licencesOf(inputs) {
  const packages = new Set(inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  const texts = [...packages].toSorted().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'));
    const file = readdirSync(`${root}${folder}`).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined || !existsSync(`${root}${folder}/${file}`)) throw new Error(`${name} has no licence to go with the bundle`);
    return `${name} ${version}\n\n${readFileSync(`${root}${folder}/${file}`, 'utf8').trim()}\n`;
  });
  return texts.join('\n\n');
}
