import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateError } from '../../../common/errors.ts';
import { freshUuid } from '../../../common/random.ts';
import type { SpillFile } from '../../../state/spill/spill-file.ts';

/**
 * Opens a file in a folder, the system's one for temporary files by default. Its name is gone at once, where the system allows that, so that nothing
 * is left behind by a crash. Throws StateError MS4010 where it cannot be made.
 */
export function openSpillFile(folder = tmpdir()): SpillFile {
  const path = join(folder, `.millstream-spill-${freshUuid()}`);
  const file = guarded(path, () => openSync(path, 'wx+', 0o600));
  removeName(path);
  return {
    read(bytes, offset, length, position) {
      const count = guarded(path, () => readSync(file, bytes, offset, length, position));
      if (count !== length) throw new StateError('MS4010', `${path} ends after ${position + count} bytes`);
    },
    write(bytes, offset, length, position) {
      const count = guarded(path, () => writeSync(file, bytes, offset, length, position));
      if (count !== length) throw new StateError('MS4010', `no room for rows of the state in ${folder}`);
    },
    close() {
      closeSync(file);
      removeName(path);
    },
  };
}

/** Windows keeps the name of an open file: it goes when the file is closed. */
function removeName(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is a temporary file: the system removes it in time.
  }
}

function guarded<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw new StateError('MS4010', `rows of the state cannot be kept in ${path}: ${(cause as Error).message}`, { cause });
  }
}
