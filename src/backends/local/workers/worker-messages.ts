import type { BadRecord } from '../../../formats/format.ts';
import type { PlanTable } from '../../../plan/nodes/node.ts';
import type { Checkpoint, SubtaskHead } from '../../../runtime/checkpoints/checkpoint.ts';
import type { ExchangeBuffers } from '../../../runtime/exchange/exchange-rings.ts';
import type { StatePlace } from '../job-state.ts';
import type { PlanSource } from '../plan-source.ts';
import type { SubtaskMetrics } from './subtask.ts';

/** What a worker in another thread is told first. */
export interface WorkerOpening {
  readonly source: PlanSource;
  /** The plan as the thread of the program made it: the worker's must be the same. */
  readonly planText: string;
  readonly index: number;
  readonly count: number;
  readonly buffers: ExchangeBuffers;
  readonly resultBuffer: SharedArrayBuffer | undefined;
  readonly state: StatePlace | undefined;
  /** The checkpoint to go on from, or the number of one in `state`, of which the worker reads what is its own. */
  readonly checkpoint: Checkpoint | number | undefined;
  readonly jobName: string;
}

/** Calls of a worker, which it answers. */
export type WorkerCall =
  | { readonly kind: 'open'; readonly opening: WorkerOpening }
  | { readonly kind: 'run' }
  | { readonly kind: 'capture'; readonly checkpoint: number; readonly halts: boolean }
  | { readonly kind: 'commit'; readonly checkpoint: number; readonly head: SubtaskHead }
  | { readonly kind: 'close'; readonly cause: unknown };

/** What a worker is told without an answer. */
export type WorkerOrder =
  | { readonly kind: 'drain' }
  | { readonly kind: 'stop'; readonly reason: unknown }
  | { readonly kind: 'abandon'; readonly checkpoint: number; readonly cause: unknown };

export type ToWorker = { readonly call: number; readonly body: WorkerCall } | { readonly order: WorkerOrder };

export type FromWorker =
  | { readonly kind: 'answer'; readonly call: number; readonly value?: unknown }
  | { readonly kind: 'failure'; readonly call: number; readonly error: unknown }
  | { readonly kind: 'metrics'; readonly metrics: SubtaskMetrics }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'bad-record'; readonly bad: BadRecord; readonly table: PlanTable; readonly deadLetters: PlanTable | undefined };

/** One side of the way between two threads. Messages are cloned, errors as errors-in-transit.ts has them. */
export interface WorkerPort {
  post(message: ToWorker): void;
  /** Called for every message; once with an error when the thread has ended by itself. */
  onMessage: (message: FromWorker) => void;
  onExit: (error: unknown) => void;
  /** Ends the thread. */
  end(): Promise<void>;
}

/** Starts threads that run worker-main.ts. */
export interface WorkerThreads {
  start(name: string): WorkerPort;
}
