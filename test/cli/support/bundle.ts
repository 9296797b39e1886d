import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { bundleInto } from '../../../scripts/bundle.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Bundles the sources as `npm run build` does, into a folder of its own for this test file, so that no stale dist/ is tested. */
export function useBundle(): { readonly cli: string } {
  const bundle = { cli: '' };
  let folder: string | undefined;
  beforeAll(async () => {
    mkdirSync(`${root}build`, { recursive: true });
    folder = mkdtempSync(`${root}build/test-cli-`);
    await bundleInto(folder, 'error');
    // So that programs get the library that was bundled with it.
    const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };
    writeFileSync(`${folder}/package.json`, JSON.stringify({ name: 'millstream', version, type: 'module', exports: './index.js' }));
    bundle.cli = `${folder}/cli.js`;
  }, 60_000);
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  return bundle;
}
