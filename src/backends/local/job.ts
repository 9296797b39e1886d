import type { Clock } from '../../common/clock.ts';
import { StateError, StreamError } from '../../common/errors.ts';
import { messageOf } from '../../common/message-of.ts';
import { freshSeed, freshUuid, seededRandom } from '../../common/random.ts';
import { runningJobs } from '../../common/running-jobs.ts';
import type { Plan } from '../../plan/nodes/node.ts';
import type { Checkpoint } from '../../runtime/checkpoints/checkpoint.ts';
import type { CheckpointMetrics } from '../../runtime/checkpoints/checkpoint-coordinator.ts';
import type { NodeMetrics } from '../../runtime/operator-node.ts';
import { mayPass } from '../../runtime/restart/may-pass.ts';
import { type RestartStrategy, restartStrategy } from '../../runtime/restart/restart-strategy.ts';
import type { LocalEnvironment } from './graph-context.ts';
import { JobAttempt } from './job-attempt.ts';
import type { JobState } from './job-state.ts';
import { workersToSettle } from './workers/settle.ts';
import type { SubtaskMetrics } from './workers/subtask.ts';
import { sumMetrics } from './workers/sum-metrics.ts';

/**
 * What a running job can tell of itself. Records that could not be read and did not fail the job are in badRecords and not in rowsIn. A job that
 * was restarted counts rows from its last restart on.
 */
export interface JobMetrics extends Omit<SubtaskMetrics, 'operators'> {
  /** Undefined for a job without a state folder. */
  readonly checkpoints: CheckpointMetrics | undefined;
  /** How often it has failed and was started again, or is about to be. */
  readonly restarts: number;
  /** Set while it waits for that: milliseconds until then, 0 while it starts, and what it has failed with. */
  readonly restarting: { readonly inMs: number; readonly cause: string } | undefined;
  /** What each worker has done: one that has far more than others shows keys that are unevenly spread. */
  readonly workers: readonly { readonly rowsIn: number; readonly busyMs: number; readonly stateBytes: number }[];
}

/** A failure that the job is to be restarted after. */
interface Pause {
  readonly cause: string;
  /** On the clock's monotonic time. */
  readonly until: number;
  /** Ends it at once. */
  readonly over: AbortController;
}

/**
 * A plan that runs in this process, in one worker or several. One that keeps state and fails is started again from its last checkpoint, as its
 * restart strategy has it.
 */
export class LocalJob {
  /** 32 hexadecimal digits, as Flink's ids of jobs. */
  readonly id = freshUuid().replaceAll('-', '');
  readonly #plan: Plan;
  readonly #env: LocalEnvironment;
  readonly #clock: Clock;
  readonly #state: JobState | undefined;
  readonly #strategy: RestartStrategy | undefined;
  #attempt: JobAttempt;
  #restarts = 0;
  #pause: Pause | undefined;
  /** How somebody wants it to end: it is not restarted then. */
  #wanted: 'cancel' | 'suspend' | 'drain' | undefined;
  /** Settles when the job has ended: rejects with what made it fail; a cancelled job resolves. */
  readonly done: Promise<void>;

  private constructor(plan: Plan, env: LocalEnvironment, attempt: JobAttempt) {
    this.#plan = plan;
    this.#env = env;
    this.#clock = env.clock;
    this.#state = env.state;
    this.#strategy = env.state && env.restart && restartStrategy(env.restart.settings, seededRandom(env.restart.seed ?? freshSeed()));
    this.#attempt = attempt;
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
    return new LocalJob(plan, env, await JobAttempt.start(plan, env));
  }

