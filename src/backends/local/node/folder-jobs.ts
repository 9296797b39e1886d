import { join } from 'node:path';
import { StateError } from '../../../common/errors.ts';
import type { Checkpoint } from '../../../runtime/checkpoints/checkpoint.ts';
import { CheckpointStore } from '../../../runtime/checkpoints/checkpoint-store.ts';
import type { AttachedJob } from '../job-state.ts';
import type { FolderReply, FolderRequest } from './folder-requests.ts';
import { readDescription } from './job-description.ts';
import { NodeFiles } from './node-files.ts';
import { SavepointDraft } from './savepoint-folder.ts';

const JOB = /^job-(\d+)$/;

/** Where savepoints go unless it is said. */
export const defaultTarget = (folder: string): string => join(folder, 'savepoints');

/** Names of the jobs that have a folder in a state folder, in the order of their program. */
export async function jobsIn(files: NodeFiles): Promise<string[]> {
  const place = (name: string): number => Number(JOB.exec(name)![1]);
  return (await files.list('.')).filter((name) => JOB.test(name)).sort((a, b) => place(a) - place(b));
}

/** The jobs of this process that keep their state in a folder: what is asked of them together is done here. */
export class FolderJobs {
  readonly #path: string;
  readonly #files: NodeFiles;
  readonly #now: () => number;
  readonly #running = new Map<string, AttachedJob>();
  /** Called when the jobs are asked to end, so that the program starts no more. */
  onStop: (() => void) | undefined;

  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#files = new NodeFiles(path);
    this.#now = now;
  }

  attach(name: string, job: AttachedJob): void {
    this.#running.set(name, job);
    const ended = (): void => {
      if (this.#running.get(name) === job) this.#running.delete(name);
    };
    job.done.then(ended, ended);
  }

  async handle(request: FolderRequest): Promise<FolderReply> {
    if (request.kind === 'savepoint') return this.savepoint(request.target);
    return this.stop(request);
  }

  /** Makes a savepoint of all jobs of the folder; of `only` one where it is given. Rejects with MS4020. */
  async savepoint(target: string | undefined, only?: string): Promise<FolderReply> {
    return this.#write(target, only, async (name, add) => {
      const job = this.#running.get(name);
      if (job !== undefined && (await job.withCheckpoint((checkpoint) => add(checkpoint, true)))) return;
      await this.#addNewest(name, (checkpoint) => add(checkpoint, false));
    });
  }

  /** Ends all running jobs, or `only` one, with a checkpoint or their sources, and makes a savepoint of how they ended. */
  async stop({ savepoint, target, drain }: Omit<FolderRequest & { kind: 'stop' }, 'kind'>, only?: string): Promise<FolderReply> {
    const stopped = [...this.#running].filter(([name]) => only === undefined || name === only);
    if (only === undefined) this.onStop?.();
    await Promise.all(stopped.map(([, job]) => (drain ? job.drain() : job.suspend())));
    const names = stopped.map(([name]) => name);
    if (!savepoint) return { jobs: names };
    const committed = new Set(stopped.filter(([, job]) => job.isCommitted).map(([name]) => name));
    return this.#write(target, only, (name, add) => this.#addNewest(name, (checkpoint) => add(checkpoint, committed.has(name))));
  }

  async #write(
    target = defaultTarget(this.#path),
    only: string | undefined,
    save: (name: string, add: (checkpoint: Checkpoint, committed: boolean) => Promise<void>) => Promise<void>,
  ): Promise<FolderReply> {
    const names = (await jobsIn(this.#files)).filter((name) => only === undefined || name === only);
    const uids = new Map(
      await Promise.all(names.map(async (name) => [name, (await readDescription(this.#files, name))?.uid ?? ''] as const)),
    );
    const draft = await SavepointDraft.begin(target, uids.get(names[0] ?? '') ?? '');
    const jobs: string[] = [];
    try {
      for (const name of names) {
        await save(name, async (checkpoint, committed) => {
          await draft.add(name, uids.get(name)!, checkpoint, committed);
          jobs.push(name);
        });
      }
      if (jobs.length === 0) throw new StateError('MS4020', `${this.#path} has no state of a job yet`);
      return { path: await draft.finish(this.#now()), jobs };
    } catch (cause) {
      await draft.abandon();
      throw cause;
    }
  }

  async #addNewest(name: string, add: (checkpoint: Checkpoint) => Promise<void>): Promise<void> {
    const checkpoint = await new CheckpointStore(this.#files, name, 1).latest(() => undefined);
    if (checkpoint !== undefined) await add(checkpoint);
  }
}
