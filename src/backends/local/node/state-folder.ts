import { resolve } from 'node:path';
import { StateError } from '../../../common/errors.ts';
import { freshUuid } from '../../../common/random.ts';
import type { Checkpoint } from '../../../runtime/checkpoints/checkpoint.ts';
import type { CheckpointSettings } from '../../../runtime/checkpoints/checkpoint-settings.ts';
import { CheckpointStore } from '../../../runtime/checkpoints/checkpoint-store.ts';
import type { JobState, StartPoint } from '../job-state.ts';
import { FolderJobs } from './folder-jobs.ts';
import { lockFolder } from './folder-lock.ts';
import { FolderRequests } from './folder-requests.ts';
import { type JobDescription, readDescription, writeDescription } from './job-description.ts';
import { NodeFiles } from './node-files.ts';
import { Savepoint } from './savepoint-folder.ts';

/**
 * A folder in which the jobs of one program keep their state, each in a folder of its own by the order in which they are started:
 * `job-1/`, with its checkpoints. One process at a time works with it, and does what others ask of its jobs.
 */
export class StateFolder {
  readonly #files: NodeFiles;
  readonly #path: string;
  readonly #running: FolderJobs;
  #unlock: (() => void) | undefined;
  #requests: FolderRequests | undefined;
  #jobs = 0;

  /** Does nothing with the folder yet: what starts no job may be done while another process works with it. */
  constructor(path: string, now: () => number = Date.now) {
    this.#path = resolve(path);
    this.#files = new NodeFiles(this.#path);
    this.#running = new FolderJobs(this.#path, now);
  }

  set onStop(stop: () => void) {
    this.#running.onStop = stop;
  }

  /** Makes and locks the folder. Throws StateError MS4009 while another process works with it, MS4010 where it cannot be used. */
  lock(): void {
    if (this.#unlock !== undefined) return;
    this.#unlock = lockFolder(this.#path);
    this.#requests = new FolderRequests(this.#path, (request) => this.#running.handle(request));
  }

  /**
   * The state of the next job, in the locked folder; where it has none yet, the job starts from the savepoint `from`, if there is one. Throws
   * as lock() does, and StateError MS4003 where a later release wrote it, MS4021 where there is no savepoint, MS4023 for state of another start.
   */
  async nextJob(settings: CheckpointSettings, retained: number, from?: string): Promise<JobState> {
    this.lock();
    const name = `job-${++this.#jobs}`;
    const store = new CheckpointStore(this.#files, name, retained);
    const { uid, start } = await this.#opened(() => this.#begin(name, store, from));
    return {
      uid,
      settings,
      store,
      place: { root: this.#path, folder: name, uid, settings },
      ...(start && { start }),
      attach: (job) => this.#running.attach(name, job),
      savepoint: async (target) => (await this.#running.savepoint(target, name)).path!,
      stop: async (target, drain) => (await this.#running.stop({ savepoint: true, target, drain }, name)).path!,
    };
  }

  /** Where the next job would begin, as nextJob() has it; nothing is locked or written, and another process may be at work. */
  async nextStart(from?: string): Promise<StartPoint | undefined> {
    const name = `job-${++this.#jobs}`;
    const own = await new CheckpointStore(this.#files, name, 1).latest(() => undefined);
    if (own !== undefined) return { name: `checkpoint ${own.id}`, checkpoint: own, committed: false };
    const savepoint = from === undefined ? undefined : await Savepoint.open(from);
    const checkpoint = await savepoint?.checkpoint(name);
    return checkpoint && startPoint(savepoint!, name, checkpoint);
  }

  async #begin(name: string, store: CheckpointStore, from: string | undefined): Promise<{ uid: string; start?: StartPoint | undefined }> {
    const known = await readDescription(this.#files, name);
    const hasCheckpoints = (await store.nextId()) > 1;
    const savepoint = from === undefined ? undefined : await Savepoint.open(from);
    checkStart(known, hasCheckpoints, savepoint, this.#path);
    const uid = known?.uid ?? freshUuid();
    const id = savepoint?.manifest.id;
    if (known === undefined || (known.from !== id && !hasCheckpoints)) await writeDescription(this.#files, name, { uid, from: id });
    const checkpoint = hasCheckpoints ? undefined : await savepoint?.checkpoint(name);
    return { uid, start: checkpoint && startPoint(savepoint!, name, checkpoint) };
  }

  async #opened<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof StateError) throw cause;
      throw new StateError('MS4010', `the state folder ${this.#path} cannot be used: ${(cause as Error).message}`, { cause });
    }
  }

  /** Resolves when what other processes have asked for is answered, and the folder is free. */
  async close(): Promise<void> {
    await this.#requests?.close();
    this.#requests = undefined;
    this.#unlock?.();
    this.#unlock = undefined;
  }
}

const startPoint = ({ path, manifest }: Savepoint, name: string, checkpoint: Checkpoint): StartPoint => ({
  name: path,
  checkpoint,
  committed: manifest.jobs.find((job) => job.name === name)!.committed,
});

/** A job goes on from its own checkpoints when it has some; that they are not what was asked for must not go unnoticed. Throws MS4023. */
function checkStart(known: JobDescription | undefined, hasCheckpoints: boolean, savepoint: Savepoint | undefined, path: string): void {
  if (hasCheckpoints && savepoint !== undefined && known?.from !== savepoint.manifest.id) {
    throw new StateError('MS4023', `${path} has checkpoints of a job that was not started from ${savepoint.path}`, {
      hint: 'give the job that starts from the savepoint a state folder of its own, or leave the savepoint out to go on from the checkpoints',
    });
  }
  if (!hasCheckpoints && savepoint === undefined && known?.from !== undefined) {
    throw new StateError('MS4023', `the job in ${path} was to start from a savepoint, and ended before its first checkpoint`, {
      hint: 'name the savepoint again, or remove the folder to begin without it',
    });
  }
}
