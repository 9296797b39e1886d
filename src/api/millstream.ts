/// <reference lib="esnext.disposable" preserve="true" />
import type { JobMetrics } from '../backends/local/job.ts';
import type { WorkerThreads } from '../backends/local/workers/worker-messages.ts';
import { SqlError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import { printType } from '../data/types/print-type.ts';
import { isText, type SqlType } from '../data/types/sql-type.ts';
import type { RowObject } from '../data/values/value.ts';
import { type DeclaredFunction, declarationOf } from '../functions/user/user-function.ts';
import type * as sql from '../sql/ast/index.ts';
import type { SpillFile } from '../state/spill/spill-file.ts';
import { ALLOW_LOST, START_FROM } from './checkpoint-settings.ts';
import { Engine, NO_TABLES, type ProgramTable, type ProgramTables } from './engine.ts';
import { Job } from './job.ts';
import { MEMORY_SETTING } from './memory-setting.ts';
import type { OpenOptions } from './open.ts';
import { hasRows, QueryResult, withSource } from './query-result.ts';
import { restartEntries } from './restart-settings.ts';
import type { JobStates } from './session.ts';
import { SqlName } from './sql-name.ts';
import { fillTemplate, type TemplateValue } from './sql-template.ts';
import { column, selectItem, tableReference } from './typed/ast.ts';
import { BinderScope } from './typed/binder-scope.ts';
import type { Columns, UnknownColumns } from './typed/column-types.ts';
import type { Source } from './typed/connector-table.ts';
import type { ColumnsOf, Schema } from './typed/data-type.ts';
import { Delivery } from './typed/delivery.ts';
import { draftFrom, draftQuery, plainTable } from './typed/draft.ts';
import { Pipeline } from './typed/pipeline.ts';
import { SourcePipeline } from './typed/source-pipeline.ts';
import { provideConstantScope } from './typed/type-scope.ts';
import type { ModuleLoader } from './user-modules.ts';

/** A value of a template, or a pipeline, which stands for a table of its rows. */
export type SqlValue = TemplateValue | Pipeline<Columns>;

/** A session of SQL and pipelines. `close()` ends what it runs. */
export class Millstream {
  readonly #engine: Engine;
  /** Names under which pipelines were given to SQL. */
  readonly #names = new WeakMap<Pipeline<Columns>, string>();

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @internal open() is what programs call. */
  static async open({
    settings = {},
    dir,
    checkpoint,
    parallelism,
    from,
    allowLostState = false,
    memory,
    restart,
    functions = {},
    module,
    ...options
  }: OpenOptions): Promise<Millstream> {
    provideConstantScope(BinderScope.ofConstants);
    checkOptions(options, { dir, checkpoint, from, restart });
    const state = dir === undefined ? undefined : await openState(dir);
    const openSpillFile = await spillFiles();
    const engine = await Engine.open({
      loadThreads,
      modules,
      ...(module === undefined ? {} : { moduleBase: module }),
      ...options,
      ...(state && { state }),
      ...(openSpillFile && { openSpillFile }),
    });
    if (parallelism !== undefined) engine.session.settings.set('parallelism.default', String(parallelism));
    if (checkpoint !== undefined) engine.session.settings.set('execution.checkpointing.interval', `${checkpoint.ms} ms`);
    if (allowLostState) engine.session.settings.set(ALLOW_LOST, 'true');
    if (from !== undefined) engine.session.settings.set(START_FROM, from);
    for (const [key, value] of Object.entries(settings)) engine.session.settings.set(key, value);
    for (const [key, value] of restart === undefined ? [] : restartEntries(restart)) engine.session.settings.set(key, value);
    if (memory !== undefined) engine.session.settings.set(MEMORY_SETTING, memory);
    // Last, so that what is refused before leaves nothing locked.
    state?.lock();
    const made = new Millstream(engine);
    for (const [name, fn] of Object.entries(functions)) made.createFunction(name, fn);
    return made;
  }

  /**
   * Runs statements: DDL, SET, INSERT. A bounded INSERT ends before the next statement starts; one without end runs on, and is among
   * the jobs returned. As a template tag it binds values: ``ms.sql`SET 'pipeline.name' = ${name}` ``. Throws SqlError for mistakes:
   * those of grammar, and statements that have rows, before anything runs.
   */
  sql(text: string): Promise<Job[]>;
  sql(strings: TemplateStringsArray, ...values: readonly SqlValue[]): Promise<Job[]>;
  async sql(text: string | TemplateStringsArray, ...values: readonly SqlValue[]): Promise<Job[]> {
    const { statements, source } = this.#read(text, values);
    const query = statements.find(hasRows);
    if (query !== undefined)
      throw new SqlError('MS1205', 'sql() runs statements without a result', {
        span: query.span,
        source,
        hint: 'query() reads the rows of this one',
      });
    const running: Job[] = [];
    for (const statement of statements) {
      const result = await this.#engine.session.run(statement, source);
      if (result.kind !== 'insert') continue;
      const job = await this.#engine.start(result.plan);
      if (result.bounded) await job.done;
      else running.push(new Job(job));
    }
    return running;
  }

  /**
   * A query, or SHOW, DESCRIBE, EXPLAIN. It runs when its result is read. `Row` is what TypeScript is to think of the rows; SQL text
   * does not tell it. As a template tag it binds values as constants.
   */
  query<Row = RowObject>(text: string): QueryResult<Row>;
  query<Row = RowObject>(strings: TemplateStringsArray, ...values: readonly SqlValue[]): QueryResult<Row>;
  query<Row = RowObject>(text: string | TemplateStringsArray, ...values: readonly SqlValue[]): QueryResult<Row> {
    const { statements, source } = this.#read(text, values);
    const [statement, second] = statements;
    if (statement === undefined) throw new SqlError('MS1001', 'there is no statement in the text');
    if (second !== undefined)
      throw new SqlError('MS1001', 'query() takes one statement', { span: second.span, source, hint: 'sql() runs several' });
    return new QueryResult<Row>(this.#engine, statement, source);
  }

  /** A pipeline that begins with a source. The name is what the table is called in plans and in SQL; one is made unless it is given. */
  from<C extends Columns>(source: Source<C>, name?: string): SourcePipeline<C> {
    return SourcePipeline.from(this.#engine, source, name);
  }

  /**
   * A pipeline that begins with a table or view of the session. The schema, whose columns are all or some of the table's, is what
   * TypeScript knows of it; throws MS1214 where the table's columns have other types. Without it names and types are checked when
   * the program runs only.
   */
  table<S extends Schema>(name: string, schema: S): Pipeline<ColumnsOf<S>>;
  table(name: string): Pipeline<UnknownColumns>;
  table(name: string, schema?: Schema): unknown {
    const parts = { engine: this.#engine, draft: draftFrom(tableReference(name)), tables: NO_TABLES };
    const pipeline = new Pipeline<Columns>(parts);
    if (schema === undefined) return pipeline;
    const names = Object.keys(schema);
    checkColumns(name, pipeline, schema);
    const isWhole = names.length === pipeline.schema.fields.length && pipeline.schema.fields.every((field, i) => field.name === names[i]);
    return isWhole ? pipeline : pipeline.with({ ...parts.draft, items: names.map((item) => selectItem(column(item), item)) });
  }

  /**
   * Makes a pipeline known to SQL as a temporary view; a source, as a temporary table. Throws MS1107 where there is a table or view of
   * that name.
   */
  register<C extends Columns>(name: string, pipeline: Pipeline<C>): void {
    const { catalog } = this.#engine.session;
    const { draft, tables } = pipeline.parts;
    const known = catalog.get(name);
    if (known !== undefined) throw nameTaken(name, known.kind);
    const table = tables.get(plainTable(draft)?.parts.at(-1)?.name ?? '');
    if (table !== undefined) return registerTable(this.#engine, table, name);
    if (tables.has(name)) throw nameTaken(name, 'table');
    registerTables(this.#engine, tables);
    catalog.set({ kind: 'view', name, columns: [], query: draftQuery(draft), comment: undefined, temporary: true, source: '' });
  }

  /**
   * Makes a function known to SQL and to `fn()`, before a built-in one of that name. It is a value of this thread, so a job that calls it runs in
   * one worker; `CREATE FUNCTION f AS './file.ts#f'` makes one that several can load. Throws MS1107 where the program has one of that name, and
   * MS1254 for what is not declared with scalar(...) or its kin.
   */
  createFunction(name: string, fn: DeclaredFunction): void {
    const { user } = this.#engine.session.functions;
    const declared = declarationOf(fn, name);
    if (user.get(name) !== undefined) throw nameTaken(name, 'function');
    user.set({ name, scope: 'TEMPORARY SYSTEM', module: undefined }, declared);
  }

  /** Runs deliveries together, as one job: a source that several read is read once. */
  run(...deliveries: readonly Delivery[]): Promise<JobMetrics> {
    return Delivery.all(deliveries).run();
  }

  /** As `run`, but resolves as soon as the job has started. */
  start(...deliveries: readonly Delivery[]): Promise<Job> {
    return Delivery.all(deliveries).start();
  }

  /** Cancels all jobs. Nothing can be started afterwards (MS1501). */
  async close(): Promise<void> {
    await this.#engine.close();
  }

  /** Closes at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The statements of a text or template. Throws SqlError at the first mistake in the grammar. */
  #read(text: string | TemplateStringsArray, values: readonly SqlValue[]): { statements: readonly sql.Statement[]; source: string } {
    const { session } = this.#engine;
    if (typeof text === 'string') return { statements: withSource(text, () => session.parse(text)), source: text };
    const filled = fillTemplate(
      text,
      values.map((value) => (value instanceof Pipeline ? this.#nameOf(value) : value)),
    );
    const statements = withSource(filled.text, () => session.parse(filled.text));
    filled.check(statements);
    return { statements, source: filled.text };
  }

  /** A pipeline in SQL text is a view of a name that is made for it, once. */
  #nameOf(pipeline: Pipeline<Columns>): SqlName {
    const known = this.#names.get(pipeline);
    if (known !== undefined) return new SqlName(known);
    const name = this.#engine.uniqueName('pipeline');
    this.register(name, pipeline);
    this.#names.set(pipeline, name);
    return new SqlName(name);
  }
}

const OPTIONS = [
  'clock',
  'print',
  'onBadRecord',
  'onNote',
  'settings',
  'dir',
  'checkpoint',
  'from',
  'allowLostState',
  'parallelism',
  'memory',
  'restart',
  'functions',
  'module',
] as const satisfies readonly (keyof OpenOptions)[];

/** JavaScript says nothing of a misspelt option. Throws SqlError MS1301 and MS1303. */
function checkOptions(
  options: object,
  { dir, checkpoint, from, restart }: Record<'dir' | 'checkpoint' | 'from' | 'restart', unknown>,
): void {
  const unknown = Object.keys(options).find((name) => !OPTIONS.some((known) => known === name));
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, OPTIONS) ?? `there are ${OPTIONS.join(', ')}`;
    throw new SqlError('MS1301', `open() has no option '${unknown}'`, { hint });
  }
  if (dir !== undefined && (typeof dir !== 'string' || dir.trim() === ''))
    throw new SqlError('MS1303', "open({ dir }) takes a folder's path");
  if (from !== undefined && (typeof from !== 'string' || from.trim() === '' || dir === undefined)) {
    throw new SqlError('MS1303', "open({ from }) takes a savepoint's path, and needs a folder", { hint: "add dir: './state'" });
  }
  if (checkpoint !== undefined && dir === undefined) {
    throw new SqlError('MS1303', 'open({ checkpoint }) needs a folder', { hint: "add dir: './state'" });
  }
  if (restart !== undefined && dir === undefined) {
    throw new SqlError('MS1303', 'open({ restart }) needs a folder: a job goes on from its last checkpoint', {
      hint: "add dir: './state'",
    });
  }
}

/** Loaded when it is asked for: files are not everywhere. */
const modules = (): Promise<ModuleLoader> => import('../backends/local/node/load-module.ts');

/** Loaded when it is asked for: threads are not everywhere. */
const loadThreads = async (): Promise<WorkerThreads> => (await import('../backends/local/node/worker-threads.ts')).workerThreads;

/** Loaded when it is asked for: folders are not everywhere. */
async function openState(dir: string): Promise<JobStates> {
  const { StateFolder } = await import('../backends/local/node/state-folder.ts');
  return new StateFolder(dir);
}

/** Where there are no files, state stays in memory. */
async function spillFiles(): Promise<(() => SpillFile) | undefined> {
  try {
    const { openSpillFile } = await import('../backends/local/node/node-spill-file.ts');
    return () => openSpillFile();
  } catch {
    return undefined;
  }
}

const nameTaken = (name: string, kind: string): SqlError =>
  new SqlError('MS1107', `there is already a ${kind} ${name}`, { hint: 'take another name' });

/** A program's table becomes a table of the session. */
function registerTable({ session, memory }: Engine, { table, rows }: ProgramTable, name: string): void {
  if (rows !== undefined) memory.keep(rows);
  session.catalog.set(name === table.name ? table : { ...table, name });
}

function registerTables(engine: Engine, tables: ProgramTables): void {
  for (const [name, made] of tables) {
    const known = engine.session.catalog.get(name);
    if (known !== undefined && known !== made.table) {
      throw new SqlError('MS1107', `the pipeline reads a table that it calls ${name}, and there is another ${known.kind} ${name}`, {
        hint: 'give it another name in ms.from(source, name)',
      });
    }
    registerTable(engine, made, name);
  }
}

/** Throws MS1103 and MS1214 where the table does not have the schema's columns. */
function checkColumns(table: string, pipeline: Pipeline<Columns>, schema: Schema): void {
  const row = pipeline.row();
  for (const [name, { sql: declared }] of Object.entries(schema)) {
    if (row[name] === undefined) continue;
    const { type } = pipeline.schema.fields.find((field) => field.name === name)!;
    if (isSameClass(type, declared) && (declared.nullable || !type.nullable)) continue;
    throw new SqlError('MS1214', `column ${name} of ${table} is ${printType(type)}, not ${printType(declared)}`, {
      hint: 'the schema given to ms.table() has to be that of the table',
    });
  }
}

/** Whether values of both types are of one class in JavaScript, all the way down. */
function isSameClass(a: SqlType, b: SqlType): boolean {
  if (isText(a) && isText(b)) return true;
  if (a.root === 'VARBINARY' || a.root === 'BINARY') return b.root === 'VARBINARY' || b.root === 'BINARY';
  if (a.root === 'ROW' && b.root === 'ROW') {
    return (
      a.fields.length === b.fields.length &&
      a.fields.every(({ name, type }, i) => b.fields[i]!.name === name && isSameClass(type, b.fields[i]!.type))
    );
  }
  if (a.root === 'ARRAY' && b.root === 'ARRAY') return isSameClass(a.element, b.element);
  if (a.root === 'MAP' && b.root === 'MAP') return isSameClass(a.key, b.key) && isSameClass(a.value, b.value);
  return a.root === b.root;
}
