import type { Clock } from '../../common/clock.ts';
import { StateError } from '../../common/errors.ts';
import type { Checkpoint, PreparedSink, SubtaskHead } from './checkpoint.ts';
import type { CheckpointSettings } from './checkpoint-settings.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { CheckpointParticipant, SubtaskCheckpoint } from './participant.ts';
import type { SavedPlan } from './saved-plan.ts';

export interface CheckpointMetrics {
  /** Complete ones since the start. */
  readonly completed: number;
  readonly failed: number;
  /** Of the last complete one: its number, bytes of state, and milliseconds from the request to its end. */
  readonly last: { readonly id: number; readonly byteSize: number; readonly durationMs: number } | undefined;
}

export interface CoordinatorOptions {
  /** The job's workers. */
  readonly participants: readonly CheckpointParticipant[];
  readonly store: CheckpointStore;
  readonly settings: CheckpointSettings;
  readonly clock: Clock;
  /** The plan as checkpoints name it. */
  readonly plan: SavedPlan;
  /** Number of the first checkpoint. */
  readonly nextId: number;
  /** What was counted before the job was restarted. */
  readonly before?: CheckpointMetrics | undefined;
}

/**
 * Makes the checkpoints of one job: asks its workers for a barrier, writes down what they captured and prepared, and has them commit
 * when all of it is on the disk. One at a time.
 */
export class CheckpointCoordinator {
  readonly #participants: readonly CheckpointParticipant[];
  readonly #store: CheckpointStore;
  readonly #settings: CheckpointSettings;
  readonly #clock: Clock;
  readonly #plan: SavedPlan;
  readonly #stopped = new AbortController();
  /** What the workers' sinks prepared, and no complete checkpoint has committed: the next one does. By worker, then by sink. */
  readonly #uncommitted: readonly Map<string, unknown[]>[];
  /** The attempt before, which may have been given up and be at work still. */
  #left: Promise<void> = Promise.resolve();
  #turn: Promise<unknown> = Promise.resolve();
  #nextId: number;
  #failures = 0;
  #isAbandoned = false;
  #metrics: CheckpointMetrics;
  #loop: Promise<void> | undefined;
  /** What a sink has failed with. */
  #failure: { readonly cause: unknown } | undefined;
  /** Rejects when a sink fails, whoever asked for the checkpoint. */
  readonly #broken: Promise<never>;
  #break!: (cause: unknown) => void;

