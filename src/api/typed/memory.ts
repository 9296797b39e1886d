import { SqlError } from '../../common/errors.ts';
import { MemoryTable } from '../../connectors/memory/memory-table.ts';
import type { RowInput } from '../../connectors/memory/row-log.ts';
import type { Batch } from '../../data/batch.ts';
import { ROW_KIND_TEXT, type RowKindCode } from '../../data/batch.ts';
import type { Schema as DataSchema } from '../../data/schema.ts';
import type { RowObject, Value } from '../../data/values/value.ts';
import { AppliedRows } from '../applied-rows.ts';
import { type Change, RowReader } from '../row-reader.ts';
import type { RowInputOf, UnknownColumns } from './column-types.ts';
import { ConnectorTable, type Source, type TableOptions } from './connector-table.ts';
import type { ColumnsOf, Schema } from './data-type.ts';
import {
  type InputOfStandard,
  isStandardSchema,
  type OutputOfStandard,
  type StandardSchema,
  validated,
  validatedAsync,
} from './standard-schema.ts';

type Rows<R> = Iterable<R> | AsyncIterable<R>;

export interface MemoryOptions<S extends Schema> extends TableOptions {
  /** The columns. */
  readonly schema: S;
  /** Whether an asynchronous iterable ends; false unless said. Everything else ends. */
  readonly bounded?: boolean;
}

export interface ValidatedMemoryOptions<V extends StandardSchema, S extends Schema> extends TableOptions {
  /** Any Standard Schema (Zod, Valibot, ArkType, ...): judges each row and may change it. */
  readonly schema: V;
  /** The SQL types of the columns of what the schema makes: a schema does not tell them. */
  readonly columns: S;
  readonly bounded?: boolean;
}

/**
 * Rows in the program: an array, which every query reads from its beginning; an iterable, which is read once, as fast as the query goes;
 * or an asynchronous iterable, which is a stream without end unless `bounded`. Rows are objects with the columns' values.
 */
export function memory<S extends Schema>(rows: Rows<RowInputOf<ColumnsOf<S>>>, options: MemoryOptions<S>): Source<ColumnsOf<S>>;
export function memory<V extends StandardSchema, S extends Schema>(
  rows: Rows<InputOfStandard<V>>,
  options: ValidatedMemoryOptions<V, S> &
    (OutputOfStandard<V> extends RowInputOf<ColumnsOf<S>> ? unknown : { readonly columns: 'do not fit what the schema makes' }),
): Source<ColumnsOf<S>>;
export function memory(
  rows: Rows<unknown>,
  options: { schema: unknown; columns?: Schema; bounded?: boolean; primaryKey?: readonly string[] },
): unknown {
  const { schema, columns, bounded, primaryKey } = options;
  const isValidated = isStandardSchema(schema);
  if (isValidated && columns === undefined) {
    throw new SqlError('MS1302', 'memory() with a Standard Schema needs the columns', {
      hint: 'add columns: { id: t.bigint(), ... }: the schema does not tell SQL types',
    });
  }
  const judge = isValidated ? schema : undefined;
  let table: MemoryTable | undefined;
  const once = (): MemoryTable => {
    table ??= tableOf(rows, judge, bounded);
    return table;
  };
  return new ConnectorTable('memory', {}, isValidated ? columns : (schema as Schema), primaryKey, once);
}

function tableOf(rows: Rows<unknown>, schema: StandardSchema | undefined, bounded: boolean | undefined): MemoryTable {
  if (Symbol.iterator in rows) {
    const judged = (schema === undefined ? rows : validated(rows, schema)) as Iterable<RowInput>;
    return Array.isArray(rows) ? MemoryTable.of(judged) : MemoryTable.from(judged);
  }
  const judged = (schema === undefined ? rows : validatedAsync(rows, schema)) as AsyncIterable<RowInput>;
  return MemoryTable.from(judged, bounded === undefined ? {} : { bounded });
}

type OnChanges<Row> = (changes: readonly Change<Row>[]) => void | Promise<void>;

/** A sink in the program: keeps the changes, or hands them to a callback. */
export class Collected<Row = Record<string, Value>> extends ConnectorTable<UnknownColumns> {
  /** The changes so far, in order; empty with a callback. */
  readonly changes: Change<Row>[] = [];
  readonly #applied = new AppliedRows();

  /** @internal */
  constructor(onChanges?: OnChanges<Row>) {
    const table = new MemoryTable({ onBatch: (batch, schema) => this.#take(batch, schema, onChanges) });
    super('memory', {}, undefined, [], () => table);
  }

  /** The rows, all changes so far applied. */
  get rows(): Row[] {
    return this.#applied.rows as unknown as Row[];
  }

  #take(batch: Batch, schema: DataSchema, onChanges: OnChanges<Row> | undefined): void | Promise<void> {
    const changes: Change<Row>[] = [];
    new RowReader(schema).forEach(batch, (kind: RowKindCode, row: RowObject) => {
      changes.push({ op: ROW_KIND_TEXT[kind], row: row as unknown as Row });
      if (onChanges === undefined) this.#applied.apply(kind, row);
    });
    if (onChanges !== undefined) return onChanges(changes);
    this.changes.push(...changes);
  }
}

/**
 * A sink that keeps what is written to it: `const out = collect(); await pipeline.to(out).run(); out.changes`. With a callback nothing
 * is kept; a promise that the callback returns holds the pipeline up.
 */
export const collect = <Row = Record<string, Value>>(onChanges?: OnChanges<Row>): Collected<Row> => new Collected(onChanges);
