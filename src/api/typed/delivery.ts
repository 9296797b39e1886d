import type { JobMetrics } from '../../backends/local/job.ts';
import { SqlError } from '../../common/errors.ts';
import type { Schema } from '../../data/schema.ts';
import { withoutTimeAttribute } from '../../data/types/sql-type.ts';
import type { Plan } from '../../plan/nodes/node.ts';
import type * as sql from '../../sql/ast/index.ts';
import { printStatement } from '../../sql/print.ts';
import type { Engine, ProgramTables } from '../engine.ts';
import { Job } from '../job.ts';
import { explainText } from '../statements/explain.ts';
import { insertInto } from './ast.ts';
import type { Columns } from './column-types.ts';
import { ConnectorTable, type Sink } from './connector-table.ts';
import { fieldsOf } from './data-type.ts';
import { memoryOptions } from './memory-rows.ts';
import type { CommonKind } from './operations.ts';
import { createTableStatement } from './table-statement.ts';
import { mergeTables, tablesText } from './tables.ts';
import { withoutPlaces } from './type-scope.ts';

/** Columns of `C` that a sink with the columns `D` does not have, or not with a type that takes them. */
type Misfits<C extends Columns, D extends Columns> = {
  [K in keyof C]: K extends keyof D ? ([CommonKind<C[K], D[K]>] extends [never] ? K : never) : K;
}[keyof C];

/** Nothing where a sink takes the columns; else what a message of TypeScript can name. */
export type Fits<C extends Columns, D extends Columns> = [Misfits<C, D>] extends [never]
  ? unknown
  : { 'the sink does not take these columns': Misfits<C, D> };

interface Insert {
  readonly statement: sql.InsertStatement;
  readonly tables: ProgramTables;
}

/** Rows on their way to sinks. `run()` lets them go; deliveries that run together read a common source once. */
export class Delivery {
  readonly #engine: Engine;
  readonly #inserts: readonly Insert[];

  private constructor(engine: Engine, inserts: readonly Insert[]) {
    this.#engine = engine;
    this.#inserts = inserts;
  }

  /** @internal Checked by planning it. */
  static of(engine: Engine, tables: ProgramTables, query: sql.Query, schema: Schema, sink: Sink | string): Delivery {
    const columns = schema.fields.map(({ name }) => name);
    const target = typeof sink === 'string' ? { name: sink, tables } : sinkTable(engine, tables, sink, schema);
    const delivery = new Delivery(engine, [{ statement: insertInto(target.name, columns, query), tables: target.tables }]);
    delivery.#plan();
    return delivery;
  }

  /** @internal */
  static all(deliveries: readonly Delivery[]): Delivery {
    const [first] = deliveries;
    if (first === undefined) throw new SqlError('MS1205', 'there is nothing to run', { hint: 'ms.run(pipeline.to(sink), ...)' });
    const inserts = deliveries.flatMap((delivery) => delivery.#inserts);
    return new Delivery(first.#engine, inserts);
  }

  /** Starts the job. Throws what opening the tables throws. */
  async start(): Promise<Job> {
    return new Job(await this.#engine.start(this.#plan()));
  }

  /** Runs the job to its end, which may be never: a source without end has none. Resolves with the final counters; rejects with what made the job fail. */
  async run(): Promise<JobMetrics> {
    const job = await this.start();
    await job.done;
    return job.metrics();
  }

  /** As Pipeline.explain. */
  explain({ code = true }: { readonly code?: boolean } = {}): string {
    return explainText(this.#engine.session, this.#plan(), ['CHANGELOG_MODE', ...(code ? (['CODEGEN'] as const) : [])]);
  }

  /** The statements in Flink SQL: tables, then INSERT INTO. */
  toSql(): string {
    const statements = this.#inserts.map(({ statement }) => statement);
    const [first] = statements;
    const whole: sql.Statement =
      statements.length === 1 ? first! : { kind: 'statementSet', execute: true, inserts: statements, span: first!.span };
    return `${tablesText(this.#tables())}${printStatement(whole)};`;
  }

  #tables(): ProgramTables {
    return mergeTables(...this.#inserts.map(({ tables }) => tables));
  }

  #plan(): Plan {
    const statements = this.#inserts.map(({ statement }) => statement);
    return withoutPlaces(() => this.#engine.planInserts(statements, this.#tables()));
  }
}

/** The table of a sink: with the query's columns where it declares none. */
function sinkTable(engine: Engine, tables: ProgramTables, sink: Sink, schema: Schema): { name: string; tables: ProgramTables } {
  if (!(sink instanceof ConnectorTable)) throw new SqlError('MS1205', 'to() takes a sink such as console(), or the name of a table');
  const name = engine.uniqueName(sink.connector);
  const columns =
    sink.schema === undefined
      ? schema.fields.map((field) => ({ name: field.name, type: withoutTimeAttribute(field.type) }))
      : fieldsOf(sink.schema);
  const { connector, primaryKey } = sink;
  const options = { ...sink.options, ...memoryOptions(sink.memoryRows, engine.memory) };
  const parts = { connector, options, columns, computed: [], watermark: undefined, primaryKey };
  const table = withoutPlaces(() => engine.table(createTableStatement(name, parts, engine.session.descriptors), sink.memoryRows));
  return { name, tables: mergeTables(tables, new Map([[name, table]])) };
}
