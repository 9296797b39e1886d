/// <reference lib="esnext.disposable" preserve="true" />
import type { JobMetrics, LocalJob } from '../backends/local/job.ts';

export interface StopOptions {
  readonly savepoint?: boolean | string;
  readonly drain?: boolean;
}

/** A pipeline, or several with a common source, that runs. */
export class Job {
  readonly #job: LocalJob;
  /** What SHOW JOBS calls it and STOP JOB takes. */
  readonly id: string;
  /** Settles when the job has ended: rejects with what made it fail; a cancelled job resolves. */
  readonly done: Promise<void>;

  /** @internal */
  constructor(job: LocalJob) {
    this.#job = job;
    this.id = job.id;
    this.done = job.done;
  }

  /** Ends the job at once; output that is not finished is given up. Resolves when everything is closed. */
  async cancel(): Promise<void> {
    await this.#job.cancel();
  }

  /** Ends the sources: what they had delivered is processed, windows close, sinks complete. */
  async drain(): Promise<void> {
    await this.#job.drain();
  }

  /**
   * Ends the job with a checkpoint, from which the same program goes on when it is started again: windows stay open. Without open({ dir })
   * it drains.
   */
  async suspend(): Promise<void> {
    await this.#job.suspend();
  }

  /**
   * Makes a savepoint of the running job: a folder of its own below `target` (a folder `savepoints` in open({ dir }) unless it is given), with
   * all that another start needs, which can be moved and copied. Resolves with its path. Throws StateError MS4020 without open({ dir }), or where
   * it cannot be written; the job goes on.
   */
  async savepoint(target?: string): Promise<string> {
    return this.#job.savepoint(target);
  }

  /**
   * Ends the job, and resolves when it has ended. `drain` ends its sources and closes its windows, for good; otherwise windows stay open.
   * With `savepoint` (true, or the folder for it) resolves with the path of a savepoint from which open({ from }) goes on. Throws as savepoint() does.
   */
  async stop({ savepoint = false, drain = false }: StopOptions = {}): Promise<string | undefined> {
    if (savepoint !== false) return this.#job.stopWithSavepoint(savepoint === true ? undefined : savepoint, drain);
    await (drain ? this.#job.drain() : this.#job.suspend());
    return undefined;
  }

  /** Counters, as they are now. */
  metrics(): JobMetrics {
    return this.#job.metrics();
  }

  /** Cancels the job at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }
}
