import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { newStore } from '../savepoints/support.ts';
import { type Run, runAt, untilRows } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'rescale-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROWS = 40_000;
const fast = `'rows-per-second' = '1000000000'`;

const datagen = (
  rows: number,
): string => `CREATE TABLE src (k INT, v BIGINT, ts AS TO_TIMESTAMP_LTZ(v, 3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'datagen', 'number-of-rows' = '${rows}', ${fast}, 'seed' = '4', 'fields.k.min' = '1', 'fields.k.max' = '900',
  'fields.v.kind' = 'sequence', 'fields.v.start' = '1', 'fields.v.end' = '1000000000');`;

const parts = (columns: string): string =>
  `CREATE TABLE results (${columns}) WITH ('connector' = 'filesystem', 'path' = 'OUT/', 'format' = 'csv');`;

/** Files of very different sizes, some of them packed. */
function inputFiles(): string {
  const input = join(folder, 'input');
  mkdirSync(input, { recursive: true });
  for (let file = 0; file < 9; file++) {
    const lines = Array.from({ length: file % 4 === 0 ? 14_000 : 900 }, (_, i) => `${(i * 7 + file) % 500},${file * 100_000 + i}\n`);
    writeFileSync(join(input, `${file}.csv`), lines.join(''));
  }
  return input;
}

const JOBS: Record<string, string> = {
  'rows as they are, from datagen to parts': `${datagen(ROWS)} ${parts('k INT, v BIGINT')} INSERT INTO results SELECT k, v FROM src;`,
  'groups of groups': `SET 'execution.runtime-mode' = 'batch'; ${datagen(ROWS)} ${parts('n BIGINT, c BIGINT, s BIGINT')}
    INSERT INTO results SELECT n, COUNT(*), SUM(s) FROM (SELECT k, COUNT(*) AS n, SUM(v) AS s FROM src GROUP BY k) GROUP BY n;`,
  'windows over a watermark, with distinct values': `${datagen(ROWS)} ${parts('e STRING, k INT, n BIGINT, d BIGINT')}
    INSERT INTO results SELECT CAST(window_end AS STRING), k, COUNT(*), COUNT(DISTINCT MOD(v, 7))
    FROM HOP(TABLE src, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND) GROUP BY window_start, window_end, k;`,
  'nexmark in windows': `CREATE TABLE nexmark (event_type INT,
    bid ROW<auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, \`dateTime\` TIMESTAMP(3), extra STRING>,
    \`dateTime\` AS bid.\`dateTime\`, WATERMARK FOR \`dateTime\` AS \`dateTime\` - INTERVAL '1' SECOND)
    WITH ('connector' = 'nexmark', 'events.num' = '60000', 'first-event.rate' = '1000', 'next-event.rate' = '1000', 'seed' = '7', 'base-time' = '2026-01-01 00:00:00');
    ${parts('e STRING, auction BIGINT, n BIGINT')}
    INSERT INTO results SELECT CAST(window_end AS STRING), bid.auction, COUNT(*)
    FROM TUMBLE(TABLE nexmark, DESCRIPTOR(\`dateTime\`), INTERVAL '4' SECOND) WHERE event_type = 2 GROUP BY window_start, window_end, bid.auction;`,
  'files to one row in one worker': `SET 'execution.runtime-mode' = 'batch';
    CREATE TABLE src (k INT, v BIGINT) WITH ('connector' = 'filesystem', 'path' = '${inputFiles()}', 'format' = 'csv');
    ${parts('n BIGINT, s BIGINT, d BIGINT')} INSERT INTO results SELECT COUNT(*), SUM(v), COUNT(DISTINCT k) FROM src;`,
  'two sources, of which one is at its end early': `${datagen(300)}
    CREATE TABLE files (k INT, v BIGINT) WITH ('connector' = 'filesystem', 'path' = '${inputFiles()}', 'format' = 'csv');
    SET 'execution.runtime-mode' = 'batch'; ${parts('k INT, n BIGINT, s BIGINT')}
    INSERT INTO results SELECT k, COUNT(*), SUM(v) FROM (SELECT k, v FROM src UNION ALL SELECT k, v FROM files) GROUP BY k;`,
  'two jobs in one, of which one has ended': `SET 'execution.runtime-mode' = 'batch'; ${datagen(200)}
    CREATE TABLE files (k INT, v BIGINT) WITH ('connector' = 'filesystem', 'path' = '${inputFiles()}', 'format' = 'csv');
    ${parts('k INT, v BIGINT')}
    EXECUTE STATEMENT SET BEGIN
    INSERT INTO results SELECT k, COUNT(*) FROM src GROUP BY k;
    INSERT INTO results SELECT 0, COUNT(*) FROM src;
    INSERT INTO results SELECT -1, COUNT(*) FROM files;
    INSERT INTO results SELECT k, v FROM files;
    END;`,
  'sorted rows': `SET 'execution.runtime-mode' = 'batch'; ${datagen(ROWS)} ${parts('v BIGINT')}
    INSERT INTO results SELECT v FROM src WHERE MOD(v, 97) = 0 ORDER BY v DESC LIMIT 100;`,
  'a limit': `SET 'execution.runtime-mode' = 'batch'; ${datagen(ROWS)} ${parts('n BIGINT')}
    INSERT INTO results SELECT COUNT(*) FROM (SELECT v FROM src LIMIT 25000);`,
  'one file to one file': `SET 'execution.runtime-mode' = 'batch';
    CREATE TABLE src (k INT, v BIGINT) WITH ('connector' = 'filesystem', 'path' = '${inputFiles()}/4.csv', 'format' = 'csv');
    CREATE TABLE results (k INT, n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'OUT/part-one.csv', 'format' = 'csv');
    INSERT INTO results SELECT MOD(k, 7), COUNT(DISTINCT v) FROM src GROUP BY MOD(k, 7);`,
  'constant rows': `${parts('v INT')} INSERT INTO results SELECT * FROM (VALUES (1), (2), (3)) AS t (v);`,
};

