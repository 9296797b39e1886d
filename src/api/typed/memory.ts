import { SqlError } from '../../common/errors.ts';
import type { RowObject, Value } from '../../data/values/value.ts';
import { AppliedRows } from '../applied-rows.ts';
import type { Change } from '../row-reader.ts';
import type { RowInputOf, UnknownColumns } from './column-types.ts';
import { ConnectorTable, type Source, type TableOptions } from './connector-table.ts';
import type { ColumnsOf, Schema } from './data-type.ts';
import { type InputOfStandard, isStandardSchema, type OutputOfStandard, type StandardSchema } from './standard-schema.ts';

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

/** Nothing where rows that the schema makes have the columns. */
type FitsColumns<V extends StandardSchema, S extends Schema> =
  OutputOfStandard<V> extends RowInputOf<ColumnsOf<S>> ? unknown : { readonly columns: 'do not fit what the schema makes' };

/**
 * Rows in the program: an array, which every query reads from its beginning; an iterable, which is read once, as fast as the query goes;
 * or an asynchronous iterable, which is a stream without end unless `bounded`. Rows are objects with the columns' values.
 */
export function memory<S extends Schema>(rows: Rows<RowInputOf<ColumnsOf<S>>>, options: MemoryOptions<S>): Source<ColumnsOf<S>>;
export function memory<V extends StandardSchema, S extends Schema>(
  rows: Rows<InputOfStandard<V>>,
  options: ValidatedMemoryOptions<V, S> & FitsColumns<V, S>,
): Source<ColumnsOf<S>>;
export function memory(
  rows: Rows<unknown>,
  options: { schema: unknown; columns?: Schema; bounded?: boolean; primaryKey?: readonly string[] },
): unknown {
  const isSchema = typeof options?.schema === 'object' && options.schema !== null;
  if (!isSchema && !isStandardSchema(options?.schema)) {
    throw new SqlError('MS1302', 'memory() needs a schema', { hint: 'memory(rows, { schema: { id: t.bigint(), name: t.string() } })' });
  }
  const { schema, columns, bounded, primaryKey } = options;
  const isValidated = isStandardSchema(schema);
  if (isValidated && columns === undefined) {
    throw new SqlError('MS1302', 'memory() with a Standard Schema needs the columns', {
      hint: 'add columns: { id: t.bigint(), ... }: the schema does not tell SQL types',
    });
  }
  const made = { kind: 'source', rows, schema: isValidated ? schema : undefined, bounded } as const;
  return new ConnectorTable('memory', {}, isValidated ? columns : (schema as Schema), primaryKey, made);
}

/** Gets the changes of a pipeline, some thousand at a time. */
export type OnChanges<Row> = (changes: readonly Change<Row>[]) => void | Promise<void>;

/** A sink in the program: keeps the changes, or hands them to a callback. */
export class Collected<Row = Record<string, Value>> extends ConnectorTable<UnknownColumns> {
  readonly #kept: Change<Row>[];
  readonly #applied: AppliedRows;

  /** @internal */
  constructor(onChanges?: OnChanges<Row>) {
    const kept: Change<Row>[] = [];
    const applied = new AppliedRows();
    const keep = (changes: readonly Change<RowObject>[]): void => {
      for (const { op, row } of changes) applied.apply(op, row);
      kept.push(...(changes as unknown as readonly Change<Row>[]));
    };
    super('memory', {}, undefined, [], { kind: 'sink', onChanges: (onChanges as unknown as OnChanges<RowObject> | undefined) ?? keep });
    this.#kept = kept;
    this.#applied = applied;
  }

  /** The changes so far, in order; empty with a callback. */
  get changes(): readonly Change<Row>[] {
    return this.#kept;
  }

  /** The rows, all changes so far applied; empty with a callback. */
  get rows(): Row[] {
    return this.#applied.rows as unknown as Row[];
  }
}

/**
 * A sink that keeps what is written to it: `const out = collect(); await pipeline.to(out).run(); out.changes`. With a callback nothing
 * is kept; a promise that the callback returns holds the pipeline up.
 */
export const collect = <Row = Record<string, Value>>(onChanges?: OnChanges<Row>): Collected<Row> => new Collected(onChanges);
