/// <reference lib="esnext.disposable" preserve="true" />
import type { JobMetrics, LocalJob } from '../backends/local/job.ts';

/** A pipeline, or several with a common source, that runs. */
export class Job {
  readonly #job: LocalJob;
  /** Settles when the job has ended: rejects with what made it fail; a cancelled job resolves. */
  readonly done: Promise<void>;

  /** @internal */
  constructor(job: LocalJob) {
    this.#job = job;
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

  /** Counters, as they are now. */
  metrics(): JobMetrics {
    return this.#job.metrics();
  }

  /** Cancels the job at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }
}
