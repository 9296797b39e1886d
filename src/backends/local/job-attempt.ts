import type { Plan } from '../../plan/nodes/node.ts';
import type { Checkpoint } from '../../runtime/checkpoints/checkpoint.ts';
import { CheckpointCoordinator, type CheckpointMetrics } from '../../runtime/checkpoints/checkpoint-coordinator.ts';
import type { LocalEnvironment } from './graph-context.ts';
import { type OpenJob, openJob } from './workers/open-job.ts';
import type { Subtask } from './workers/subtask.ts';

/** One run of a job from where it begins, or goes on, to its end or its first failure: a job that is restarted makes another one. */
export class JobAttempt {
  readonly #open: OpenJob;
  readonly #checkpoints: CheckpointCoordinator | undefined;
  #stopReason: unknown;
  #isCancelled = false;
  /** Resolves with whether the checkpoint that ends the job was made before the task ended by itself. */
  #suspension: Promise<boolean> | undefined;
  #isSuspended = false;
  /** Settles when all has ended and is closed: rejects with what made it fail; one that was cancelled resolves. */
  readonly done: Promise<void>;

  private constructor(open: OpenJob, { state, clock }: LocalEnvironment, before: CheckpointMetrics | undefined) {
    this.#open = open;
    const { subtasks, plan, nextId } = open;
    this.#checkpoints = state && new CheckpointCoordinator({ participants: subtasks, ...state, clock, plan, nextId, before });
    this.done = this.#run();
    this.done.catch(() => undefined);
  }

  /**
   * Opens all tables and starts, from the job's newest checkpoint where it has one; `before` is what the attempts before have counted. Throws
   * what opening the tables throws, and StateError where a checkpoint does not fit: nothing has run then.
   */
  static async start(
    plan: Plan,
    env: LocalEnvironment,
    before?: { readonly checkpoints: CheckpointMetrics | undefined },
  ): Promise<JobAttempt> {
    return new JobAttempt(await openJob(plan, env, before !== undefined), env, before?.checkpoints);
  }

  async #run(): Promise<void> {
    let cause: unknown;
    try {
      await this.#work();
      if (this.#isCancelled) cause = this.#stopReason;
      else if (this.#isSuspended) cause = new Error('suspended');
    } catch (error) {
      cause = error;
    }
    const closed = await Promise.allSettled([
      ...this.#open.subtasks.map((subtask) => subtask.close(cause)),
      this.#open.results?.finish(cause),
    ]);
    if (cause !== undefined && !this.#isCancelled && !this.#isSuspended) throw cause;
    const failure = closed.find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
  }

  /** The workers, with checkpoints beside them and one at their end. */
  async #work(): Promise<void> {
    const checkpoints = this.#checkpoints;
    if (checkpoints === undefined || this.#open.wasFinished) return this.#runWorkers();
    const run = this.#runWorkers();
    try {
      await Promise.race([run, checkpoints.run().then(() => run)]);
    } catch (error) {
      // Without its checkpoints the job must not go on.
      this.#stop(error);
      await run.catch(() => undefined);
      throw error;
    } finally {
      await checkpoints.stop(this.#isCancelled);
    }
    if (this.#isCancelled) return;
    checkpoints.requireWhole();
    this.#isSuspended = (await this.#suspension) === true;
    if (!this.#isSuspended) await checkpoints.last(true);
  }

  /** Resolves when all have ended. Where one fails the others are stopped, and its failure is the job's. */
  async #runWorkers(): Promise<void> {
    const runs = this.#open.subtasks.map(async (subtask) => {
      try {
        await subtask.run();
      } catch (error) {
        this.#stop(error);
        throw error;
      }
    });
    let resultFailure: { readonly error: unknown } | undefined;
    this.#open.results?.start((error) => {
      resultFailure = { error };
      this.#stop(error);
    });
    const first = Promise.all(runs);
    first.catch(() => undefined);
    await Promise.allSettled(runs);
    await first;
    if (resultFailure !== undefined) throw resultFailure.error;
  }

  #stop(reason: unknown): void {
    this.#stopReason ??= reason;
    for (const subtask of this.#open.subtasks) subtask.stop(this.#stopReason);
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#stop(new Error('cancelled'));
  }

  /** Ends the sources; what they had delivered is processed, windows close, sinks complete. */
  drain(): void {
    for (const subtask of this.#open.subtasks) subtask.drain();
  }

  /** Ends with a checkpoint, or, without a state folder, the sources. */
  suspend(): void {
    if (this.#checkpoints === undefined) return this.drain();
    this.#suspension ??= this.#checkpoints.make();
    // #work() meets the failure.
    this.#suspension.catch(() => undefined);
  }

  /**
   * Makes a checkpoint and hands it to `use` as it is stored. Resolves with false when the attempt has ended meanwhile. Rejects with what the
   * checkpoint, or the attempt, fails with.
   */
  async withCheckpoint(use: (checkpoint: Checkpoint) => Promise<void>): Promise<boolean> {
    if (!this.#open.wasFinished && (await this.#checkpoints!.use(use))) return true;
    await this.done;
    return false;
  }

  get subtasks(): readonly Subtask[] {
    return this.#open.subtasks;
  }

  get checkpoints(): CheckpointMetrics | undefined {
    return this.#checkpoints?.metrics;
  }
}
