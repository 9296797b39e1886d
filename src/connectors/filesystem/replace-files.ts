import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeError } from './file-errors.ts';

/**
 * Removes what a folder had before the writer called `uid` wrote its part files there: all but these and hidden files. `always`: also where
 * it has written none. Doing it twice is doing it once. Rejects with ConnectorError MS3036.
 */
export async function replaceFolder(folder: string, uid: string, always: boolean): Promise<void> {
  try {
    const names = await readdir(folder);
    const isOwn = (name: string): boolean => name.startsWith(`part-${uid}-`);
    if (!always && !names.some(isOwn)) return;
    for (const name of names) if (!isOwn(name) && !name.startsWith('.')) await rm(join(folder, name), { recursive: true, force: true });
  } catch (cause) {
    throw writeError(folder, cause);
  }
}
