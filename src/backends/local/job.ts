import { runningJobs } from '../../common/running-jobs.ts';
import type { Plan } from '../../plan/nodes/node.ts';
import { CheckpointCoordinator, type CheckpointMetrics } from '../../runtime/checkpoints/checkpoint-coordinator.ts';
import type { SavedPlan } from '../../runtime/checkpoints/saved-plan.ts';
import type { NodeMetrics } from '../../runtime/operator-node.ts';
import type { Progress } from '../../runtime/source.ts';
import { Task } from '../../runtime/task.ts';
import type { SourceNode, SourceStart } from '../../runtime/task-graph.ts';
import { buildGraph, type OpenGraph } from './build-graph.ts';
import type { LocalEnvironment } from './graph-context.ts';
import { checkPlan, restoreGraph } from './job-state.ts';

/** What a running job can tell of itself. */
export interface JobMetrics {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly lateRows: number;
  /** Records that could not be read and did not fail the job: skipped, or written to a dead-letter table. They are not in rowsIn. */
  readonly badRecords: number;
  readonly stateBytes: number;
  readonly busyMs: number;
  /** Event time reached, milliseconds since the epoch; undefined before the first watermark. */
  readonly watermark: bigint | undefined;
  readonly progress: Progress | undefined;
  /** Undefined for a job without a state folder. */
  readonly checkpoints: CheckpointMetrics | undefined;
}

/** A plan that runs in this thread. */
export class LocalJob {
  readonly #graph: OpenGraph;
  readonly #task: Task;
  readonly #checkpoints: CheckpointCoordinator | undefined;
  /** The job had finished in an earlier process: nothing is left to do. */
  readonly #wasFinished: boolean;
  /** Ends the task at once. One signal and not AbortSignal.any() of two, which Node would keep, and the job with it. */
  readonly #stop = new AbortController();
  #isCancelled = false;
  readonly #drain = new AbortController();
  /** Resolves with whether the checkpoint that ends the job was made before the task ended by itself. */
  #suspension: Promise<boolean> | undefined;
  #isSuspended = false;
  /** Settles when the job has ended: rejects with what made it fail; a cancelled job resolves. */
  readonly done: Promise<void>;

  private constructor(graph: OpenGraph, env: LocalEnvironment, start: Start) {
    this.#graph = graph;
    const { sources, plan, nextId, wasFinished } = start;
    this.#task = new Task(graph, env.clock, this.#stop.signal, this.#drain.signal, sources);
    this.#wasFinished = wasFinished;
    const { state, clock } = env;
    this.#checkpoints = state && new CheckpointCoordinator({ task: this.#task, graph, ...state, clock, plan, nextId });
    runningJobs.add(this);
    this.done = this.#run().finally(() => runningJobs.delete(this));
    this.done.catch(() => undefined);
  }

  /**
   * Opens all tables and starts, from the job's newest checkpoint where it has one. Throws what opening the tables throws, and StateError
   * where a checkpoint does not fit: nothing has run then.
   */
  static async start(plan: Plan, env: LocalEnvironment): Promise<LocalJob> {
    const graph = await buildGraph(plan, env);
    try {
      return new LocalJob(graph, env, await beginning(graph, env));
    } catch (error) {
      for (const { writer } of graph.sinks) await (async () => writer.close(error))().catch(() => undefined);
      await graph.close().catch(() => undefined);
      throw error;
    }
  }

