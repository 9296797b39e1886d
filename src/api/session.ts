import { evaluateConstant } from '../backends/local/evaluate.ts';
import type { LocalEnvironment } from '../backends/local/graph-context.ts';
import { describeJob } from '../backends/local/identity/describe-job.ts';
import { LocalJob } from '../backends/local/job.ts';
import type { JobState, StartPoint } from '../backends/local/job-state.ts';
import { previewStart } from '../backends/local/restore/fit-checkpoint.ts';
import type { WorkerThreads } from '../backends/local/workers/worker-messages.ts';
import { FunctionRegistry } from '../binder/functions.ts';
import type { BinderContext } from '../binder/query-binder.ts';
import { Catalog } from '../catalog/catalog.ts';
import type { Descriptors } from '../catalog/table-options.ts';
import { type Clock, systemClock } from '../common/clock.ts';
import { StreamError } from '../common/errors.ts';
import { printText } from '../common/platform.ts';
import type { Connector } from '../connectors/connector.ts';
import { connectors as builtInConnectors } from '../connectors/index.ts';
import type { Batch } from '../data/batch.ts';
import type { BadRecord } from '../formats/format.ts';
import { formats } from '../formats/index.ts';
import { aggregateFunctions } from '../functions/aggregate/index.ts';
import { scalarFunctions } from '../functions/scalar/index.ts';
import { type Kernels, loadKernels } from '../kernels/kernels.ts';
import { optimize, type PassTiming } from '../optimizer/optimizer.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import type { Plan, PlanTable } from '../plan/nodes/node.ts';
import { tablesOf } from '../plan/tables-of.ts';
import type { CheckpointSettings } from '../runtime/checkpoints/checkpoint-settings.ts';
import type { SinkWriter } from '../runtime/sink.ts';
import type { Statement } from '../sql/ast/index.ts';
import { parseScript } from '../sql/parse.ts';
import type { SpillFile } from '../state/spill/spill-file.ts';
import type { SpillBudget } from '../state/spill/spilling-tables.ts';
import { readAsyncSettings } from './async-settings.ts';
import { readCheckpointSettings } from './checkpoint-settings.ts';
import { memorySetting, sortsInMemory, stateTtlSetting } from './memory-setting.ts';
import { sourceOf } from './plan-of.ts';
import { readRestartPolicy } from './restart-settings.ts';
import { SessionJobs } from './session-jobs.ts';
import { Settings } from './settings.ts';
import { runStatement } from './statements/run-statement.ts';
import type { StatementResult } from './statements/statement-result.ts';
import { closureOf, type ModuleLoader } from './user-modules.ts';

export interface SessionOptions {
  readonly clock?: Clock;
  /** Connectors beside the built-in ones, or in their place. */
  readonly connectors?: readonly Connector[];
  /** Where print and console tables write; standard output by default. */
  readonly print?: (text: string) => void;
  /** Called for every record that is skipped, or written to the table `deadLetters`. */
  readonly onBadRecord?: (table: string, bad: BadRecord, deadLetters: string | undefined) => void;
  /** Keeps the state of jobs that write tables beyond this process. */
  readonly state?: JobStates;
  /** Threads for jobs of several workers; without it they take turns in this thread. */
  readonly loadThreads?: () => Promise<WorkerThreads>;
  /** Connectors that only this thread has as they are. */
  readonly localConnectors?: () => ReadonlySet<string>;
  /** Makes a file for state that does not fit into memory; without it all state is in memory. */
  readonly openSpillFile?: () => SpillFile;
  /** Loads modules that CREATE FUNCTION names; without it there are none. */
  readonly modules?: () => Promise<ModuleLoader>;
  /** A folder, or the URL of a file, that the paths of such modules are relative to; the working folder without it. */
  readonly moduleBase?: string;
  /** Called with notes: settings without effect, and the like. */
  readonly onNote?: (text: string) => void;
}

/** Hands out the state of the session's jobs, in the order in which they are started. */
export interface JobStates {
  /** Makes sure that nobody else works with the state. nextJob() does so, too. Throws StateError MS4009 and MS4010. */
  lock(): void;
  /** `from` is the path of a savepoint that a job without state of its own begins with. */
  nextJob(settings: CheckpointSettings, retained: number, from?: string): Promise<JobState>;
  /** Where the next job would begin. Nothing is locked or written. */
  nextStart?(from?: string): Promise<StartPoint | undefined>;
  /** Called when another process asks all jobs to end: the program is to start no more. */
  onStop?: () => void;
  close(): Promise<void> | void;
}

