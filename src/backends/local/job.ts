import { runningJobs } from '../../common/running-jobs.ts';
import type { Plan } from '../../plan/nodes/node.ts';
import type { NodeMetrics } from '../../runtime/operator-node.ts';
import type { Progress } from '../../runtime/source.ts';
import { Task } from '../../runtime/task.ts';
import { buildGraph, type OpenGraph } from './build-graph.ts';
import type { LocalEnvironment } from './graph-context.ts';

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
}

/** A plan that runs in this thread. */
export class LocalJob {
  readonly #graph: OpenGraph;
  readonly #task: Task;
  readonly #cancel = new AbortController();
  readonly #drain = new AbortController();
  /** Settles when the job has ended: rejects with what made it fail; a cancelled job resolves. */
  readonly done: Promise<void>;

  private constructor(graph: OpenGraph, env: LocalEnvironment) {
    this.#graph = graph;
    this.#task = new Task(graph, env.clock, this.#cancel.signal, this.#drain.signal);
    runningJobs.add(this);
    this.done = this.#run().finally(() => runningJobs.delete(this));
    this.done.catch(() => undefined);
  }

  /** Opens all tables and starts. Throws what opening throws: nothing has run then. */
  static async start(plan: Plan, env: LocalEnvironment): Promise<LocalJob> {
    return new LocalJob(await buildGraph(plan, env), env);
  }

  async #run(): Promise<void> {
    let cause: unknown;
    try {
      await this.#task.run();
      if (this.#cancel.signal.aborted) cause = this.#cancel.signal.reason;
    } catch (error) {
      cause = error;
    }
    const failures = await this.#closeSinks(cause);
    await this.#graph.close().catch((error: unknown) => failures.push(error));
    if (cause !== undefined && !this.#cancel.signal.aborted) throw cause;
    if (failures.length > 0) throw failures[0];
  }

  async #closeSinks(cause: unknown): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const { writer } of this.#graph.sinks) await (async () => writer.close(cause))().catch((error: unknown) => failures.push(error));
    return failures;
  }

  /** Ends at once; unfinished output is given up. */
  cancel(): Promise<void> {
    this.#cancel.abort(new Error('cancelled'));
    return this.done;
  }

  /** Ends the sources; what they had delivered is processed, windows close, sinks complete. */
  drain(): Promise<void> {
    this.#drain.abort();
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
    };
  }

  /** Names of operators with their counters, in topological order. */
  operators(): readonly ({ readonly name: string } & Readonly<NodeMetrics>)[] {
    return this.#graph.nodes.map(({ name, metrics }) => ({ name, ...metrics }));
  }
}
