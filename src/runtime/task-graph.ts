import type { LimitOperator } from '../operators/limit.ts';
import type { StateBackend } from '../state/state-backend.ts';
import type { ChannelReader } from './exchange/channel-reader.ts';
import type { ExchangeOutput } from './exchange/exchange-output.ts';
import type { OperatorNode } from './operator-node.ts';
import type { SinkOperator } from './sink-operator.ts';
import type { SourceReader } from './source.ts';

/** A source and the node its rows enter. */
export interface SourceNode {
  readonly name: string;
  readonly reader: SourceReader;
  readonly node: OperatorNode;
  /** The split whose rows are on their way, for operators that keep time per split. */
  readonly splits: { current: number; active: ReadonlySet<number> };
  /** Nodes after which no more rows are wanted, when all of them are done. */
  readonly limits: readonly LimitOperator[];
  /** Whether what this source makes beside its rows piles up: it is not polled then. */
  readonly isHeldBack?: () => boolean;
  /** Readers whose by-product this source's rows are: it ends when they have ended and its reader is idle, whatever else happens. */
  readonly follows?: readonly SourceReader[];
}

/** What one other worker sends through one exchange, and the node it enters. */
export interface ChannelNode {
  /** Number of the exchange in the graph; the same in all workers. */
  readonly exchange: number;
  /** The worker that sends. */
  readonly from: number;
  /** Number of exchanges that its rows have passed. */
  readonly level: number;
  readonly reader: ChannelReader;
  readonly node: OperatorNode;
}

/** Where a source goes on after a restart. */
export interface SourceStart {
  readonly ended: boolean;
  /** Rows to pass over. */
  readonly rowsAhead: number;
}

/** What one worker runs: sources, what comes from other workers, all operators in topological order, sinks. */
export interface TaskGraph {
  readonly sources: readonly SourceNode[];
  readonly channels: readonly ChannelNode[];
  readonly exchanges: readonly ExchangeOutput[];
  readonly nodes: readonly OperatorNode[];
  readonly sinks: readonly SinkOperator[];
  /** Where operators keep their tables; without it they are captured byte by byte. */
  readonly state?: StateBackend;
  /** Ids of the nodes whose rows the first worker has all. */
  readonly singleIds: ReadonlySet<string>;
  /** The exchange that refused last, because a ring was full; the task clears it before each call. */
  readonly refusals: { exchange: ExchangeOutput | undefined };
  /** Told of a marker of a checkpoint that this worker has not captured. */
  readonly markers: { onMarker: (checkpoint: number, halts: boolean) => void };
}
