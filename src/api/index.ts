/** The programming interface: engines, queries, typed pipelines. See docs/typescript.md. */

export type { JobMetrics } from '../backends/local/job.ts';
export { type Clock, systemClock, VirtualClock } from '../common/clock.ts';
export { Decimal } from '../data/values/decimal.ts';
export { LocalDate } from '../data/values/local-date.ts';
export { LocalTime } from '../data/values/local-time.ts';
export { stringifyRow } from '../data/values/row.ts';
export { Timestamp } from '../data/values/timestamp.ts';
export { TimestampLtz } from '../data/values/timestamp-ltz.ts';
export type { RowObject, Value } from '../data/values/value.ts';
export type { BadRecord } from '../formats/format.ts';
export type { DeclaredFunction } from '../functions/user/user-function.ts';
export type { ArgumentColumn, ResultColumn } from '../functions/user/vector.ts';
export type { Job, StopOptions } from './job.ts';
export type { Millstream, SqlValue } from './millstream.ts';
export { type OpenOptions, open, type RestartStrategy } from './open.ts';
export type { QueryResult } from './query-result.ts';
export type { Result } from './result.ts';
export type { ColumnVector, ResultBatch, VectorValues } from './result-batch.ts';
export type { Change, Op } from './row-reader.ts';
export { type SqlName, sqlName } from './sql-name.ts';
export type { TemplateValue } from './sql-template.ts';
export { type AggregateExpression, avg, count, max, min, sum } from './typed/aggregates.ts';
export { type AsyncScalarOptions, asyncScalar } from './typed/async-functions.ts';
export type { Columns, ColumnType, InputOf, RowInputOf, RowOf, UnknownColumns, ValueOf } from './typed/column-types.ts';
export type { OptionInput, OptionInputs, Sink, Source } from './typed/connector-table.ts';
export {
  blackhole,
  type ConsoleOptions,
  connector,
  console,
  type DatagenOptions,
  datagen,
  type FilesystemOptions,
  filesystem,
  type LogOptions,
  log,
  type NexmarkOptions,
  nexmark,
  type PrintOptions,
  print,
  type RateOptions,
  rate,
} from './typed/connectors.ts';
export { type ColumnsOf, type DataType, type Schema, t } from './typed/data-type.ts';
export type { Delivery } from './typed/delivery.ts';
export { type Duration, days, hours, milliseconds, minutes, seconds } from './typed/duration.ts';
export type {
  AnyExpression,
  BooleanExpression,
  Expression,
  NumberExpression,
  OrderedExpression,
  OrderTerm,
  RowExpression,
  RowScope,
  Selectable,
  Selection,
  TextExpression,
  TimestampExpression,
  TimeUnit,
} from './typed/expression.ts';
export { and, type CaseBuilder, caseWhen, coalesce, fn, lit, not, or } from './typed/functions.ts';
export { type Collected, collect, type MemoryOptions, memory, type ValidatedMemoryOptions } from './typed/memory.ts';
export type { LiteralValue } from './typed/operations.ts';
export type { ExplainOptions, Grouped, Pipeline } from './typed/pipeline.ts';
export type { SourcePipeline, WatermarkOptions } from './typed/source-pipeline.ts';
export type { StandardSchema } from './typed/standard-schema.ts';
export {
  type AggregateFunction,
  type AggregateOptions,
  type ArgumentsOf,
  aggregate,
  type PresentArgumentsOf,
  type ScalarFunction,
  type ScalarOptions,
  scalar,
  type TableFunction,
  type TableOptions,
  table,
  type VectorFunction,
} from './typed/user-functions.ts';
export { hop, tumble, type Window, type WindowOptions } from './typed/window.ts';