  async #run(): Promise<void> {
    let cause: unknown;
    try {
      await this.#work();
      if (this.#isCancelled) cause = this.#stop.signal.reason;
      else if (this.#isSuspended) cause = new Error('suspended');
    } catch (error) {
      cause = error;
    }
    const failures = await this.#closeSinks(cause);
    await this.#graph.close().catch((error: unknown) => failures.push(error));
    if (cause !== undefined && !this.#isCancelled && !this.#isSuspended) throw cause;
    if (failures.length > 0) throw failures[0];
  }

  /** The task, with checkpoints beside it and one at its end. */
  async #work(): Promise<void> {
    const checkpoints = this.#checkpoints;
    if (checkpoints === undefined || this.#wasFinished) return this.#task.run();
    const run = this.#task.run();
    try {
      await Promise.race([run, checkpoints.run().then(() => run)]);
    } catch (error) {
      // Without its checkpoints the task must not go on.
      this.#stop.abort(error);
      await run.catch(() => undefined);
      throw error;
    } finally {
      await checkpoints.stop(this.#isCancelled);
    }
    if (this.#isCancelled) return;
    this.#isSuspended = (await this.#suspension) === true;
    if (!this.#isSuspended) await checkpoints.last(true);
  }

  async #closeSinks(cause: unknown): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const { writer } of this.#graph.sinks) await (async () => writer.close(cause))().catch((error: unknown) => failures.push(error));
    return failures;
  }

  /** Ends at once; unfinished output is given up. */
  cancel(): Promise<void> {
    this.#isCancelled = true;
    this.#stop.abort(new Error('cancelled'));
    return this.done;
  }

  /** Ends the sources; what they had delivered is processed, windows close, sinks complete. */
  drain(): Promise<void> {
    this.#drain.abort();
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

  metrics(): JobMetrics {
    const { nodes, planned } = this.#graph;
    const { sources, sinks } = planned;
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const times = nodes.map((node) => node.time).filter((time) => time > -(2n ** 62n) && time < 2n ** 62n);
    const progress = sources.map(({ reader }) => reader.progress());
    return {
      rowsIn: sum(sources.map(({ node }) => node.metrics.rowsOut)),
      rowsOut: sum(sinks.map((sink) => sink.rows)),
      bytesIn: sum(sources.map(({ reader }) => reader.bytesRead)),
      bytesOut: sum(sinks.map(({ writer }) => writer.bytesWritten)),
      lateRows: sum(nodes.map((node) => node.metrics.lateRows)),
      badRecords: sum(nodes.map((node) => node.metrics.badRecords)),
      stateBytes: this.#graph.state.byteSize,
      busyMs: this.#task.busyMs,
      watermark: times.length === 0 ? undefined : times.reduce((least, time) => (time < least ? time : least)),
      progress: progress.every((part) => part !== undefined)
        ? { done: sum(progress.map((part) => part.done)), total: sum(progress.map((part) => part.total)) }
        : undefined,
      checkpoints: this.#checkpoints?.metrics,
    };
  }

  /** Names of operators with their counters, in topological order. */
  operators(): readonly ({ readonly name: string } & Readonly<NodeMetrics>)[] {
    return this.#graph.nodes.map(({ name, metrics }) => ({ name, ...metrics }));
  }
}

/** Where a job begins. */
interface Start {
  readonly plan: SavedPlan;
  readonly nextId: number;
  readonly sources: ReadonlyMap<SourceNode, SourceStart>;
  readonly wasFinished: boolean;
}

const NO_PLAN: SavedPlan = { text: '', sources: [], operators: [], sinks: [] };

const tableOf = ({ sinks }: SavedPlan, id: string): string => sinks.find((sink) => sink.id === id)?.table ?? id;

async function beginning(graph: OpenGraph, env: LocalEnvironment): Promise<Start> {
  const { state, onNote } = env;
  if (state === undefined) return { plan: NO_PLAN, nextId: 1, sources: new Map(), wasFinished: false };
  const described = graph.described.plan();
  const checkpoint = await state.store.latest(({ id }) => onNote?.(`checkpoint ${id} is damaged`));
  if (checkpoint !== undefined) checkPlan(checkpoint, described);
  const sources = await restoreGraph(graph, checkpoint);
  if (checkpoint?.finished === true) onNote?.(`the job had finished with checkpoint ${checkpoint.id}; nothing is left to do`);
  else if (checkpoint !== undefined) onNote?.(`going on from checkpoint ${checkpoint.id}`);
  for (const { id, writer } of graph.sinks) {
    if (writer.prepareCommit === undefined && checkpoint?.finished !== true)
      onNote?.(`rows for ${tableOf(described, id)} since the last checkpoint are written again after a crash (at-least-once)`);
  }
  return { plan: described, nextId: await state.store.nextId(), sources, wasFinished: checkpoint?.finished === true };
}
