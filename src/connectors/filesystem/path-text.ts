import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SqlError, UnsupportedError } from '../../common/errors.ts';

const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

/**
 * The absolute path that the option `path` names: a path, relative to the working directory if it is not absolute, or a file:
 * URL, whose percent escapes are read. Throws SqlError MS3032 and UnsupportedError MS3035 (another scheme).
 */
export function pathFromOption(text: string): string {
  if (text.trim() === '')
    throw new SqlError('MS3032', `'path' is empty`, { hint: 'name a file, a folder or a pattern such as data/*.json' });
  if (text.includes('\0')) throw new SqlError('MS3032', `'path' holds a character of code 0`);
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return resolve(text);
  if (scheme === 'file') return pathFromUrl(text);
  throw new UnsupportedError(
    'MS3035',
    `'path' names a ${scheme}: location, and the filesystem connector reads and writes local files only`,
    {
      hint: 'copy or mount the files, and name them by a path',
    },
  );
}

function pathFromUrl(text: string): string {
  try {
    return fileURLToPath(text.replaceAll('?', '%3F').replaceAll('#', '%23'));
  } catch (cause) {
    throw new SqlError('MS3032', `'path' is a file: URL that names no local file: ${text}`, { cause, hint: 'write file:///absolute/path' });
  }
}
