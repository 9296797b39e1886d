import { SqlError } from '../../common/errors.ts';
import type * as sql from '../../sql/ast/index.ts';
import type { Engine } from '../engine.ts';
import { binary, column, tableReference } from './ast.ts';
import type { Columns, Prettify } from './column-types.ts';
import { ConnectorTable, type OptionInputs, type Source } from './connector-table.ts';
import { fieldsOf } from './data-type.ts';
import { draftFrom } from './draft.ts';
import { type Duration, intervalLiteral } from './duration.ts';
import type { ColumnsOfSelection, RowScope, Selection } from './expression.ts';
import { nodeOf, type Operand } from './expression-node.ts';
import { type MemoryRows, memoryOptions } from './memory-rows.ts';
import type { TimestampColumn } from './operations.ts';
import { Pipeline } from './pipeline.ts';
import { createTableStatement, type TableParts } from './table-statement.ts';
import { withoutPlaces } from './type-scope.ts';

/** The columns that can have a watermark: TIMESTAMP and TIMESTAMP_LTZ. */
type TimeNames<C extends Columns> = { [K in keyof C]: C[K] extends TimestampColumn | 'ANY' ? K : never }[keyof C] & string;

export interface WatermarkOptions {
  /** After this long without rows a file or partition no longer holds the watermark back. */
  readonly idleTimeout?: Duration;
}

/** A pipeline at its beginning: a table, to which computed columns and a watermark can be added. */
export class SourcePipeline<C extends Columns> extends Pipeline<C> {
  readonly #engine: Engine;
  readonly #table: TableParts;
  readonly #stem: string;
  readonly #rows: MemoryRows | undefined;

  private constructor(engine: Engine, name: string, table: TableParts, stem: string, rows: MemoryRows | undefined) {
    const made = withoutPlaces(() => engine.table(createTableStatement(name, table, engine.session.descriptors), rows));
    super({ engine, draft: draftFrom(tableReference(name)), tables: new Map([[name, made]]) });
    this.#engine = engine;
    this.#table = table;
    this.#stem = stem;
    this.#rows = rows;
  }

  /** @internal */
  static from<C extends Columns>(engine: Engine, source: Source<C>, name: string | undefined): SourcePipeline<C> {
    if (!(source instanceof ConnectorTable))
      throw new SqlError('MS1205', 'from() takes a source such as rate() or filesystem({ ..., schema })');
    const { connector, schema, primaryKey } = source;
    const columns = schema === undefined ? [] : fieldsOf(schema);
    const options = { ...source.options, ...memoryOptions(source.memoryRows, engine.memory) };
    const table: TableParts = { connector, options, columns, computed: [], watermark: undefined, primaryKey };
    return new SourcePipeline<C>(engine, name ?? engine.uniqueName(connector), table, name ?? connector, source.memoryRows);
  }

  /**
   * Declares the column as event time, for windows: rows may come late by as much as `delay`. Throws MS1208 where the column is no
   * TIMESTAMP(3) or TIMESTAMP_LTZ(3).
   */
  watermark(name: TimeNames<C>, delay: Duration, { idleTimeout }: WatermarkOptions = {}): SourcePipeline<C> {
    const expression = binary('-', column(name), intervalLiteral(delay));
    const idle: OptionInputs = idleTimeout === undefined ? {} : { 'scan.watermark.idle-timeout': idleTimeout };
    return this.#changed({ ...this.#table, watermark: { column: name, expression }, options: { ...this.#table.options, ...idle } });
  }

  /** Adds computed columns to the table: `withColumns((r) => ({ ts: r.seconds.cast(t.timestamp(3)) }))`. A watermark can be declared on them. */
  withColumns<S extends Selection>(columns: (row: RowScope<C>) => S): SourcePipeline<Prettify<C & ColumnsOfSelection<S>>> {
    const made = (columns as (row: unknown) => Record<string, Operand>)(this.row());
    const computed = Object.entries(made).map(([name, value]): { name: string; expression: sql.Expression } => ({
      name,
      expression: nodeOf(value),
    }));
    return this.#changed({ ...this.#table, computed: [...this.#table.computed, ...computed] });
  }

  /** The changed table has another name, because both may be read in one query; one that the program gave stays. */
  #changed<D extends Columns>(table: TableParts): SourcePipeline<D> {
    const isNamed = this.#stem !== this.#table.connector;
    return new SourcePipeline<D>(this.#engine, isNamed ? this.#stem : this.#engine.uniqueName(this.#stem), table, this.#stem, this.#rows);
  }
}
