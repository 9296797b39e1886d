import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { passes } from '../../../src/optimizer/optimizer.ts';
import { sltFiles, sqlTestFolder, withFolders } from '../../sql-runner/files.ts';
import { MillstreamEngine } from '../../sql-runner/millstream-engine.ts';
import { parseSlt } from '../../sql-runner/parse-slt.ts';
import type { SltRecord } from '../../sql-runner/slt-record.ts';

const NAMES = passes.map(({ name }) => name);
/** What gives another result each time it is run. */
const UNSTEADY = /RAND|UUID|NOW|CURRENT_|LOCALTIME|PROCTIME|UNIX_TIMESTAMP/i;

/** They find how many rows of a ranking are wanted. */
const BOUNDS = ['merge-calcs', 'bound-ranks'];

/** The result of a query as text, the order of rows apart; or the code of its error. */
async function resultOf(engine: MillstreamEngine, sql: string): Promise<string> {
  try {
    const { columns, rows } = await engine.execute(sql);
    return [JSON.stringify(columns), ...rows.map(({ op, row }) => op + row).sort()].join('\n');
  } catch (error) {
    return `error ${(error as { code?: string }).code ?? (error as Error).stack}`;
  }
}

async function withDisabled(engine: MillstreamEngine, names: readonly string[], sql: string): Promise<string> {
  await engine.execute(`SET 'millstream.optimizer.disabled' = '${names.join(',')}'`);
  const result = await resultOf(engine, sql);
  await engine.execute(`RESET 'millstream.optimizer.disabled'`);
  return result;
}

let turn = 0;

/** Differences between a query's results with all passes, with none, and without one of them: each query leaves out another. */
async function differences(path: string): Promise<string[]> {
  const temporary = mkdtempSync(join(tmpdir(), 'millstream-passes-'));
  const engine = await MillstreamEngine.open();
  const found: string[] = [];
  let hasRankedView = false;
  const check = async (record: SltRecord): Promise<void> => {
    if (record.kind === 'statement' && record.error === undefined) {
      await resultOf(engine, record.sql);
      hasRankedView ||= /CREATE (TEMPORARY )?VIEW[\s\S]*ROW_NUMBER/i.test(record.sql);
    }
    if (record.kind !== 'query' || UNSTEADY.test(record.sql)) return;
    const expected = await resultOf(engine, record.sql);
    for (const names of [NAMES, [NAMES[turn++ % NAMES.length]!]]) {
      const got = await withDisabled(engine, names, record.sql);
      // A ranking without the passes that find its bound is refused, or numbers rows of the same order in the order in which they came.
      const isRanked = hasRankedView || /ROW_NUMBER/i.test(record.sql);
      const isUnbounded = isRanked && (got === 'error MS1402' || names.some((name) => BOUNDS.includes(name)));
      // Without the passes that leave columns out, a join is to keep an ARRAY, too.
      const isTooWide = got === 'error MS4006' && /UNNEST/i.test(record.sql);
      if (got !== expected && !isUnbounded && !isTooWide)
        found.push(`${path}:${record.line} without ${names}: got\n${got}\ninstead of\n${expected}`);
    }
  };
  try {
    const records = parseSlt(path, readFileSync(join(sqlTestFolder, path), 'utf8'));
    for (const record of withFolders(records, temporary)) await check(record);
    return found;
  } finally {
    await engine.close();
    rmSync(temporary, { recursive: true, force: true });
  }
}

describe('results do not depend on the passes of the optimizer', () => {
  it.each(sltFiles())('%s', async (path) => {
    expect(await differences(path)).toEqual([]);
  });
});
