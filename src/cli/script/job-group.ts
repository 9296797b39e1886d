import type { LocalJob } from '../../backends/local/job.ts';
import { JobFailure } from '../job-failure.ts';

const CANCEL_MS_MAX = 2000;

/** The jobs of a script. When one fails, all fail. */
export class JobGroup {
  readonly #running = new Set<LocalJob>();
  readonly #ends = new Map<LocalJob, Promise<void>>();
  readonly #failed: Promise<never>;
  #fail!: (failure: JobFailure) => void;
  /** Someone asked for the end: nothing new is started. */
  draining = false;

  constructor() {
    this.#failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => undefined);
  }

  /** The jobs that run, in the order in which they were started. */
  get running(): ReadonlySet<LocalJob> {
    return this.#running;
  }

  /** `ended` is called when the job has ended well. */
  add(job: LocalJob, ended: () => void): void {
    this.#running.add(job);
    const end = job.done.then(ended, (error) => this.#fail(new JobFailure(error))).finally(() => this.#running.delete(job));
    this.#ends.set(job, end);
    if (this.draining) void job.suspend().catch(() => undefined);
  }

  /** Resolves when a job has ended well. Throws JobFailure as soon as any job of the group has failed. */
  async finished(job: LocalJob): Promise<void> {
    await Promise.race([this.#ends.get(job)!.then(() => this.#settled()), this.#failed]);
  }

  /** Resolves when all jobs have ended well. Throws JobFailure as soon as one has failed. */
  async allFinished(): Promise<void> {
    await Promise.race([Promise.all(this.#ends.values()).then(() => this.#settled()), this.#failed]);
  }

  /** Gives a failure the turn to be thrown before a job's end counts as a good one. */
  #settled(): Promise<void> {
    return Promise.race([this.#failed, Promise.resolve().then(() => undefined)]);
  }

  /** Ends all jobs: with a checkpoint where they keep their state, else their sources, and what was read is still processed. */
  drain(): void {
    this.draining = true;
    for (const job of this.#running) void job.suspend().catch(() => undefined);
  }

  /** Ends all jobs at once and gives up unfinished output. A job whose sink hangs is not waited for longer than a moment. */
  async cancel(): Promise<void> {
    this.draining = true;
    let timer: NodeJS.Timeout | undefined;
    const moment = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CANCEL_MS_MAX);
    });
    await Promise.race([Promise.allSettled([...this.#running].map((job) => job.cancel())), moment]);
    clearTimeout(timer);
  }
}