/** Receives a query's rows. The batch is valid during the call; false asks to be called again with it after `ready`. */
export interface ResultHandler {
  onBatch(batch: Batch): boolean;
  ready?(): Promise<void>;
  flush?(): Promise<void>;
}

const DISCARD: ResultHandler = { onBatch: () => true };

/** A session: tables, settings, kernels. The faces of the product (programs, the command line, tests) stand on it. */
export class Session {
  readonly catalog = new Catalog();
  readonly settings = new Settings();
  readonly functions = new FunctionRegistry(scalarFunctions, aggregateFunctions);
  readonly kernels: Kernels;
  readonly clock: Clock;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly descriptors: Descriptors;
  readonly options: SessionOptions;
  /** What start() has started. */
  readonly jobs = new SessionJobs();
  /** How long the optimizer's passes took for the last plan. */
  passTimings: PassTiming[] = [];
  #jobs = 0;

  private constructor(kernels: Kernels, options: SessionOptions) {
    this.kernels = kernels;
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.connectors = new Map(
      [...builtInConnectors, ...(options.connectors ?? [])].map((connector) => [connector.descriptor.name, connector]),
    );
    this.descriptors = {
      connectors: new Map([...this.connectors].map(([name, { descriptor }]) => [name, descriptor])),
      formats: new Map(formats.map(({ descriptor }) => [descriptor.name, descriptor])),
    };
  }

  static async open(options: SessionOptions = {}): Promise<Session> {
    return new Session(await loadKernels(), options);
  }

  /** The statements of a text. Throws SqlError at the first mistake in the grammar. */
  parse(text: string): readonly Statement[] {
    return parseScript(text);
  }

  /** Binds and runs one statement; a query or an INSERT comes back ready to start. Errors carry the text they point into. */
  async run(statement: Statement, source: string): Promise<StatementResult> {
    try {
      return await runStatement(this, statement, source);
    } catch (error) {
      if (error instanceof StreamError && error.span !== undefined) error.source ??= source;
      throw error;
    }
  }

  get binderContext(): BinderContext {
    const { catalog, functions, descriptors } = this;
    return { catalog, functions, descriptors, timeZone: this.settings.timeZone, batch: this.settings.batch };
  }

  /** Runs the optimizer's passes. Constant sub-expressions are computed by the engine itself, ahead of the run. */
  optimize(plan: Plan): Plan {
    const disabled = new Set((this.settings.get('millstream.optimizer.disabled') ?? '').split(',').map((name) => name.trim()));
    if (this.settings.get('table.optimizer.reuse-sub-plan-enabled')?.toLowerCase() === 'false') disabled.add('share-sub-plans');
    this.passTimings = [];
    const options = { disabled, onPass: (timing: PassTiming) => this.passTimings.push(timing), now: () => this.clock.monotonic() };
    return optimize(plan, { evaluate: (expression) => this.evaluate(expression) }, options);
  }

  /** The exact value of an expression without columns; undefined where computing it fails. */
  evaluate(expression: Expression): unknown {
    return evaluateConstant(expression, this.kernels, this.settings.timeZone);
  }

