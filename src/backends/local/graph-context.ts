import type { Descriptors } from '../../catalog/table-options.ts';
import type { Clock } from '../../common/clock.ts';
import type { Connector } from '../../connectors/connector.ts';
import type { Schema } from '../../data/schema.ts';
import type { BadRecord, Format } from '../../formats/format.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { AsyncCalls } from '../../operators/async-call/await-call.ts';
import type { PlanTable } from '../../plan/nodes/node.ts';
import type { ExchangeBuffers } from '../../runtime/exchange/exchange-rings.ts';
import type { RestartPolicy } from '../../runtime/restart/restart-settings.ts';
import type { SinkWriter } from '../../runtime/sink.ts';
import type { SpillBudget } from '../../state/spill/spilling-tables.ts';
import type { JobState } from './job-state.ts';
import type { PlanSource } from './plan-source.ts';
import type { WorkerThreads } from './workers/worker-messages.ts';

/** One of the workers that run a plan together. */
export interface WorkerPlace {
  readonly index: number;
  readonly count: number;
  readonly buffers: ExchangeBuffers;
}

/** What running a plan in this process needs. */
export interface LocalEnvironment {
  readonly kernels: Kernels;
  readonly clock: Clock;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly formats: ReadonlyMap<string, Format>;
  readonly descriptors: Descriptors;
  readonly timeZone: string;
  readonly changelog: 'batch' | 'record';
  /** How long state is kept that is not written, in milliseconds; for ever without it. */
  readonly stateTtlMs?: number | undefined;
  /** How asynchronous functions are called that do not say it themselves. */
  readonly asyncCalls?: AsyncCalls | undefined;
  /** Where print and console write. */
  readonly print: (text: string) => void;
  /** Makes the writer of a sink without a table: the rows go to the program. */
  readonly openResult: (schema: Schema, kernels: Kernels) => SinkWriter;
  /** Told of every record that is skipped, or written to a dead-letter table. */
  readonly onBadRecord: (bad: BadRecord, table: PlanTable, deadLetters: PlanTable | undefined) => void;
  /** Where the job keeps what outlives the process; without it nothing does. */
  readonly state?: JobState | undefined;
  /** What is done when the job fails; without it nothing. */
  readonly restart?: (RestartPolicy & { readonly seed?: number }) | undefined;
  /** What the state of a job may take of memory, and where the rest goes; without it all is in memory. */
  readonly spill?: SpillBudget | undefined;
  /** Told what a person should know of checkpoints and restores. */
  readonly onNote?: ((text: string) => void) | undefined;
  /** How many workers run the plan; one by default. */
  readonly parallelism?: number | undefined;
  /** Whether sources stand still: only what was on its way between workers is processed. */
  readonly settles?: boolean;
  /** Threads for several workers, and what the plan was made of, so that they make it too. Without both, workers take turns in this thread. */
  readonly threads?: WorkerThreads | undefined;
  readonly source?: PlanSource | undefined;
  /** Bytes of each ring between two workers, a power of two; 1 MB by default. */
  readonly ringBytes?: number | undefined;
  /** Which of the job's workers this is, and how it reaches the others; alone without it. */
  readonly worker?: WorkerPlace | undefined;
  /** Name of the job, the first part of names in generated code. */
  readonly jobName: string;
}
