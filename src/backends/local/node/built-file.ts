import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InternalError } from '../../../common/errors.ts';

const known = new Map<string, string>();

/** Path of a file of dist/: beside the bundle that this code is part of, or one of its chunks; else the package's own. Throws MS9003. */
export function builtFile(name: string): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  const path =
    known.get(name) ?? [join(folder, name), join(dirname(folder), name)].find((beside) => existsSync(beside)) ?? find(folder, name);
  known.set(name, path);
  return path;
}

function find(folder: string, name: string): string {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown }).name === 'millstream') {
    const path = join(folder, 'dist', name);
    if (existsSync(path)) return path;
  }
  if (dirname(folder) === folder) {
    throw new InternalError('MS9003', `dist/${name} is not there, which the program needs`, {
      hint: 'build the package, or install it anew',
    });
  }
  return find(dirname(folder), name);
}