  /** Starts a plan. Rows of sinks without a table go to `handler`. */
  async start(plan: Plan, handler: ResultHandler = DISCARD): Promise<LocalJob> {
    const state = await this.#stateOf(plan);
    const environment = { ...this.environment(handler), ...(await this.#workersOf(plan)) };
    if (environment.spill !== undefined && sortsInMemory(plan)) {
      this.options.onNote?.('ORDER BY keeps its rows in memory, whatever its budget');
    }
    const restart = readRestartPolicy((key) => this.settings.get(key));
    const job = await LocalJob.start(plan, { ...environment, state, restart });
    this.jobs.add(job, environment.jobName, this.clock.now());
    state?.attach?.(job);
    return job;
  }

  /** Workers in threads make the plan anew: it must have been made of statements, and its tables must be within their reach. */
  async #workersOf(plan: Plan): Promise<Pick<LocalEnvironment, 'parallelism' | 'threads' | 'source'>> {
    const parallelism = readParallelism(this.settings);
    const { loadThreads } = this.options;
    if (parallelism === 1 || loadThreads === undefined) return { parallelism };
    const source = sourceOf(plan);
    const obstacle = source === undefined ? undefined : this.#obstacle(plan);
    if (obstacle !== undefined) this.options.onNote?.(`the job runs in one worker: ${obstacle}`);
    if (source === undefined || obstacle !== undefined) return { parallelism: 1 };
    return { parallelism, source, threads: await loadThreads() };
  }

  /** What keeps a plan in the thread of the program. */
  #obstacle(plan: Plan): string | undefined {
    if (this.clock !== systemClock) return 'it runs on a clock of its own';
    const closure = closureOf(plan);
    if (closure !== undefined)
      return `function ${closure} is a value in this thread; CREATE FUNCTION ... AS './file.ts#name' makes it known to all`;
    const local = this.options.localConnectors?.();
    for (const { name, connector } of tablesOf(plan)) {
      if (!builtInConnectors.some(({ descriptor }) => descriptor.name === connector)) return `table ${name} is in this thread's memory`;
      if (local?.has(connector) === true) return `table ${name} is bound to this thread`;
    }
    return undefined;
  }

  /** A query's rows go to the program, which keeps nothing of them: only what writes tables can go on after a crash. */
  async #stateOf(plan: Plan): Promise<JobState | undefined> {
    const { state } = this.options;
    if (state === undefined || plan.sinks.some(({ target }) => target === undefined)) return undefined;
    const { settings, retained, from, allowLostState } = readCheckpointSettings((key) => this.settings.get(key));
    return { ...(await state.nextJob(settings, retained, from)), allowLostState };
  }

  /**
   * What would become of the state that there is if a plan were started now, as text; nothing is. `loses` is whether it would be refused. Throws
   * what reading the state throws.
   */
  async previewStart(plan: Plan): Promise<{ readonly text: string; readonly loses: boolean }> {
    const { from, allowLostState } = readCheckpointSettings((key) => this.settings.get(key));
    const start = await this.options.state?.nextStart?.(from);
    const { lines, loses } = previewStart(start, describeJob(plan, this.environment()).plan());
    return { text: lines.map((line) => `${line}\n`).join(''), loses: loses && !allowLostState };
  }

  #spill(): SpillBudget | undefined {
    const { openSpillFile } = this.options;
    const budgetBytes = memorySetting(this.settings);
    return openSpillFile === undefined || budgetBytes === undefined ? undefined : { budgetBytes, openFile: openSpillFile };
  }

  environment(handler: ResultHandler = DISCARD): LocalEnvironment {
    const { kernels, clock, connectors, descriptors, options, settings } = this;
    return {
      kernels,
      clock,
      connectors,
      formats: new Map(formats.map((format) => [format.descriptor.name, format])),
      descriptors,
      timeZone: settings.timeZone,
      changelog: settings.get('millstream.changelog') === 'record' ? 'record' : 'batch',
      stateTtlMs: stateTtlSetting(settings),
      asyncCalls: readAsyncSettings((key) => settings.get(key)),
      print: options.print ?? printText,
      openResult: () => new HandlerWriter(handler),
      spill: this.#spill(),
      onNote: (text: string) => options.onNote?.(text),
      onBadRecord: (bad: BadRecord, table: PlanTable, deadLetters: PlanTable | undefined) =>
        options.onBadRecord?.(table.name, bad, deadLetters?.name),
      jobName: settings.get('pipeline.name') ?? `query-${++this.#jobs}`,
    };
  }
}

/** Flink's setting for tables goes before the one for all jobs. */
function readParallelism(settings: Settings): number {
  const ofTables = Number(settings.get('table.exec.resource.default-parallelism'));
  return ofTables > 0 ? ofTables : Number(settings.get('parallelism.default'));
}

/** A sink that is a function of the program. */
class HandlerWriter implements SinkWriter {
  readonly bytesWritten = 0;
  readonly #handler: ResultHandler;

  constructor(handler: ResultHandler) {
    this.#handler = handler;
  }

  write(batch: Batch): boolean {
    return this.#handler.onBatch(batch);
  }

  async ready(): Promise<void> {
    await this.#handler.ready?.();
  }

  async flush(): Promise<void> {
    await this.#handler.flush?.();
  }

  async close(): Promise<void> {
    await this.#handler.flush?.();
  }
}
