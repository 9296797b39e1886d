import { StateError } from '../../common/errors.ts';
import { freshUuid } from '../../common/random.ts';
import { runningJobs } from '../../common/running-jobs.ts';
import type { Plan } from '../../plan/nodes/node.ts';
import type { Checkpoint } from '../../runtime/checkpoints/checkpoint.ts';
import { CheckpointCoordinator, type CheckpointMetrics } from '../../runtime/checkpoints/checkpoint-coordinator.ts';
import type { NodeMetrics } from '../../runtime/operator-node.ts';
import type { LocalEnvironment } from './graph-context.ts';
import type { JobState } from './job-state.ts';
import { type OpenJob, openJob } from './workers/open-job.ts';
import { workersToSettle } from './workers/settle.ts';
import type { SubtaskMetrics } from './workers/subtask.ts';
import { sumMetrics } from './workers/sum-metrics.ts';

/** What a running job can tell of itself. Records that could not be read and did not fail the job are in badRecords and not in rowsIn. */
export interface JobMetrics extends Omit<SubtaskMetrics, 'operators'> {
  /** Undefined for a job without a state folder. */
  readonly checkpoints: CheckpointMetrics | undefined;
  /** What each worker has done: one that has far more than others shows keys that are unevenly spread. */
  readonly workers: readonly { readonly rowsIn: number; readonly busyMs: number; readonly stateBytes: number }[];
}

/** A plan that runs in this process, in one worker or several. */
export class LocalJob {
  /** 32 hexadecimal digits, as Flink's ids of jobs. */
  readonly id = freshUuid().replaceAll('-', '');
  readonly #open: OpenJob;
  readonly #checkpoints: CheckpointCoordinator | undefined;
  readonly #state: JobState | undefined;
  #stopReason: unknown;
  #isCancelled = false;
  /** Resolves with whether the checkpoint that ends the job was made before the task ended by itself. */
  #suspension: Promise<boolean> | undefined;
  #isSuspended = false;
  /** Settles when the job has ended: rejects with what made it fail; a cancelled job resolves. */
  readonly done: Promise<void>;

  private constructor(open: OpenJob, { state, clock }: LocalEnvironment) {
    this.#open = open;
    const { subtasks, plan, nextId } = open;
    this.#state = state;
    this.#checkpoints = state && new CheckpointCoordinator({ participants: subtasks, ...state, clock, plan, nextId });
    runningJobs.add(this);
    this.done = this.#run().finally(() => runningJobs.delete(this));
    this.done.catch(() => undefined);
  }

  /**
   * Opens all tables and starts, from the job's newest checkpoint where it has one. Throws what opening the tables throws, and StateError
   * where a checkpoint does not fit: nothing has run then.
   */
  static async start(plan: Plan, env: LocalEnvironment): Promise<LocalJob> {
    const workers = await workersToSettle(env);
    if (workers !== undefined) await LocalJob.#settle(plan, env, workers);
    return new LocalJob(await openJob(plan, env), env);
  }

  /** Runs the job in as many workers as before, in this thread, until nothing is on its way between them: a checkpoint of that fits any number. */
  static async #settle(plan: Plan, env: LocalEnvironment, workers: number): Promise<void> {
    env.onNote?.(`rows were on their way between ${workers} workers: those come first`);
    const { threads: _, ...alone } = { ...env, parallelism: workers, settles: true, onNote: () => undefined };
    await new LocalJob(await openJob(plan, alone), alone).suspend();
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

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Ends at once; unfinished output is given up. */
  cancel(): Promise<void> {
    this.#isCancelled = true;
    this.#stop(new Error('cancelled'));
    return this.done;
  }

  /** Ends the sources; what they had delivered is processed, windows close, sinks complete. */
  drain(): Promise<void> {
    for (const subtask of this.#open.subtasks) subtask.drain();
    return this.done;
  }

  /**
   * Ends the job with a checkpoint, from which the next start goes on: windows stay open. A job without a state folder, which could not go
   * on, drains instead.
   */
  suspend(): Promise<void> {
    if (this.#checkpoints === undefined) return this.drain();
    this.#suspension ??= this.#checkpoints.make();
    // #work() meets the failure.
    this.#suspension.catch(() => undefined);
    return this.done;
  }

  /**
   * Makes a checkpoint and hands it to `use` as it is stored. Resolves with false when the job has ended meanwhile: its last checkpoint is
   * in its store. Rejects with StateError MS4020 for a job that keeps no state, and with what the checkpoint fails with.
   */
  async withCheckpoint(use: (checkpoint: Checkpoint) => Promise<void>): Promise<boolean> {
    if (this.#checkpoints === undefined) throw noSavepoints();
    if (!this.#open.wasFinished && (await this.#checkpoints.use(use))) return true;
    await this.done;
    return false;
  }

  /** Rejects with StateError MS4020. */
  async savepoint(target: string | undefined): Promise<string> {
    if (this.#state?.savepoint === undefined) throw noSavepoints();
    return this.#state.savepoint(target);
  }

  /** As suspend() or drain(), and resolves with the path of a savepoint of how the job ended. Rejects with StateError MS4020. */
  async stopWithSavepoint(target: string | undefined, drain: boolean): Promise<string> {
    if (this.#state?.stop === undefined) throw noSavepoints();
    return this.#state.stop(target, drain);
  }

  metrics(): JobMetrics {
    const workers = this.#open.subtasks.map(({ metrics }) => metrics);
    return {
      ...sumMetrics(workers),
      checkpoints: this.#checkpoints?.metrics,
      workers: workers.map(({ rowsIn, busyMs, stateBytes }) => ({ rowsIn, busyMs, stateBytes })),
    };
  }

  /** Names of operators with their counters over all workers, in topological order. */
  operators(): readonly ({ readonly name: string } & Readonly<NodeMetrics>)[] {
    const [first, ...others] = this.#open.subtasks.map(({ metrics }) => metrics.operators);
    return (first ?? []).map((operator, i) =>
      others.reduce((sum, { [i]: other }) => {
        if (other === undefined) return sum;
        return {
          name: sum.name,
          rowsIn: sum.rowsIn + other.rowsIn,
          rowsOut: sum.rowsOut + other.rowsOut,
          lateRows: sum.lateRows + other.lateRows,
          badRecords: sum.badRecords + other.badRecords,
        };
      }, operator),
    );
  }
}

const noSavepoints = (): StateError =>
  new StateError('MS4020', 'a job without a state folder has no savepoints', {
    hint: "name one: --state ./state, or open({ dir: './state' })",
  });
