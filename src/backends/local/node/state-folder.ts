import { resolve } from 'node:path';
import { StateError } from '../../../common/errors.ts';
import { freshUuid } from '../../../common/random.ts';
import type { CheckpointSettings } from '../../../runtime/checkpoints/checkpoint-settings.ts';
import { CheckpointStore } from '../../../runtime/checkpoints/checkpoint-store.ts';
import type { JobState } from '../job-state.ts';
import { lockFolder } from './folder-lock.ts';
import { NodeFiles } from './node-files.ts';

const DESCRIPTION = 'job.json';
const VERSION = 1;

/**
 * A folder in which the jobs of one program keep their state, each in a folder of its own by the order in which they are started:
 * `job-1/`, with its checkpoints. One process at a time works with it.
 */
export class StateFolder {
  readonly #files: NodeFiles;
  readonly #path: string;
  #unlock: (() => void) | undefined;
  #jobs = 0;

  /** Does nothing with the folder yet: what starts no job may be done while another process works with it. */
  constructor(path: string) {
    this.#path = resolve(path);
    this.#files = new NodeFiles(this.#path);
  }

  /** Makes and locks the folder. Throws StateError MS4009 while another process works with it, MS4010 where it cannot be used. */
  lock(): void {
    this.#unlock ??= lockFolder(this.#path);
  }

  /** The state of the next job, in the locked folder. Throws as lock() does, and StateError MS4003 where a later release wrote it. */
  async nextJob(settings: CheckpointSettings, retained: number): Promise<JobState> {
    this.lock();
    const name = `job-${++this.#jobs}`;
    return { uid: await this.#uid(name), settings, store: new CheckpointStore(this.#files, name, retained) };
  }

  async #uid(job: string): Promise<string> {
    const path = `${job}/${DESCRIPTION}`;
    try {
      const known = await this.#files.read(path);
      if (known !== undefined) return uidOf(known, path);
      const uid = freshUuid();
      await this.#files.makeFolder(job);
      await this.#files.write(`${path}.part`, [new TextEncoder().encode(`${JSON.stringify({ version: VERSION, uid })}\n`)]);
      await this.#files.rename(`${path}.part`, path);
      await this.#files.sync(job);
      await this.#files.sync('.');
      return uid;
    } catch (cause) {
      if (cause instanceof StateError) throw cause;
      throw new StateError('MS4010', `the state folder ${this.#path} cannot be used: ${(cause as Error).message}`, { cause });
    }
  }

  close(): void {
    this.#unlock?.();
    this.#unlock = undefined;
  }
}

function uidOf(bytes: Uint8Array, path: string): string {
  let description: { readonly version?: unknown; readonly uid?: unknown };
  try {
    description = JSON.parse(new TextDecoder().decode(bytes)) as typeof description;
  } catch (cause) {
    throw new StateError('MS4005', `${path} in the state folder is damaged`, { cause });
  }
  if (description.version !== VERSION)
    throw new StateError('MS4003', `the state folder has version ${description.version}, this release reads ${VERSION}`);
  if (typeof description.uid !== 'string' || !/^[0-9a-f-]{36}$/.test(description.uid)) {
    throw new StateError('MS4005', `${path} in the state folder is damaged`);
  }
  return description.uid;
}
