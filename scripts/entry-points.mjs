// The one table of what the package offers: each entry of package.json's `exports` and `bin`, and the source it is built from.
// Only what exists may be listed; the build fails on a missing source, and `npm run check` on a difference from package.json.

/**
 * @typedef {object} EntryPoint
 * @property {string} name       file in dist/, without its extension
 * @property {string} source     file it is built from
 * @property {string} [subpath]  key in package.json's `exports`
 * @property {string} [bin]      key in package.json's `bin`
 * @property {boolean} [script]  whether it becomes one CommonJS text, .cjs, that the command line loads with its compiled code
 */

/** @type {readonly EntryPoint[]} */
export const entryPoints = [
  { name: 'index', source: 'src/index.ts', subpath: '.' },
  { name: 'kafka', source: 'src/kafka.ts', subpath: './kafka' },
  { name: 'cli', source: 'src/cli/main.ts', bin: 'millstream' },
  // Loaded by the command line when it runs SQL.
  { name: 'sql-bundle', source: 'src/cli/sql-bundle.ts', script: true },
  // Run by the threads of a job of several workers.
  { name: 'worker', source: 'src/worker.ts' },
  // Loaded by Node in a thread of its own when `millstream run` runs a module.
  { name: 'module-hooks', source: 'src/backends/local/node/modules/module-hooks.ts' },
];

/** The entry points that are programs. @param {readonly EntryPoint[]} [entries] */
export const programs = (entries = entryPoints) => entries.filter(({ bin }) => bin !== undefined);

/** The entry points that are loaded as scripts. @param {readonly EntryPoint[]} [entries] */
export const scripts = (entries = entryPoints) => entries.filter(({ script }) => script === true);

/** Where the types of an entry point are, relative to the package. @param {EntryPoint} entry */
export const typesOf = ({ source }) => source.replace(/^src\//, './dist/types/').replace(/\.ts$/, '.d.ts');

/**
 * What package.json must say about the entry points.
 * @param {readonly EntryPoint[]} [entries]
 */
export function manifestFields(entries = entryPoints) {
  const subpaths = entries.filter(({ subpath }) => subpath !== undefined);
  return {
    exports: {
      ...Object.fromEntries(subpaths.map((entry) => [entry.subpath, { types: typesOf(entry), default: `./dist/${entry.name}.js` }])),
      './package.json': './package.json',
    },
    bin: Object.fromEntries(programs(entries).map(({ name, bin }) => [bin, `dist/${name}.js`])),
  };
}
