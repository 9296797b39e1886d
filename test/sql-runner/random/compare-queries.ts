import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../../../src/common/random.ts';
import { generateQuery, TABLES } from '../../oracle/generate-query.ts';
import { sqlOf } from '../../oracle/sql-of.ts';
import { FLINK_TABLES, generateArrivals } from '../../oracle/table-data.ts';
import { compareStatement, type Difference, type Engines } from './compare-statements.ts';

/** What Flink says of queries that it does not run in streams, and of those whose plans it cannot find; here they run. */
const REFUSED_BY_FLINK = /^error: .*(?:TableException|CannotPlanException|Cannot generate a valid execution plan)/s;

/** The first row of several columns' order is not taken back by Flink 2.3.0 (docs/sql/differences.md), so its answers say nothing here. */
const WRONG_IN_FLINK = /\bWHERE rn <= 1\b/;

export interface QueryComparison {
  readonly differences: readonly Difference[];
  /** Queries that Flink does not run, or answers wrongly for a reason that is known. */
  readonly refused: number;
}

/** Joins, windows, OVER, set operations and sub-queries, as they are compared with DuckDB too, over rows of three tables. */
export async function compareQueries(engines: Engines, random: Random, count: number): Promise<QueryComparison> {
  const folder = mkdtempSync(join(tmpdir(), 'millstream-random-'));
  try {
    await createTables(engines, random, folder);
    const differences: Difference[] = [];
    let refused = 0;
    for (let i = 0; i < count; i++) {
      const difference = await compareStatement(engines, sqlOf(generateQuery(random, 1 + random.below(3)), 'flink'));
      if (difference === undefined) continue;
      const leftOut = REFUSED_BY_FLINK.test(difference.flink) || WRONG_IN_FLINK.test(difference.sql);
      if (leftOut && !difference.ours.startsWith('error')) refused++;
      else differences.push(difference);
    }
    return { differences, refused };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function createTables({ flink, ours }: Engines, random: Random, folder: string): Promise<void> {
  const arrivals = generateArrivals(random, 90);
  for (const [i, name] of TABLES.entries()) {
    const path = join(folder, `${name}.ndjson`);
    const rows = arrivals.filter(({ table }) => table === name).map(({ row }) => `${JSON.stringify(row)}\n`);
    writeFileSync(path, rows.join(''));
    const statement = FLINK_TABLES[i]!.replace("'connector' = 'pushed'", `'connector' = 'filesystem', 'path' = '${path}'`);
    await flink.run(statement);
    await ours.execute(statement);
  }
}
