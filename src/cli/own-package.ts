import { readFileSync } from 'node:fs';

/** The package that this file is part of: where it lies, and its version. */
export function ownPackage(): { readonly folder: URL; readonly version: string } {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    try {
      const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as { name?: string; version?: string };
      if (manifest.name === 'millstream') return { folder, version: manifest.version ?? 'unknown' };
    } catch {
      // Not in this folder.
    }
    if (folder.href === new URL('..', folder).href) return { folder, version: 'unknown' };
  }
}
