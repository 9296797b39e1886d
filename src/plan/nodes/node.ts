import type { Schema } from '../../data/schema.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type { AggregateFunction } from '../../functions/aggregate-function.ts';
import type { ScalarFunction } from '../../functions/scalar-function.ts';
import type { TableFunction } from '../../functions/table-function.ts';
import type { Expression } from '../expressions/expression.ts';

/** What every node says of its output. */
interface NodeBase {
  readonly schema: Schema;
  /** False where rows may be updated or deleted later (-U, +U, -D). */
  readonly insertOnly: boolean;
}

/** A table as the plan sees it: its name and what the back end needs to open it. */
export interface PlanTable {
  readonly name: string;
  readonly connector: string;
  /** The options of WITH, hints applied, as written. */
  readonly options: ReadonlyMap<string, string>;
  /** All physical and metadata columns as declared. */
  readonly schema: Schema;
  /** Metadata key by column name, where a column is one. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly primaryKey: readonly string[];
  /** The columns of PARTITIONED BY, of a connector that keeps rows apart by them; absent where there are none. */
  readonly partitionedBy?: readonly string[];
}

/** Reads a table. The schema holds the columns (and ROW fields) that are needed, in the table's order. */
export interface ScanNode extends NodeBase {
  readonly kind: 'scan';
  readonly table: PlanTable;
  readonly bounded: boolean;
  /** The table that gets its bad records: catalog/dead-letters.ts has the columns. Several scans may share one. */
  readonly deadLetters?: PlanTable;
  /** What a partition must fulfil to be read: over the columns of the table's schema, of which it looks at those of PARTITIONED BY alone. */
  readonly partitions?: Expression;
}

/** Constant rows. */
export interface ValuesNode extends NodeBase {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expression[])[];
}

/** Filters, then computes each output column. The two together make one loop. */
export interface CalcNode extends NodeBase {
  readonly kind: 'calc';
  readonly input: PlanNode;
  readonly condition: Expression | undefined;
  readonly projections: readonly Expression[];
}

/** Makes event time of a column: watermark = the largest value of `expression` so far, kept per split. */
export interface WatermarkNode extends NodeBase {
  readonly kind: 'watermark';
  readonly input: PlanNode;
  readonly column: number;
  /** Computes the watermark from a row; most often `column - INTERVAL ...`. */
  readonly expression: Expression;
  readonly idleTimeoutMs: number | undefined;
}

/** Makes a changelog with -U rows of one by key, whose deletions may have nothing but the key. */
export interface ChangelogNormalizeNode extends NodeBase {
  readonly kind: 'changelog-normalize';
  readonly input: PlanNode;
  readonly keys: readonly number[];
}

/**
 * A window of the TUMBLE, HOP, CUMULATE and SESSION table functions; all in milliseconds. A tumbling window has slide = size. A cumulating one grows
 * by `slideMs`, its step, until it is as long as `sizeMs`. Of a session `sizeMs` and `slideMs` are the gap. An attached window is one that rows were
 * given before: `timeColumn` has its end, and lengths are 0.
 */
export interface WindowSpec {
  readonly kind: 'tumble' | 'hop' | 'cumulate' | 'session' | 'attached';
  readonly sizeMs: number;
  readonly slideMs: number;
  readonly offsetMs: number;
  /** Index of the time attribute in the input. */
  readonly timeColumn: number;
  /** Whether the time is an event's, else the clock's. */
  readonly eventTime: boolean;
  /** Of attached windows: whether they lie in the session zone's local time. */
  readonly isLocal?: boolean | undefined;
  /** Of sessions that are not aggregated yet: the columns whose values have sessions of their own. An aggregation's keys are these. */
  readonly partition?: readonly number[] | undefined;
}

/** A windowing table function that is not aggregated: each row once per window it falls into, with window_start, window_end, window_time. */
export interface WindowNode extends NodeBase {
  readonly kind: 'window';
  readonly input: PlanNode;
  readonly window: WindowSpec;
}

export interface AggregateCall {
  readonly function: AggregateFunction;
  /** Index of the argument in the input; undefined for COUNT(*). */
  readonly argument: number | undefined;
  readonly distinct: boolean;
  /** Index of the BOOLEAN column of FILTER (WHERE ...). */
  readonly filter: number | undefined;
  readonly type: SqlType;
  readonly name: string;
}

