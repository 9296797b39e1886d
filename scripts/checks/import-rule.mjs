// The import rule of the house: a folder of src/ imports only from folders above it in this list.
import { posix } from 'node:path';
import { importsOf } from './scan-source.mjs';

/** From top to bottom. A folder that is not listed is a violation by itself, so that this list stays complete. */
export const folderOrder = [
  'common',
  'data',
  'kernels',
  'sql',
  'functions',
  'plan',
  'catalog',
  'binder',
  'optimizer',
  'codegen',
  'state',
  'operators',
  'runtime',
  'formats',
  'connectors',
  'backends',
  'api',
  'testing',
  'server',
  'cli',
];

/** What a folder within a folder may import at most, where that is less than its place in the list allows. */
const narrower = [
  {
    folder: 'backends/flink',
    only: ['common', 'data', 'sql', 'functions', 'plan'],
    why: 'the plan knows no engine: this back end imports plan and functions only',
  },
];

/** Upward imports of types that the architecture allows. */
const typeExceptions = [{ from: 'operators', to: 'runtime/operator.ts' }];

const folderOf = (/** @type {string} */ path) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : undefined);

/**
 * The violations of one file, as `path:line: what`.
 * @param {string} path  as in 'src/data/batch.ts'
 * @param {string} text
 * @returns {string[]}
 */
export function importViolations(path, text) {
  const within = path.replace(/^src\//, '');
  const folder = folderOf(within);
  // Files directly in src/ are entry points: they may import everything.
  if (folder === undefined) return [];
  if (!folderOrder.includes(folder)) return [`${path}: src/${folder} is not in the list of folders (scripts/checks/import-rule.mjs)`];
  const local = importsOf(text).filter(({ specifier }) => specifier.startsWith('.'));
  return local.flatMap((imported) => {
    const target = posix.normalize(posix.join(posix.dirname(within), imported.specifier));
    const problem = problemOf(within, folder, target, imported.typeOnly);
    return problem === undefined ? [] : [`${path}:${imported.line}: imports ${imported.specifier}: ${problem}`];
  });
}

/** @param {string} within @param {string} folder @param {string} target @param {boolean} typeOnly @returns {string | undefined} */
function problemOf(within, folder, target, typeOnly) {
  if (target.startsWith('..')) return 'leaves src/';
  const targetFolder = folderOf(target);
  if (targetFolder === undefined) return 'an entry point is not to be imported';
  if (targetFolder === folder) return undefined;
  if (!folderOrder.includes(targetFolder)) return `src/${targetFolder} is not in the list of folders`;
  const limit = narrower.find((rule) => within.startsWith(`${rule.folder}/`));
  if (limit && !limit.only.includes(targetFolder)) return limit.why;
  if (folderOrder.indexOf(targetFolder) < folderOrder.indexOf(folder)) return undefined;
  if (typeOnly && typeExceptions.some(({ from, to }) => from === folder && to === target)) return undefined;
  return `${targetFolder}/ is below ${folder}/ in the order of the house`;
}