  constructor({ participants, store, settings, clock, plan, nextId, before }: CoordinatorOptions) {
    this.#participants = participants;
    this.#uncommitted = participants.map(() => new Map());
    this.#store = store;
    this.#settings = settings;
    this.#clock = clock;
    this.#plan = plan;
    this.#nextId = nextId;
    this.#metrics = before ?? { completed: 0, failed: 0, last: undefined };
    this.#broken = new Promise((_, reject) => {
      this.#break = reject;
    });
    this.#broken.catch(() => undefined);
  }

  get metrics(): CheckpointMetrics {
    return this.#metrics;
  }

  /** Makes a checkpoint every interval until `stop`. Rejects when more in a row failed than is tolerable, or a sink cannot commit. */
  run(): Promise<void> {
    this.#loop ??= Promise.race([this.#run(), this.#broken]);
    return this.#loop;
  }

  /** Resolves when no checkpoint is under way; at once when the job is cancelled: what is under way is given up, and left to itself. */
  async stop(isCancelled: boolean): Promise<void> {
    this.#stopped.abort();
    this.#isAbandoned = isCancelled;
    if (isCancelled) return;
    await this.#loop?.catch(() => undefined);
    await this.#left;
  }

  /** Throws what a sink has failed with: the job must not come to a good end then. */
  requireWhole(): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
  }

  async #run(): Promise<void> {
    const { intervalMs, minPauseMs } = this.#settings;
    const { signal } = this.#stopped;
    let begun = this.#clock.monotonic();
    let ended = begun;
    for (;;) {
      const now = this.#clock.monotonic();
      await this.#clock.sleep(Math.max(begun + intervalMs - now, ended + minPauseMs - now, 0), signal);
      if (signal.aborted) return;
      begun = this.#clock.monotonic();
      if (!(await this.#alone(() => this.#tolerant()))) return;
      ended = this.#clock.monotonic();
    }
  }

  /** Makes one now, at which the task ends. Resolves with whether it was made: false when the task had ended before. Rejects when it fails. */
  make(): Promise<boolean> {
    return this.#alone(() => this.#attempt(true)).catch((cause: unknown) => {
      throw cause instanceof Fatal ? cause.cause : cause;
    });
  }

  /**
   * Makes one now and hands it to `use` as it is stored; no other is made, and none removed, before `use` is done. Resolves with false when
   * the task had ended before. Rejects when it fails; the job goes on unless a sink failed.
   */
  use(use: (checkpoint: Checkpoint) => Promise<void>): Promise<boolean> {
    return this.#alone(async () => {
      try {
        if (!(await this.#attempt())) return false;
      } catch (cause) {
        throw cause instanceof Fatal ? cause.cause : cause;
      }
      await use((await this.#store.latest(() => undefined))!);
      return true;
    });
  }

  /** One checkpoint after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** As #attempt, but counts failures, and rejects only when there are more than is tolerable. */
  async #tolerant(): Promise<boolean> {
    try {
      if (!(await this.#attempt())) return false;
      this.#failures = 0;
    } catch (cause) {
      if (cause instanceof Fatal) throw cause.cause;
      if (++this.#failures > this.#settings.tolerableFailures) throw cause;
    }
    return true;
  }

  /** False when the task has ended. */
  async #attempt(halts = false): Promise<boolean> {
    const id = this.#nextId++;
    const attempt: Attempt = { id, begun: this.#clock.monotonic(), finished: false, givenUp: false };
    try {
      // One that took too long is still at its files, or its sinks: they are not worked on by two.
      const work = this.#left.then(() => this.#capture(id, halts)).then((parts) => this.#complete(attempt, parts));
      this.#left = work.then(
        () => undefined,
        () => undefined,
      );
      return (await this.#inTime(work, attempt)) !== undefined;
    } catch (cause) {
      for (const participant of this.#participants) participant.abandon(id, cause);
      this.#metrics = { ...this.#metrics, failed: this.#metrics.failed + 1 };
      throw cause;
    }
  }

  /** The last checkpoint, of workers that stand still: `finished` says that there is nothing left to go on with. */
  async last(finished: boolean): Promise<void> {
    const attempt: Attempt = { id: this.#nextId++, begun: this.#clock.monotonic(), finished, givenUp: false };
    try {
      const work = this.#capture(attempt.id, true).then((parts) => this.#complete(attempt, parts));
      await this.#inTime(work, attempt);
    } catch (cause) {
      throw cause instanceof Fatal ? cause.cause : cause;
    }
  }

  async #capture(id: number, halts: boolean): Promise<readonly (SubtaskCheckpoint | undefined)[]> {
    const parts = this.#participants.map((participant) => participant.capture(id, halts));
    for (const part of parts) part.catch(() => undefined);
    // What is prepared is kept even when this checkpoint is given up: its rows are not written again.
    for (const [i, part] of parts.entries()) this.#keep(i, await this.#fatally(part));
    return Promise.all(parts);
  }

  #keep(participant: number, part: SubtaskCheckpoint | undefined): void {
    const uncommitted = this.#uncommitted[participant]!;
    for (const { id, value } of part?.prepared ?? []) {
      if (value !== undefined) uncommitted.set(id, [...(uncommitted.get(id) ?? []), value]);
    }
  }

  /** Resolves with true when the checkpoint is on the disk and committed; with undefined when it was given up, or all had ended before. */
  async #complete(attempt: Attempt, captured: readonly (SubtaskCheckpoint | undefined)[]): Promise<true | undefined> {
    const { id, finished, begun } = attempt;
    const parts = captured.filter((part) => part !== undefined);
    const isUseless = parts.length < captured.length || (!finished && parts.every(({ isOver }) => isOver));
    if (attempt.givenUp || this.#isAbandoned || isUseless) {
      for (const participant of this.#participants) participant.abandon(id, new Error('given up'));
      return undefined;
    }
    const failed = parts.find(({ state }) => state === undefined);
    if (failed !== undefined) throw failed.failure;
    const subtasks = parts.map(({ sources, prepared }, i) => this.#headOf(i, sources, prepared));
    const states = parts.map(({ state }) => state!);
    await this.#store.complete({ id, time: this.#clock.now(), plan: this.#plan, finished, subtasks }, states);
    await this.#fatally(this.#commit(id, subtasks));
    const byteSize = states
      .flatMap(({ files, pages }) => [...files, ...(pages?.files ?? [])])
      .reduce((sum, file) => sum + file.byteSize, 0);
    const last = { id, byteSize, durationMs: this.#clock.monotonic() - begun };
    this.#metrics = { ...this.#metrics, completed: this.#metrics.completed + 1, last };
    // What is left over takes room and does no harm.
    await this.#store.prune().catch(() => undefined);
    return true;
  }

  #headOf(participant: number, sources: SubtaskHead['sources'], prepared: SubtaskCheckpoint['prepared']): SubtaskHead {
    const uncommitted = this.#uncommitted[participant]!;
    const { subtask } = this.#participants[participant]!;
    return { subtask, sources, sinks: prepared.map(({ id }): PreparedSink => ({ id, prepared: uncommitted.get(id) ?? [] })) };
  }

  async #commit(id: number, subtasks: readonly SubtaskHead[]): Promise<void> {
    await Promise.all(subtasks.map((head, i) => this.#participants[i]!.commit(id, head)));
    for (const [i, { sinks }] of subtasks.entries()) {
      const uncommitted = this.#uncommitted[i]!;
      for (const { id, prepared } of sinks) {
        const left = uncommitted.get(id)?.filter((one) => !prepared.includes(one)) ?? [];
        uncommitted.set(id, left);
      }
    }
  }

  /** What a sink fails with ends the job, also when nobody waits for the checkpoint any more: its rows are in no other. */
  async #fatally<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (cause) {
      this.#failure ??= { cause };
      this.#break(cause);
      throw new Fatal(cause);
    }
  }

  /** Rejects with MS4011 where it takes longer than the timeout; the work is left to itself. */
  async #inTime<T>(work: Promise<T>, attempt: Attempt): Promise<T> {
    const { timeoutMs } = this.#settings;
    const done = new AbortController();
    const late = new Promise<never>((_, reject) => {
      void this.#clock.sleep(timeoutMs, done.signal).then(() => {
        if (done.signal.aborted) return;
        attempt.givenUp = true;
        const error = new StateError('MS4011', `checkpoint ${attempt.id} was not complete after ${timeoutMs / 1000} s`, { retry: true });
        for (const participant of this.#participants) participant.abandon(attempt.id, error);
        reject(error);
      });
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      done.abort();
    }
  }
}

interface Attempt {
  readonly id: number;
  readonly begun: number;
  readonly finished: boolean;
  givenUp: boolean;
}

/** A sink has failed: the job cannot go on, however many checkpoints may fail. */
class Fatal {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}
