import type { Plan } from '../../../plan/nodes/node.ts';
import type { Checkpoint, SubtaskHead } from '../../../runtime/checkpoints/checkpoint.ts';
import { LocalParticipant } from '../../../runtime/checkpoints/local-participant.ts';
import type { SubtaskCheckpoint } from '../../../runtime/checkpoints/participant.ts';
import type { SavedPlan } from '../../../runtime/checkpoints/saved-plan.ts';
import { Task } from '../../../runtime/task.ts';
import type { SourceNode, SourceStart } from '../../../runtime/task-graph.ts';
import { buildGraph, type OpenGraph } from '../build-graph.ts';
import type { LocalEnvironment } from '../graph-context.ts';
import { restoreGraph } from '../job-state.ts';
import type { Subtask, SubtaskMetrics } from './subtask.ts';

/** A worker in this thread. */
export class LocalSubtask implements Subtask {
  readonly subtask: number;
  readonly #graph: OpenGraph;
  readonly #task: Task;
  readonly #participant: LocalParticipant | undefined;
  /** Ends the task at once. One signal and not AbortSignal.any() of two, which Node would keep, and the job with it. */
  readonly #stop = new AbortController();
  readonly #drain = new AbortController();

  private constructor(graph: OpenGraph, env: LocalEnvironment, starts: ReadonlyMap<SourceNode, SourceStart>) {
    this.subtask = env.worker?.index ?? 0;
    this.#graph = graph;
    this.#task = new Task(graph, env.clock, this.#stop.signal, this.#drain.signal, starts, env.settles);
    this.#participant = env.state && new LocalParticipant(this.subtask, this.#task, graph, env.state.store);
  }

  /**
   * Opens all tables, and takes back what a checkpoint has for this worker. `check` may refuse the plan before anything is taken back.
   * Throws what opening the tables throws, and StateError where the checkpoint does not fit: nothing has run then.
   */
  static async open(
    plan: Plan,
    env: LocalEnvironment,
    checkpointFor: (plan: SavedPlan) => Promise<Checkpoint | undefined>,
  ): Promise<LocalSubtask> {
    const graph = await buildGraph(plan, env);
    try {
      const checkpoint = env.state === undefined ? undefined : await checkpointFor(graph.described.plan());
      const starts = env.state === undefined ? new Map<SourceNode, SourceStart>() : await restoreGraph(graph, checkpoint, env.worker);
      return new LocalSubtask(graph, env, starts);
    } catch (error) {
      for (const { writer } of graph.sinks) await (async () => writer.close(error))().catch(() => undefined);
      await graph.close().catch(() => undefined);
      throw error;
    }
  }

  run(): Promise<void> {
    return this.#task.run();
  }

  async capture(checkpoint: number, halts: boolean): Promise<SubtaskCheckpoint | undefined> {
    return this.#participant?.capture(checkpoint, halts);
  }

  abandon(checkpoint: number, cause: unknown): void {
    this.#participant?.abandon(checkpoint, cause);
  }

  async commit(checkpoint: number, head: SubtaskHead): Promise<void> {
    await this.#participant?.commit(checkpoint, head);
  }

  drain(): void {
    this.#drain.abort();
  }

  stop(reason: unknown): void {
    this.#stop.abort(reason);
  }

  async close(cause: unknown): Promise<void> {
    const failures: unknown[] = [];
    for (const { writer } of this.#graph.sinks) await (async () => writer.close(cause))().catch((error: unknown) => failures.push(error));
    await this.#graph.close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  get metrics(): SubtaskMetrics {
    const { nodes, planned, state } = this.#graph;
    const { sources, sinks } = planned;
    const times = nodes.map((node) => node.time).filter((time) => time > -(2n ** 62n) && time < 2n ** 62n);
    const progress = sources.map(({ reader }) => reader.progress());
    return {
      rowsIn: sum(sources.map(({ node }) => node.metrics.rowsOut)),
      rowsOut: sum(sinks.map((sink) => sink.rows)),
      bytesIn: sum(sources.map(({ reader }) => reader.bytesRead)),
      bytesOut: sum(sinks.map(({ writer }) => writer.bytesWritten)),
      lateRows: sum(nodes.map((node) => node.metrics.lateRows)),
      badRecords: sum(nodes.map((node) => node.metrics.badRecords)),
      stateBytes: state.byteSize,
      busyMs: this.#task.busyMs,
      watermark: times.length === 0 ? undefined : times.reduce((least, time) => (time < least ? time : least)),
      progress: progress.every((part) => part !== undefined)
        ? { done: sum(progress.map((part) => part.done)), total: sum(progress.map((part) => part.total)) }
        : undefined,
      operators: nodes.map(({ name, metrics }) => ({ name, ...metrics })),
    };
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
