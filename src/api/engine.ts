import type { LocalJob } from '../backends/local/job.ts';
import { bindCreateTable } from '../binder/create-table.ts';
import { bindInsert } from '../binder/insert.ts';
import { type BinderContext, QueryBinder } from '../binder/query-binder.ts';
import { Catalog, type CatalogEntry, type CatalogTable } from '../catalog/catalog.ts';
import { SqlError } from '../common/errors.ts';
import { memoryConnector } from '../connectors/memory/memory-connector.ts';
import { sink } from '../plan/make.ts';
import type { Plan, PlanNode } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { MemoryTables } from './memory-tables.ts';
import { rememberSource } from './plan-of.ts';
import { type ResultHandler, Session, type SessionOptions } from './session.ts';
import type { MemoryRows } from './typed/memory-rows.ts';

/** A table that a program made for a pipeline: known to the pipelines that read it, not to the session's SQL. */
export interface ProgramTable {
  readonly statement: sql.CreateTable;
  readonly table: CatalogTable;
  /** What a memory table reads or writes, which lives as long as this. */
  readonly rows: MemoryRows | undefined;
}

export type ProgramTables = ReadonlyMap<string, ProgramTable>;

export const NO_TABLES: ProgramTables = new Map();

/** The session's catalog with a pipeline's tables over it. */
class LayeredCatalog extends Catalog {
  readonly #base: Catalog;
  readonly #tables: ProgramTables;

  constructor(base: Catalog, tables: ProgramTables) {
    super();
    this.#base = base;
    this.#tables = tables;
  }

  override get(name: string): CatalogEntry | undefined {
    return this.#tables.get(name)?.table ?? this.#base.get(name);
  }

  override names(): readonly string[] {
    return this.#base.names();
  }
}

/** What pipelines and queries of one Millstream share: the session, the jobs that run, the tables in memory. */
export class Engine {
  readonly session: Session;
  /** Rows that the program handed over, by the name in a table's options. */
  readonly memory: MemoryTables;
  readonly #jobs = new Set<LocalJob>();
  readonly #counts = new Map<string, number>();
  #closed = false;

  private constructor(session: Session, memory: MemoryTables) {
    this.session = session;
    this.memory = memory;
  }

  static async open(options: SessionOptions): Promise<Engine> {
    const memory = new MemoryTables();
    const connectors = [memoryConnector(memory), ...(options.connectors ?? [])];
    return new Engine(await Session.open({ ...options, connectors }), memory);
  }

  /** A name that no table has: `rate$1`. */
  uniqueName(stem: string): string {
    const count = (this.#counts.get(stem) ?? 0) + 1;
    this.#counts.set(stem, count);
    const name = `${stem}$${count}`;
    return this.session.catalog.get(name) === undefined ? name : this.uniqueName(stem);
  }

  context(tables: ProgramTables): BinderContext {
    const { binderContext } = this.session;
    return tables.size === 0 ? binderContext : { ...binderContext, catalog: new LayeredCatalog(binderContext.catalog, tables) };
  }

  /** The table of a CREATE TABLE statement, checked. Throws what the statement would throw. */
  table(statement: sql.CreateTable, rows: MemoryRows | undefined): ProgramTable {
    return { statement, rows, table: bindCreateTable(statement, { ...this.session.binderContext, source: '' }) };
  }

  /** The plan node of a query, not optimized yet. */
  bind(query: sql.Query, tables: ProgramTables): PlanNode {
    return new QueryBinder(this.context(tables)).bindQuery(query).node;
  }

  planQuery(query: sql.Query, tables: ProgramTables): Plan {
    const plan = this.session.optimize({ sinks: [sink(this.bind(query, tables), undefined)] });
    return rememberSource(plan, this.session, { kind: 'query', query }, entriesOf(tables));
  }

  /** The plan of INSERTs that run together: what several read is read once. */
  planInserts(inserts: readonly sql.InsertStatement[], tables: ProgramTables): Plan {
    const binder = new QueryBinder(this.context(tables));
    const plan = this.session.optimize({ sinks: inserts.map((insert) => bindInsert(binder, insert)) });
    return rememberSource(plan, this.session, { kind: 'inserts', inserts }, entriesOf(tables));
  }

  async start(plan: Plan, handler?: ResultHandler): Promise<LocalJob> {
    if (this.#closed) throw closed();
    const job = await this.session.start(plan, handler);
    this.#jobs.add(job);
    const ended = () => this.#jobs.delete(job);
    job.done.then(ended, ended);
    // close() may have come while the tables were opened.
    if (this.#closed) await job.cancel();
    return job;
  }

  /** Ends all jobs at once. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([...this.#jobs].map((job) => job.cancel()));
    await this.session.options.state?.close();
  }
}

const entriesOf = (tables: ProgramTables): CatalogTable[] => [...tables.values()].map(({ table }) => table);

const closed = (): SqlError => new SqlError('MS1501', 'this Millstream is closed', { hint: 'open() another one' });
