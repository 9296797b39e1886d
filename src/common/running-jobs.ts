/** A job of this process that can be asked to come to its end. */
export interface RunningJob {
  /** Ends the job with a checkpoint, or, where it keeps no state, its sources. */
  suspend(): Promise<void>;
}

const KEY = Symbol.for('millstream.running-jobs');
const shared = globalThis as { [KEY]?: Set<RunningJob> };
shared[KEY] ??= new Set();

/**
 * The jobs that run in this thread, whichever copy of the package started them: the command line runs a program that may have brought
 * its own, and drains its jobs on Ctrl-C.
 */
export const runningJobs: Set<RunningJob> = shared[KEY];
