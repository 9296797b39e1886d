import type { SqlType } from '../data/types/sql-type.ts';
import type { Query, Expression as SqlExpression } from '../sql/ast/index.ts';

/** A column of a table: read from the record, read from what the connector knows beside it, or computed from the others. */
export type CatalogColumn =
  | { readonly kind: 'physical'; readonly name: string; readonly type: SqlType; readonly comment?: string | undefined }
  | {
      readonly kind: 'metadata';
      readonly name: string;
      readonly type: SqlType;
      readonly key: string;
      readonly virtual: boolean;
      readonly comment?: string | undefined;
    }
  | {
      readonly kind: 'computed';
      readonly name: string;
      readonly type: SqlType;
      readonly expression: SqlExpression;
      readonly comment?: string | undefined;
    };

export interface CatalogWatermark {
  /** Name of a top-level column; nested fields are not supported as time attributes. */
  readonly column: string;
  readonly expression: SqlExpression;
}

/** A table as CREATE TABLE declared it, names and types resolved. */
export interface CatalogTable {
  readonly kind: 'table';
  readonly name: string;
  readonly columns: readonly CatalogColumn[];
  readonly watermark: CatalogWatermark | undefined;
  readonly primaryKey: readonly string[];
  readonly partitionedBy: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  readonly comment: string | undefined;
  readonly temporary: boolean;
  /** The SQL text that the spans of its expressions point into. */
  readonly source: string;
}

export interface CatalogView {
  readonly kind: 'view';
  readonly name: string;
  /** Names given in CREATE VIEW v (a, b); empty to take the query's. */
  readonly columns: readonly string[];
  readonly query: Query;
  readonly comment: string | undefined;
  readonly temporary: boolean;
  readonly source: string;
}

export type CatalogEntry = CatalogTable | CatalogView;

/** Flink's names of what every session starts with; a name may be qualified by them. */
export const DEFAULT_CATALOG = 'default_catalog';
export const DEFAULT_DATABASE = 'default_database';

/** The tables and views of a session, by name. Names are case-sensitive, as in Flink. */
export class Catalog {
  readonly #entries = new Map<string, CatalogEntry>();

  get(name: string): CatalogEntry | undefined {
    return this.#entries.get(name);
  }

  set(entry: CatalogEntry): void {
    this.#entries.set(entry.name, entry);
  }

  delete(name: string): boolean {
    return this.#entries.delete(name);
  }

  rename(from: string, to: string): void {
    const entry = this.#entries.get(from);
    if (entry === undefined) return;
    this.#entries.delete(from);
    this.#entries.set(to, { ...entry, name: to });
  }

  /** Names of all tables and views, sorted. */
  names(): readonly string[] {
    return [...this.#entries.keys()].sort();
  }

  entries(): readonly CatalogEntry[] {
    return this.names().map((name) => this.#entries.get(name)!);
  }
}
