import { SqlError, StreamError, UnsupportedError } from '../common/errors.ts';
import type { Schema } from '../data/schema.ts';
import { types } from '../data/types/sql-type.ts';
import { literal } from '../plan/expressions/visit.ts';
import { sink } from '../plan/make.ts';
import type { Plan, ValuesNode } from '../plan/nodes/node.ts';
import { isBounded } from '../plan/visit.ts';
import type * as sql from '../sql/ast/index.ts';
import { printStatement } from '../sql/print.ts';
import { type Engine, NO_TABLES } from './engine.ts';
import { Result, type Runnable } from './result.ts';
import { explainText } from './statements/explain.ts';
import type { StatementResult } from './statements/statement-result.ts';

const ROWS: ReadonlySet<string> = new Set(['queryStatement', 'show', 'describe', 'explain']);

/** Whether a statement has a result to read; SET without a key lists what is set. */
export const hasRows = (statement: sql.Statement): boolean =>
  ROWS.has(statement.kind) || (statement.kind === 'set' && statement.key === undefined);

/** The result of a statement in SQL: of a query, of SHOW, DESCRIBE or EXPLAIN. */
export class QueryResult<Row> extends Result<Row> {
  readonly #engine: Engine;
  readonly #statement: sql.Statement;
  readonly #source: string;
  readonly #plan: Plan | undefined;

  /** @internal Throws what binding a query throws: nothing has run then. */
  constructor(engine: Engine, statement: sql.Statement, source: string) {
    super();
    this.#engine = engine;
    this.#statement = statement;
    this.#source = source;
    if (!hasRows(statement) && statement.kind !== 'stopJob')
      throw new SqlError('MS1205', 'query() takes a statement that has rows', {
        span: statement.span,
        source,
        hint: 'sql() runs other statements',
      });
    this.#plan = statement.kind === 'queryStatement' ? withSource(source, () => engine.planQuery(statement.query, NO_TABLES)) : undefined;
  }

  /** The plan as EXPLAIN prints it, with what each part sends on, and the generated code. Throws MS1402 where the statement is no query. */
  explain({ code = true }: { readonly code?: boolean } = {}): string {
    if (this.#plan === undefined)
      throw new UnsupportedError('MS1402', 'EXPLAIN takes a query', { span: this.#statement.span, source: this.#source });
    return explainText(this.#engine.session, this.#plan, ['CHANGELOG_MODE', ...(code ? (['CODEGEN'] as const) : [])]);
  }

  /** The statement, printed anew. */
  toSql(): string {
    return `${printStatement(this.#statement)};`;
  }

  /** @internal */
  protected override async runnable(): Promise<Runnable> {
    if (this.#plan !== undefined) return runnableOf(this.#engine, this.#plan);
    const result = await this.#engine.session.run(this.#statement, this.#source);
    return runnableOf(this.#engine, constantPlan(result));
  }
}

function runnableOf(engine: Engine, plan: Plan): Runnable {
  const root = plan.sinks[0]!;
  return { schema: root.schema, bounded: isBounded(root), insertOnly: root.insertOnly, start: (handler) => engine.start(plan, handler) };
}

/** What SHOW, DESCRIBE and EXPLAIN answer, as rows of a query; EXPLAIN has one with its text in `result`, as in Flink. */
function constantPlan(result: StatementResult): Plan {
  const schema: Schema = result.kind === 'rows' ? result.schema : { fields: [{ name: 'result', type: types.string(false) }] };
  const rows = result.kind === 'rows' ? result.rows : result.kind === 'text' ? [[result.text]] : [];
  const values: ValuesNode = {
    kind: 'values',
    rows: rows.map((row) => row.map((value, i) => literal(value, schema.fields[i]!.type))),
    schema,
    insertOnly: true,
  };
  return { sinks: [sink(values, undefined)] };
}

/** Errors of `action` that have a place carry the text that it is in. */
export function withSource<T>(source: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof StreamError && error.span !== undefined) error.source ??= source;
    throw error;
  }
}