  /** Runs the job in as many workers as before, in this thread, until nothing is on its way between them: a checkpoint of that fits any number. */
  static async #settle(plan: Plan, env: LocalEnvironment, workers: number): Promise<void> {
    env.onNote?.(`rows were on their way between ${workers} workers: those come first`);
    const { threads: _, ...alone } = { ...env, parallelism: workers, settles: true, onNote: () => undefined };
    const attempt = await JobAttempt.start(plan, alone);
    attempt.suspend();
    await attempt.done;
  }

  async #run(): Promise<void> {
    for (let failure = await failureOf(this.#attempt.done); failure !== undefined; ) {
      // Where it could not be started again it was not running.
      if (this.isCancelled && this.#pause !== undefined) return;
      const pause = this.#pauseAfter(failure.cause);
      if (pause === undefined) throw failure.cause;
      this.#restarts++;
      this.#pause = pause;
      await this.#clock.sleep(pause.until - this.#clock.monotonic(), pause.over.signal);
      // Nothing has been done since the last checkpoint, which is what the next start goes on from.
      if (this.isCancelled || this.#wanted === 'suspend') return;
      failure = await failureOf(this.#restart());
    }
    this.#pause = undefined;
  }

  /** Undefined where the job is not to be restarted. */
  #pauseAfter(failure: unknown): Pause | undefined {
    const { restart, onNote } = this.#env;
    if (this.#wanted !== undefined || restart === undefined || restart.settings.type === 'none') return undefined;
    if (!restart.isExplicit && !mayPass(failure)) return undefined;
    if (this.#strategy === undefined) {
      onNote?.('the job is not restarted: it keeps no state, so there is no checkpoint to go on from');
      return undefined;
    }
    const now = this.#clock.monotonic();
    const answer = this.#strategy.afterFailure(now);
    if ('refusal' in answer) {
      onNote?.(`the job is not restarted: ${answer.refusal}`);
      return undefined;
    }
    const cause = failure instanceof StreamError ? `${failure.code}: ${failure.message}` : messageOf(failure);
    onNote?.(`the job has failed (${cause}); restart ${this.#restarts + 1} in ${secondsText(answer.delayMs)}`);
    return { cause, until: now + answer.delayMs, over: new AbortController() };
  }

  async #restart(): Promise<void> {
    this.#attempt = await JobAttempt.start(this.#plan, this.#env, this.#attempt);
    this.#pause = undefined;
    // It may have been asked for while the tables were opened.
    if (this.#wanted !== undefined) this.#attempt[this.#wanted]();
    await this.#attempt.done;
  }

  #end(how: 'cancel' | 'suspend' | 'drain'): Promise<void> {
    if (this.#wanted !== 'cancel') this.#wanted = how;
    if (this.#pause === undefined) this.#attempt[how]();
    this.#pause?.over.abort();
    return this.done;
  }

  /** Whether it waits for its next start after a failure. */
  get isRestarting(): boolean {
    return this.#pause !== undefined;
  }

  /** Whether all rows before the newest checkpoint are visible, as they are when the job has ended well. */
  get isCommitted(): boolean {
    return this.#pause === undefined;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get isCancelled(): boolean {
    return this.#wanted === 'cancel';
  }

  /** Ends at once; unfinished output is given up. */
  cancel(): Promise<void> {
    return this.#end('cancel');
  }

  /** Ends the sources; what they had delivered is processed, windows close, sinks complete. A job that waits for a restart is started for it. */
  drain(): Promise<void> {
    return this.#end('drain');
  }

  /**
   * Ends the job with a checkpoint, from which the next start goes on: windows stay open. A job without a state folder, which could not go
   * on, drains instead. One that waits for a restart has its checkpoint.
   */
  suspend(): Promise<void> {
    return this.#end('suspend');
  }

  /**
   * Makes a checkpoint and hands it to `use` as it is stored. Resolves with false when the job has ended meanwhile, or waits for a restart: its
   * last checkpoint is in its store. Rejects with StateError MS4020 for a job that keeps no state, and with what the checkpoint fails with.
   */
  async withCheckpoint(use: (checkpoint: Checkpoint) => Promise<void>): Promise<boolean> {
    if (this.#state === undefined) throw noSavepoints();
    return this.#pause === undefined && this.#attempt.withCheckpoint(use);
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
    const workers = this.#attempt.subtasks.map(({ metrics }) => metrics);
    return {
      ...sumMetrics(workers),
      checkpoints: this.#attempt.checkpoints,
      restarts: this.#restarts,
      restarting: this.#pause && { inMs: Math.max(0, this.#pause.until - this.#clock.monotonic()), cause: this.#pause.cause },
      workers: workers.map(({ rowsIn, busyMs, stateBytes }) => ({ rowsIn, busyMs, stateBytes })),
    };
  }

  /** Names of operators with their counters over all workers, in topological order. */
  operators(): readonly ({ readonly name: string } & Readonly<NodeMetrics>)[] {
    const [first, ...others] = this.#attempt.subtasks.map(({ metrics }) => metrics.operators);
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

async function failureOf(work: Promise<void>): Promise<{ readonly cause: unknown } | undefined> {
  try {
    await work;
    return undefined;
  } catch (cause) {
    return { cause };
  }
}

const secondsText = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`);
