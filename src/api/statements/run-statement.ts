import { bindCreateTable } from '../../binder/create-table.ts';
import { bindInsert } from '../../binder/insert.ts';
import { QueryBinder, simpleName, unknownTable } from '../../binder/query-binder.ts';
import { requireUniqueNames } from '../../binder/relation.ts';
import { type Span, SqlError, UnsupportedError } from '../../common/errors.ts';
import type { Field } from '../../data/schema.ts';
import { sink } from '../../plan/make.ts';
import type { Plan } from '../../plan/nodes/node.ts';
import { isBounded } from '../../plan/visit.ts';
import type * as sql from '../../sql/ast/index.ts';
import { rememberSource } from '../plan-of.ts';
import type { Session } from '../session.ts';
import { describeTable } from './describe.ts';
import { explainStatement } from './explain.ts';
import { alterFunction, createFunction, dropFunction } from './functions.ts';
import { stopJob } from './jobs.ts';
import { runShow } from './show.ts';
import { showPartitions } from './show-partitions.ts';
import type { StatementResult } from './statement-result.ts';

const DONE: StatementResult = { kind: 'done' };

/** Runs what can be run at once, plans the rest. Statements of Flink that are not run yet are refused by name. */
export async function runStatement(session: Session, statement: sql.Statement, source: string): Promise<StatementResult> {
  switch (statement.kind) {
    case 'queryStatement':
      return query(session, statement.query);
    case 'insert':
      return inserts(session, [statement]);
    case 'execute':
      return runStatement(session, statement.statement, source);
    case 'statementSet':
      return inserts(session, statement.inserts);
    case 'createTable':
      return createTable(session, statement, source);
    case 'createView':
      return createView(session, statement, source);
    case 'createFunction':
      return createFunction(session, statement);
    case 'drop':
      return statement.object === 'FUNCTION' ? dropFunction(session, statement) : drop(session, statement);
    case 'describe':
      return describeTable(session, statement);
    case 'show':
      return statement.object === 'PARTITIONS' ? showPartitions(session, statement) : runShow(session, statement);
    case 'explain':
      return explainStatement(session, statement, source);
    case 'set':
      return set(session, statement);
    case 'reset':
      session.settings.reset(statement.key?.value, statement.key?.span);
      return DONE;
    case 'use':
      return use(statement);
    case 'stopJob':
      return stopJob(session, statement);
    case 'alter':
      return statement.object === 'FUNCTION' ? alterFunction(session, statement) : alter(session, statement);
    default:
      throw new UnsupportedError('MS1402', `${WORDS[statement.kind] ?? statement.kind} is not supported yet`, { span: statement.span });
  }
}

const WORDS: Partial<Record<sql.Statement['kind'], string>> = {
  createCatalog: 'CREATE CATALOG',
  createDatabase: 'CREATE DATABASE',
  createModel: 'CREATE MODEL',
  createConnection: 'CREATE CONNECTION',
  createMaterializedTable: 'CREATE MATERIALIZED TABLE',
  update: 'UPDATE',
  delete: 'DELETE',
  truncate: 'TRUNCATE TABLE',
  analyzeTable: 'ANALYZE TABLE',
  callProcedure: 'CALL',
  beginStatementSet: 'BEGIN STATEMENT SET in steps',
  endStatementSet: 'END of a statement set begun in steps',
  compilePlan: 'COMPILE PLAN',
  executePlan: 'EXECUTE PLAN',
  loadModule: 'LOAD MODULE',
  unloadModule: 'UNLOAD MODULE',
  addJar: 'ADD JAR',
  removeJar: 'REMOVE JAR',
  clientCommand: 'a command of the SQL shell outside of it',
};

function query(session: Session, node: sql.Query): StatementResult {
  const { node: bound } = new QueryBinder(session.binderContext).bindQuery(node);
  const plan = rememberSource(session.optimize({ sinks: [sink(bound, undefined)] }), session, { kind: 'query', query: node });
  const [root] = plan.sinks;
  const bounded = isBounded(root!);
  requireEnd(session, bounded, node.span);
  return { kind: 'query', plan, schema: root!.schema, insertOnly: root!.insertOnly, bounded };
}

/** Batch mode waits for the end of all input. Throws MS1207 where there is none. */
function requireEnd(session: Session, bounded: boolean, span: Span): void {
  if (bounded || !session.settings.batch) return;
  throw new SqlError('MS1207', 'batch mode needs input that ends, and this reads a source without an end', {
    span,
    hint: "bound the source, or SET 'execution.runtime-mode' = 'streaming'",
  });
}

/** The plan of INSERTs that run together: a table read by several is read once. */
export function planInserts(session: Session, nodes: readonly sql.InsertStatement[]): Plan {
  const binder = new QueryBinder(session.binderContext);
  const plan = session.optimize({ sinks: nodes.map((node) => bindInsert(binder, node)) });
  return rememberSource(plan, session, { kind: 'inserts', inserts: nodes });
}

