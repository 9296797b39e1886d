// The files the checks look at: what git tracks, and what it would track once added.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

/**
 * @typedef {object} ProjectFile
 * @property {string} path      relative to the project, with forward slashes
 * @property {number} byteSize
 * @property {string} text      read when first asked for
 */

/** @param {string} root ends with a slash @returns {ProjectFile[]} */
export function projectFiles(root) {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  const paths = [...new Set(output.split('\0'))].filter((path) => path !== '' && existsSync(root + path));
  return paths.map((path) => lazyFile(root, path));
}

/** @param {string} root @param {string} path @returns {ProjectFile} */
function lazyFile(root, path) {
  /** @type {string | undefined} */
  let text;
  return {
    path,
    byteSize: statSync(root + path).size,
    get text() {
      text ??= readFileSync(root + path, 'utf8');
      return text;
    },
  };
}

/** TypeScript of the engine; the kernels' AssemblyScript is another language. @param {ProjectFile[]} files */
export const sourceFiles = (files) =>
  files.filter(({ path }) => path.startsWith('src/') && path.endsWith('.ts') && !path.startsWith('src/kernels/assembly/'));
