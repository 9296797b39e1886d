import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Options } from '../../catalog/option-spec.ts';
import { writeError } from './file-errors.ts';

/** What tells readers that a partition is whole: an empty file in its folder. */
export class SuccessFiles {
  readonly #name: string;

  constructor(options: Options) {
    this.#name = options.string('sink.partition-commit.success-file.name');
  }

  /** Makes the file in each folder, or leaves what is there as it is made again. Rejects with ConnectorError MS3036. */
  async write(folders: readonly string[]): Promise<void> {
    for (const folder of folders) {
      const path = join(folder, this.#name);
      try {
        await writeFile(path, '');
      } catch (cause) {
        throw writeError(path, cause);
      }
    }
  }
}
