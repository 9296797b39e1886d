import type { Columns, UnknownColumns } from './column-types.ts';
import type { Schema } from './data-type.ts';
import type { Duration } from './duration.ts';
import type { MemoryRows } from './memory-rows.ts';

/** The value of a connector's option: its text, or what is turned into text. */
export type OptionInput = string | number | bigint | boolean | Duration;

/** Options by their names in SQL or in camelCase: `output-mode`, `outputMode`. A group of options can be an object. */
export interface OptionInputs {
  readonly [name: string]: OptionInput | OptionInputs | undefined;
}

/** Where a connector's table keeps its columns for TypeScript; there is no such property when the program runs. */
declare const tableColumns: unique symbol;

/** A table that a query can write to. `C` are its columns; without a schema it takes those of the query. */
export interface Sink<C extends Columns = UnknownColumns> {
  readonly [tableColumns]: C;
  readonly connector: string;
}

/** A table that a query can read: `ms.from(source)`. */
export interface Source<C extends Columns = Columns> extends Sink<C> {
  readonly isSource: true;
}

/** What all connectors' tables take beside their own options. */
export interface TableOptions {
  /** Columns that tell rows apart, for sinks that replace rows and sources that send updates. */
  readonly primaryKey?: readonly string[];
}

/** A connector, its options and its columns: the value that rate(), filesystem() and their kin make. */
export class ConnectorTable<C extends Columns> implements Source<C> {
  declare readonly [tableColumns]: C;
  readonly isSource = true;
  readonly connector: string;
  readonly options: OptionInputs;
  readonly schema: Schema | undefined;
  readonly primaryKey: readonly string[];
  /** What a table of the connector `memory` is made of. */
  readonly memoryRows: MemoryRows | undefined;

  constructor(connector: string, options: OptionInputs, schema?: Schema, primaryKey: readonly string[] = [], memoryRows?: MemoryRows) {
    this.connector = connector;
    this.options = options;
    this.schema = schema;
    this.primaryKey = primaryKey;
    this.memoryRows = memoryRows;
  }
}