function inserts(session: Session, nodes: readonly sql.InsertStatement[]): StatementResult {
  const plan = planInserts(session, nodes);
  const bounded = plan.sinks.every(isBounded);
  requireEnd(session, bounded, nodes[0]!.span);
  return { kind: 'insert', plan, bounded };
}

function register(
  session: Session,
  entry: Parameters<Session['catalog']['set']>[0],
  node: sql.CreateTable | sql.CreateView,
): StatementResult {
  const known = session.catalog.get(entry.name);
  if (known !== undefined && node.mode === 'CREATE') {
    if (node.ifNotExists) return DONE;
    throw new SqlError('MS1107', `there is already a ${known.kind} ${entry.name}`, {
      span: node.name.span,
      hint: 'write CREATE ... IF NOT EXISTS, or DROP it first',
    });
  }
  session.catalog.set(entry);
  return DONE;
}

async function createTable(session: Session, node: sql.CreateTable, source: string): Promise<StatementResult> {
  if (node.ifNotExists && session.catalog.get(simpleName(node.name)) !== undefined) return DONE;
  const table = bindCreateTable(node, { ...session.binderContext, source, inferred: await inferColumns(session, node) });
  register(session, table, node);
  if (node.query === undefined) return DONE;
  const { span, query } = node;
  return inserts(session, [
    {
      kind: 'insert',
      overwrite: false,
      target: node.name,
      hints: [],
      partition: undefined,
      columns: [],
      query,
      onConflict: undefined,
      span,
    },
  ]);
}

/** The columns that a table's options lead to, where it declares none itself. */
async function inferColumns(session: Session, { elements, options, query, like }: sql.CreateTable): Promise<readonly Field[] | undefined> {
  if (query !== undefined || like !== undefined || elements?.some(({ kind }) => kind === 'physicalColumn')) return undefined;
  const named = new Map((options ?? []).map(({ key, value }) => [key.value, value.value]));
  return session.connectors.get(named.get('connector') ?? '')?.inferColumns?.(named);
}

function createView(session: Session, node: sql.CreateView, source: string): StatementResult {
  const relation = new QueryBinder(session.binderContext).bindQuery(node.query);
  const { node: bound } = relation;
  if (node.columns.length === 0) requireUniqueNames(relation, node.query.span);
  const width = bound.schema.fields.length;
  if (node.columns.length > 0 && node.columns.length !== width) {
    throw new SqlError('MS1206', `${node.columns.length} names for ${width} columns`, { span: node.columns[0]!.span });
  }
  const columns = node.columns.map(({ name }) => name);
  return register(
    session,
    {
      kind: 'view',
      name: simpleName(node.name),
      columns,
      query: node.query,
      comment: node.comment?.value,
      temporary: node.temporary,
      source,
    },
    node,
  );
}

function drop(session: Session, node: sql.DropStatement): StatementResult {
  if (node.object !== 'TABLE' && node.object !== 'VIEW')
    throw new UnsupportedError('MS1402', `DROP ${node.object} is not supported yet`, { span: node.span });
  const name = simpleName(node.name);
  const known = session.catalog.get(name);
  if (known?.kind.toUpperCase() !== node.object) {
    if (node.ifExists) return DONE;
    if (known === undefined) throw unknownTable(session.catalog, node.name);
    throw new SqlError('MS1101', `${name} is a ${known.kind}`, {
      span: node.name.span,
      hint: `write DROP ${known.kind.toUpperCase()} ${name}`,
    });
  }
  session.catalog.delete(name);
  return DONE;
}

function alter(session: Session, node: sql.AlterStatement): StatementResult {
  const { action } = node;
  if ((node.object === 'TABLE' || node.object === 'VIEW') && action.kind === 'renameTo') {
    const from = simpleName(node.name);
    if (session.catalog.get(from) === undefined) {
      if (node.ifExists) return DONE;
      throw unknownTable(session.catalog, node.name);
    }
    session.catalog.rename(from, simpleName(action.name));
    return DONE;
  }
  throw new UnsupportedError('MS1402', `this form of ALTER ${node.object} is not supported yet`, { span: node.span });
}

function set(session: Session, node: sql.SetStatement): StatementResult {
  const { key, value } = node;
  if (key === undefined || value === undefined) {
    const fields = ['key', 'value'].map((name) => ({ name, type: { root: 'VARCHAR' as const, length: 2_147_483_647, nullable: false } }));
    return { kind: 'rows', schema: { fields }, rows: session.settings.entries() };
  }
  const note = session.settings.set(key.value, value.value, { key: key.span, value: value.span });
  if (note !== undefined) session.options.onNote?.(`SET '${key.value}': ${note}`);
  return DONE;
}

function use(node: sql.UseStatement): StatementResult {
  const name = node.names[0]?.parts.map((part) => part.name).join('.') ?? '';
  const known = { CATALOG: ['default_catalog'], DATABASE: ['default_database', 'default_catalog.default_database'], MODULES: ['core'] }[
    node.object
  ];
  if (known.includes(name)) return DONE;
  throw new SqlError('MS1101', `there is no ${node.object.toLowerCase()} ${name}`, { span: node.span, hint: `there is ${known[0]}` });
}
