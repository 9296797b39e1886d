import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeFiles } from '../../../src/backends/local/node/node-files.ts';
import { CheckpointStore } from '../../../src/runtime/checkpoints/checkpoint-store.ts';
import { newStore } from '../savepoints/support.ts';
import { runAt, untilRows } from './support.ts';

/** Tables of several operators. */
const SQL = `SET 'execution.runtime-mode' = 'batch';
CREATE TABLE src (k INT, v BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '150000', 'rows-per-second' = '1000000000',
  'seed' = '4', 'fields.k.min' = '1', 'fields.k.max' = '900', 'fields.v.kind' = 'sequence', 'fields.v.start' = '1', 'fields.v.end' = '1000000000');
CREATE TABLE results (who STRING, n BIGINT, d BIGINT, low STRING) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
INSERT INTO results SELECT CONCAT('a rather long name ', CAST(k AS STRING)), COUNT(*), COUNT(DISTINCT MOD(v, 50)), MIN(CONCAT('value number ', CAST(v AS STRING)))
FROM src GROUP BY CONCAT('a rather long name ', CAST(k AS STRING));
INSERT INTO results SELECT CAST(n AS STRING), COUNT(*), COUNT(DISTINCT s), '' FROM (SELECT MOD(v, 20000) AS m, COUNT(*) AS n, SUM(v) AS s FROM src GROUP BY MOD(v, 20000)) GROUP BY n;
END;`;
/** So many rows that the job does not end meanwhile. */
const LONG = SQL.replace('150000', '100000000');

describe('tables that are read from the files while they are restored', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'restore-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = async (): Promise<CheckpointStore> => {
    const files = new NodeFiles(folder);
    await files.makeFolder('job');
    return new CheckpointStore(files, 'job', 5);
  };
  const pagesOf = (): string[] => readdirSync(join(folder, 'job')).filter((name) => name.endsWith('.pages'));
  const expected = async (): Promise<string[]> => {
    const { job, printed } = await runAt(SQL, newStore(), 1);
    await job.done;
    return printed.sort();
  };

  it.each([
    [1, 1],
    [2, 2],
    [1, 2],
    [3, 2],
  ])('have all rows: of %i workers, then %i', async (before, after) => {
    const first = await runAt(SQL, await open(), before);
    await untilRows(first.job, 20_000);
    await first.job.suspend();
    expect(pagesOf().length).toBeGreaterThan(0);
    const next = await runAt(SQL, await open(), after);
    await next.job.done;
    expect(next.notes).toEqual(expect.arrayContaining([expect.stringMatching(/^going on from checkpoint 1$/)]));
    expect(next.printed.sort()).toEqual(await expected());
  });

  it.each([
    ['altered', (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === Math.floor(bytes.length / 3) ? byte ^ 1 : byte)))],
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 8)],
    ['missing', undefined],
  ])('are passed over with their checkpoint where they are %s', async (_, spoil) => {
    const first = await runAt(LONG, await open(), 2);
    await untilRows(first.job, 5000);
    await first.job.withCheckpoint(async () => undefined);
    await first.job.suspend();
    const newest = pagesOf().filter((name) => name.startsWith('checkpoint-0000000002-1-'));
    expect(newest.length).toBeGreaterThan(0);
    for (const name of newest) {
      const path = join(folder, 'job', name);
      if (spoil === undefined) rmSync(path);
      else writeFileSync(path, spoil(readFileSync(path)));
    }
    const next = await runAt(LONG, await open(), 2);
    await next.job.cancel();
    expect(next.notes.slice(0, 2)).toEqual(['checkpoint 2 is damaged', 'going on from checkpoint 1']);
  });
});