/** Unbounded GROUP BY: keys, then aggregates. Emits a changelog; without keys there is one group. */
export interface AggregateNode extends NodeBase {
  readonly kind: 'aggregate';
  readonly input: PlanNode;
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
  /** 'changes': a changelog; 'final': each group once, when the input has ended, and without keys a row even of no input (batch mode). */
  readonly emit: 'changes' | 'final';
}

/** What a windowed aggregate appends after keys and aggregates. */
export type WindowProperty = 'start' | 'end' | 'time';

/** GROUP BY on a window: keys, aggregates, then the window's properties. Emits each window once, when the watermark passes its end. */
export interface WindowAggregateNode extends NodeBase {
  readonly kind: 'window-aggregate';
  readonly input: PlanNode;
  readonly window: WindowSpec;
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly properties: readonly WindowProperty[];
}

/** All rows of all inputs, in the order they come. */
export interface UnionNode extends NodeBase {
  readonly kind: 'union';
  readonly inputs: readonly PlanNode[];
}

export interface SortKey {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** ORDER BY with OFFSET and LIMIT over bounded input; without keys LIMIT alone, on any insert-only input. */
export interface SortNode extends NodeBase {
  readonly kind: 'sort';
  readonly input: PlanNode;
  readonly keys: readonly SortKey[];
  readonly offset: number;
  readonly limit: number | undefined;
}

export type OuterJoinType = 'inner' | 'left' | 'right' | 'full';
export type JoinType = OuterJoinType | 'semi' | 'anti';

/**
 * What joins of two inputs have in common. Rows match where their keys are equal (NULL equals nothing, but where a regular join's `nullSafe` says so) and the condition, over the left
 * columns and then the right ones, is TRUE. Without keys every row meets every other.
 */
interface JoinOfTwo extends NodeBase {
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly condition: Expression | undefined;
  /** The columns that go on: of the left ones, and then the right ones. */
  readonly output: readonly number[];
}

/** A regular join: all rows of both sides, for as long as the query runs. */
export interface JoinNode extends JoinOfTwo {
  readonly kind: 'join';
  readonly type: JoinType;
  /** Keys, by position, of which NULL equals NULL: those of IS NOT DISTINCT FROM. */
  readonly nullSafe?: readonly number[];
}

/** Rows are near each other in time: right time + lowerMs <= left time <= right time + upperMs. */
export interface IntervalBounds {
  /** The time attributes, each by its number on its side. */
  readonly leftTime: number;
  readonly rightTime: number;
  readonly lowerMs: number;
  readonly upperMs: number;
  /** Whether the times are those of events, else the clock's. */
  readonly eventTime: boolean;
}

/** A join of insert-only sides that forgets a row when time has passed all rows that could match it. Time attributes stay such. */
export interface IntervalJoinNode extends JoinOfTwo {
  readonly kind: 'interval-join';
  readonly type: OuterJoinType;
  readonly bounds: IntervalBounds;
}

/**
 * Each row beside the rows that a table function makes of it: CROSS JOIN UNNEST(...), CROSS JOIN LATERAL TABLE(...). A row of which none is made goes
 * on beside NULLs where `outer`, else not at all.
 */
export interface CorrelateNode extends NodeBase {
  readonly kind: 'correlate';
  readonly input: PlanNode;
  readonly function: TableFunction;
  /** The columns that are the function's arguments. */
  readonly args: readonly number[];
  readonly outer: boolean;
  /** The columns that go on: of the input, and then of the function. */
  readonly output: readonly number[];
}

/** A call of an asynchronous function for each row. */
export interface AsyncCall {
  readonly function: ScalarFunction;
  /** The columns that are its arguments. */
  readonly args: readonly number[];
  readonly type: SqlType;
}

/** Each row with the values of asynchronous calls behind its columns. The optimizer makes it of calls that stand in calcs. */
export interface AsyncCallNode extends NodeBase {
  readonly kind: 'async-call';
  readonly input: PlanNode;
  readonly calls: readonly AsyncCall[];
}

/**
 * A join of the left rows with the version of the right row that was valid at their time. The right rows of a key are its versions, each
 * from its time on; a row that is taken back is none from its time on. Left rows come out when the watermark has passed them.
 */
export interface TemporalJoinNode extends JoinOfTwo {
  readonly kind: 'temporal-join';
  readonly type: 'inner' | 'left';
  /** The time attributes, each by its number on its side. */
  readonly leftTime: number;
  readonly rightTime: number;
}

/** A join of each left row with the rows that a table has when it comes. The table is no input: its scan says how it is read. */
export interface LookupJoinNode extends NodeBase {
  readonly kind: 'lookup-join';
  readonly type: 'inner' | 'left';
  readonly input: PlanNode;
  readonly scan: ScanNode;
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  /** Over the left columns and then the right ones. */
  readonly condition: Expression | undefined;
  /** The columns that go on: of the left ones, and then the right ones. */
  readonly output: readonly number[];
}

/**
 * The first rows of each partition by an order, from `offset` to `limit`: ROW_NUMBER() OVER (PARTITION BY ... ORDER BY ...) <= limit.
 * Without an order the rows come as they arrive.
 */
export interface RankNode extends NodeBase {
  readonly kind: 'rank';
  readonly input: PlanNode;
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  readonly offset: number;
  readonly limit: number;
  /** Of equal rows the one that came last is first, instead of the one that came first. */
  readonly latest: boolean;
  /** Whether the row's number, counted from 1, is the last column. */
  readonly withNumber: boolean;
}

/**
 * The rows around a row that a call of OVER looks at, from `start` to `end`, both included: rows counted from it (negative ones come before it), or
 * distances of the order's one key in the units of its column. 0 is the row, of a range with all that are equal to it; infinities have no bound.
 */
export interface OverFrame {
  readonly unit: 'rows' | 'range';
  readonly start: number;
  readonly end: number;
}

/** 'row-at' is LAG and LEAD: the value `offset` rows behind (LEAD) or, negative, before. */
export type OverFunction =
  | 'aggregate'
  | 'first-value'
  | 'last-value'
  | 'row-at'
  | 'row-number'
  | 'rank'
  | 'dense-rank'
  | 'percent-rank'
  | 'cume-dist'
  | 'ntile';

export interface OverCall {
  readonly what: OverFunction;
  /** Of aggregates, first and last values: how they are computed as rows come. */
  readonly aggregate: AggregateFunction | undefined;
  /** Index of the argument in the input; undefined for COUNT(*) and what only counts rows. */
  readonly argument: number | undefined;
  /** Whether equal values of a frame count once. Never of MIN and MAX. */
  readonly distinct: boolean;
  /** Of 'row-at' how far, of 'ntile' how many parts. */
  readonly offset: number;
  readonly frame: OverFrame;
  readonly type: SqlType;
  readonly name: string;
}

/**
 * Calls with one OVER window: the input's columns, then a column for each call.
 * 'event-time', 'processing-time': the one key of the order is that time, and rows come out when it has come to them, for good.
 * 'changes': rows come out at once and are updated when others come between; 'final': when the input has ended.
 */
export interface OverNode extends NodeBase {
  readonly kind: 'over';
  readonly input: PlanNode;
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  readonly calls: readonly OverCall[];
  readonly emit: 'event-time' | 'processing-time' | 'changes' | 'final';
}

/** Makes changes by `keys` of changes by another key, of which several rows may have these keys: the last that came is the one that counts. */
export interface UpsertMaterializeNode extends NodeBase {
  readonly kind: 'upsert-materialize';
  readonly input: PlanNode;
  readonly keys: readonly number[];
}

/** Writes a table, or hands the rows to the program (`target` undefined). */
export interface SinkNode extends NodeBase {
  readonly kind: 'sink';
  readonly input: PlanNode;
  readonly target: PlanTable | undefined;
  /** Set for INSERT OVERWRITE: what the table had before goes. */
  readonly overwrite?: Overwrite;
}

/** What INSERT OVERWRITE replaces: the partitions that get rows, and `partition` also where it gets none: constants by column. */
export interface Overwrite {
  readonly partition: ReadonlyMap<string, Expression>;
}

/** A node of the plan: immutable, and knows no engine. */
export type PlanNode =
  | ScanNode
  | ValuesNode
  | CalcNode
  | WatermarkNode
  | ChangelogNormalizeNode
  | WindowNode
  | AggregateNode
  | WindowAggregateNode
  | UnionNode
  | SortNode
  | JoinNode
  | IntervalJoinNode
  | CorrelateNode
  | AsyncCallNode
  | TemporalJoinNode
  | LookupJoinNode
  | RankNode
  | OverNode
  | UpsertMaterializeNode
  | SinkNode;

/** A join of two plan nodes. */
export type AnyJoinNode = JoinNode | IntervalJoinNode | TemporalJoinNode;

/** One job: sinks that may share parts of their inputs (the same node object is run once). */
export interface Plan {
  readonly sinks: readonly SinkNode[];
}
