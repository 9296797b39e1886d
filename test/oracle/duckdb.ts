import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { type Arrival, DUCKDB_TABLES } from './table-data.ts';

/** DuckDB in memory, as the judge of what a query comes to over all rows at once. */
export class Oracle {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(): Promise<Oracle> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const oracle = new Oracle(await instance.connect());
    for (const statement of DUCKDB_TABLES) await oracle.#connection.run(statement);
    return oracle;
  }

  /** The rows of a query as JSON arrays, in any order. */
  async rows(sql: string, arrivals: readonly Arrival[]): Promise<string[]> {
    for (const name of ['a', 'b', 'c']) {
      await this.#connection.run(`DELETE FROM ${name}`);
      const rows = arrivals.filter(({ table }) => table === name).map(({ row }) => `(${Object.values(row).map(literal).join(', ')})`);
      if (rows.length > 0) await this.#connection.run(`INSERT INTO ${name} VALUES ${rows.join(', ')}`);
    }
    const result = await this.#connection.runAndReadAll(sql);
    return result.getRows().map((row) => `[${row.map(valueText).join(', ')}]`);
  }

  close(): void {
    this.#connection.closeSync();
  }
}

const literal = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : String(value));

function valueText(value: DuckDBValue): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  throw new Error(`DuckDB gave a value that is not compared: ${String(value)}`);
}