let outputs = 0;
const fresh = (): string => join(folder, `out-${outputs++}`);

const linesIn = (output: string): string[] =>
  readdirSync(output)
    .flatMap((name) => {
      expect(name).toMatch(/^part-/);
      return readFileSync(join(output, name), 'utf8').split('\n').slice(0, -1);
    })
    .sort();

const undisturbed = new Map<string, string[]>();
async function expectedOf(name: string): Promise<string[]> {
  let lines = undisturbed.get(name);
  if (lines === undefined) {
    const output = fresh();
    await (await runAt(JOBS[name]!.replaceAll('OUT', output), newStore(), 1)).job.done;
    lines = linesIn(output);
    undisturbed.set(name, lines);
  }
  return lines;
}

describe.each(Object.keys(JOBS))('%s', (name) => {
  it.each([
    [2, 1, 2],
    [2, 3, 2],
  ])('is the same where it is stopped and goes on in %i, %i and %i workers', async (...counts) => {
    const expected = await expectedOf(name);
    const output = fresh();
    const sql = JOBS[name]!.replaceAll('OUT', output);
    const store = newStore();
    for (let stage = 0; ; stage++) {
      const run: Run = await runAt(sql, store, counts[stage % counts.length]!);
      if (stage < counts.length) {
        await untilRows(run.job, 4000 * stage);
        await run.job.suspend();
      } else await run.job.done;
      if ((await store.latest(() => undefined))!.finished) break;
    }
    expect(linesIn(output)).toEqual(expected);
  });
});

describe('a job that was killed', () => {
  it.each(['groups of groups', 'windows over a watermark, with distinct values', 'one file to one file'])(
    'goes on in another number of workers with what was on its way: %s',
    async (name) => {
      const expected = await expectedOf(name);
      let settled = 0;
      for (const counts of [
        [2, 1],
        [2, 3],
        [3, 2],
        [3, 1],
      ]) {
        const output = fresh();
        const sql = JOBS[name]!.replaceAll('OUT', output);
        const store = newStore();
        for (const [stage, count] of counts.entries()) {
          const { job, notes } = await runAt(sql, store, count);
          settled += notes.filter((note) => note === `rows were on their way between ${counts[0]} workers: those come first`).length;
          if (stage === 1) {
            await job.done;
            continue;
          }
          await untilRows(job, 8000);
          await job.withCheckpoint(async () => undefined);
          await job.cancel();
        }
        expect(linesIn(output)).toEqual(expected);
      }
      expect(settled).toBeGreaterThan(0);
    },
  );
});
