import type { Clock } from '../../common/clock.ts';
import { StateError } from '../../common/errors.ts';
import type { SinkOperator } from '../sink-operator.ts';
import type { Task } from '../task.ts';
import type { TaskGraph } from '../task-graph.ts';
import type { Capture } from './captured.ts';
import type { PreparedSink, SubtaskHead } from './checkpoint.ts';
import type { CheckpointSettings } from './checkpoint-settings.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { SavedPlan } from './saved-plan.ts';

export interface CheckpointMetrics {
  /** Complete ones since the start. */
  readonly completed: number;
  readonly failed: number;
  /** Of the last complete one: its number, bytes of state, and milliseconds from the request to its end. */
  readonly last: { readonly id: number; readonly byteSize: number; readonly durationMs: number } | undefined;
}

export interface CoordinatorOptions {
  readonly task: Task;
  readonly graph: TaskGraph;
  readonly store: CheckpointStore;
  readonly settings: CheckpointSettings;
  readonly clock: Clock;
  /** The plan as checkpoints name it. */
  readonly plan: SavedPlan;
  /** Number of the first checkpoint. */
  readonly nextId: number;
}

/**
 * Makes the checkpoints of one job: asks the task for a barrier, brings what was captured and what sinks prepared to the disk, and has
 * the sinks commit when all of it is there. One at a time.
 */
export class CheckpointCoordinator {
  readonly #task: Task;
  readonly #graph: TaskGraph;
  readonly #store: CheckpointStore;
  readonly #settings: CheckpointSettings;
  readonly #clock: Clock;
  readonly #plan: SavedPlan;
  readonly #stopped = new AbortController();
  /** What sinks prepared for checkpoints that were given up: the next complete one commits it. */
  readonly #uncommitted = new Map<string, unknown[]>();
  /** The attempt before, which may have been given up and be at work still. */
  #left: Promise<void> = Promise.resolve();
  /** What sinks prepare, checkpoint after checkpoint. */
  #prepared: Promise<void> = Promise.resolve();
  #turn: Promise<unknown> = Promise.resolve();
  #nextId: number;
  #failures = 0;
  #isAbandoned = false;
  #metrics: CheckpointMetrics = { completed: 0, failed: 0, last: undefined };
  #loop: Promise<void> | undefined;

  constructor({ task, graph, store, settings, clock, plan, nextId }: CoordinatorOptions) {
    this.#task = task;
    this.#graph = graph;
    this.#store = store;
    this.#settings = settings;
    this.#clock = clock;
    this.#plan = plan;
    this.#nextId = nextId;
  }

  get metrics(): CheckpointMetrics {
    return this.#metrics;
  }

  /** Makes a checkpoint every interval until `stop`. Rejects when more in a row failed than is tolerable, or a sink cannot commit. */
  run(): Promise<void> {
    this.#loop ??= this.#run();
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
      const work = this.#left.then(() => this.#task.barrier(id, halts)).then((capture) => capture && this.#complete(attempt, capture));
      this.#left = work.then(
        () => undefined,
        () => undefined,
      );
      return (await this.#inTime(work, attempt)) !== undefined;
    } catch (cause) {
      this.#metrics = { ...this.#metrics, failed: this.#metrics.failed + 1 };
      throw cause;
    }
  }

  /** The last checkpoint, of a task that stands still: `finished` says that there is nothing left to go on with. */
  async last(finished: boolean): Promise<void> {
    const attempt: Attempt = { id: this.#nextId++, begun: this.#clock.monotonic(), finished, givenUp: false };
    try {
      await this.#inTime(this.#complete(attempt, this.#task.capture(attempt.id)), attempt);
    } catch (cause) {
      throw cause instanceof Fatal ? cause.cause : cause;
    }
  }

  /** Resolves with true when the checkpoint is on the disk and committed; with undefined when it was given up meanwhile. */
  async #complete(attempt: Attempt, capture: Capture): Promise<true | undefined> {
    const { id, finished, begun } = attempt;
    // Who fails while another is waited for must not go unheard.
    for (const { prepared } of capture.sinks) prepared.catch(() => undefined);
    this.#prepared = this.#prepared.then(() => this.#collect(capture));
    await fatally(this.#prepared);
    if (attempt.givenUp || this.#isAbandoned) return undefined;
    const { sources, operators } = capture;
    const sinks = capture.sinks.map((sink): PreparedSink => ({ id: sink.id, prepared: this.#uncommitted.get(sink.id) ?? [] }));
    const subtask: SubtaskHead = { subtask: 0, sources, sinks };
    const state = await this.#store.writeState(id, subtask.subtask, operators);
    await this.#store.complete({ id, time: this.#clock.now(), plan: this.#plan, finished, subtasks: [subtask] }, [state]);
    await fatally(this.#commit(subtask));
    const byteSize = state.files.reduce((sum, file) => sum + file.byteSize, 0);
    const last = { id, byteSize, durationMs: this.#clock.monotonic() - begun };
    this.#metrics = { ...this.#metrics, completed: this.#metrics.completed + 1, last };
    // What is left over takes room and does no harm.
    await this.#store.prune().catch(() => undefined);
    return true;
  }

  /** Waits for what the sinks prepare. It is kept even when this checkpoint is given up: its rows are not written again. */
  async #collect({ sinks }: Capture): Promise<void> {
    const values = await Promise.all(sinks.map(({ prepared }) => prepared));
    for (const [i, value] of values.entries()) {
      if (value === undefined) continue;
      const { id } = sinks[i]!;
      this.#uncommitted.set(id, [...(this.#uncommitted.get(id) ?? []), value]);
    }
  }

  async #commit({ sources, sinks }: SubtaskHead): Promise<void> {
    for (const { id, prepared } of sinks) {
      const { writer } = this.#sink(id);
      for (const one of prepared) await writer.commit?.(one);
      this.#uncommitted.set(
        id,
        (this.#uncommitted.get(id) ?? []).filter((one) => !prepared.includes(one)),
      );
    }
    for (const [i, { position }] of sources.entries()) {
      await this.#graph.sources[i]!.reader.checkpointCompleted?.(position).catch(() => undefined);
    }
  }

  #sink(id: string): SinkOperator {
    return this.#graph.sinks.find((sink) => sink.id === id)!;
  }

  /** Rejects with MS4011 where it takes longer than the timeout; the work is left to itself. */
  async #inTime<T>(work: Promise<T>, attempt: Attempt): Promise<T> {
    const { timeoutMs } = this.#settings;
    const done = new AbortController();
    const late = new Promise<never>((_, reject) => {
      void this.#clock.sleep(timeoutMs, done.signal).then(() => {
        if (done.signal.aborted) return;
        attempt.givenUp = true;
        reject(new StateError('MS4011', `checkpoint ${attempt.id} was not complete after ${timeoutMs / 1000} s`));
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

async function fatally(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    throw new Fatal(cause);
  }
}
