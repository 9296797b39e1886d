import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addFile, newStore, type RunResult, runScript } from './support.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'changed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tables = (seats = 'INT', options = ''): string => `
CREATE TABLE trips (city STRING, seats ${seats}, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = '${folder}/in', 'format' = 'csv', 'source.monitor-interval' = '20 ms'${options});
CREATE TABLE p (city STRING, n BIGINT) WITH ('connector' = 'print');
CREATE TABLE p3 (city STRING, n BIGINT, total BIGINT) WITH ('connector' = 'print');
CREATE TABLE q (n BIGINT) WITH ('connector' = 'print', 'print-identifier' = 'q');`;

const ROWS = [
  'Paris,1,2026-01-01 00:00:00',
  'Rome,2,2026-01-01 00:00:10',
  'Paris,3,2026-01-01 00:00:20',
  'a city of a long name,4,2026-01-01 00:00:30',
];
const MORE = ['Paris,10,2026-01-01 00:01:00', 'Oslo,20,2026-01-01 00:02:10', 'a city of a long name,30,2026-01-01 00:02:20'];
const COUNT = 'INSERT INTO p SELECT city, COUNT(*) FROM trips GROUP BY city;';

/** Runs one query over ROWS, then another over MORE. */
async function change(before: string, after: string, allowLostState = false): Promise<RunResult> {
  addFile(join(folder, 'in'), '1.csv', ROWS);
  const store = newStore();
  await runScript(before, { store });
  addFile(join(folder, 'in'), '2.csv', MORE);
  return runScript(after, { store, allowLostState });
}

describe('a query that has changed', () => {
  it('keeps state under a projection, and gets the rows to come', async () => {
    const after = 'INSERT INTO p SELECT UPPER(city), n FROM (SELECT city, COUNT(*) AS n FROM trips GROUP BY city);';
    const { printed, notes } = await change(tables() + COUNT, tables() + after);
    expect(printed.filter((line) => !line.startsWith('-U'))).toEqual(['+U[PARIS, 3]', '+I[OSLO, 1]', '+U[A CITY OF A LONG NAME, 2]']);
    expect(notes).toEqual(
      expect.arrayContaining([
        'the query is not the one that the state is of',
        expect.stringMatching(/^ {2}kept {6}source trips$/),
        expect.stringMatching(/^ {2}kept {6}GROUP BY city \(group-city-[0-9a-f]{8}\): 3 rows$/),
      ]),
    );
  });

  it('gets a time to live, and loses it again', async () => {
    const timed = `SET 'table.exec.state.ttl' = '1 h';${tables()}${COUNT}`;
    const expected = ['+U[Paris, 3]', '+I[Oslo, 1]', '+U[a city of a long name, 2]'];
    for (const [before, after] of [
      [tables() + COUNT, timed],
      [timed, tables() + COUNT],
      [timed, timed.replace('1 h', '2 h')],
    ] as const) {
      rmSync(join(folder, 'in'), { recursive: true, force: true });
      const { printed } = await change(before, after);
      expect(printed.filter((line) => !line.startsWith('-U'))).toEqual(expected);
    }
  });

  it('gets another aggregate, which begins with the rows to come', async () => {
    const after = 'INSERT INTO p3 SELECT city, COUNT(*), SUM(seats) FROM trips GROUP BY city;';
    const { printed, notes } = await change(tables() + COUNT, tables() + after);
    expect(printed.filter((line) => !line.startsWith('-U'))).toEqual([
      '+U[Paris, 3, 10]',
      '+I[Oslo, 1, 20]',
      '+U[a city of a long name, 2, 30]',
    ]);
    expect(notes.join('\n')).toMatch(/migrated {2}GROUP BY city \(\S+\): 3 rows; SUM\(seats\) is added: it begins with the rows to come/);
  });

  it('loses an aggregate, and gets one of DISTINCT values', async () => {
    const before = 'INSERT INTO p3 SELECT city, COUNT(*), MAX(seats) FROM trips GROUP BY city;';
    const after = 'INSERT INTO p3 SELECT city, COUNT(*), COUNT(DISTINCT seats) FROM trips GROUP BY city;';
    const { printed, notes } = await change(tables() + before, tables() + after);
    expect(printed.filter((line) => !line.startsWith('-U'))).toEqual([
      '+U[Paris, 3, 1]',
      '+I[Oslo, 1, 1]',
      '+U[a city of a long name, 2, 1]',
    ]);
    expect(notes.join('\n')).toMatch(/COUNT\(DISTINCT seats\) is added.*; MAX\(seats\) is dropped/);
  });

  it('gets a filter over values that it knows', async () => {
    addFile(join(folder, 'in'), '1.csv', ROWS);
    const store = newStore();
    await runScript(`${tables()}INSERT INTO p SELECT city, COUNT(DISTINCT seats) FROM trips GROUP BY city;`, { store });
    addFile(join(folder, 'in'), '2.csv', [...ROWS, ...MORE]);
    const after =
      'INSERT INTO p3 SELECT city, COUNT(DISTINCT seats), COUNT(DISTINCT seats) FILTER (WHERE seats > 2) FROM trips GROUP BY city;';
    const { printed } = await runScript(tables() + after, { store });
    expect(new Set(printed.filter((line) => !line.startsWith('-U')))).toEqual(
      new Set(['+U[Paris, 3, 2]', '+I[Oslo, 1, 1]', '+U[a city of a long name, 2, 2]']),
    );
  });

  it('takes wider numbers, as keys and as values', async () => {
    const query = 'INSERT INTO p3 SELECT MAX(city), SUM(seats), seats FROM trips GROUP BY seats;';
    addFile(join(folder, 'in'), '1.csv', ROWS);
    const store = newStore();
    await runScript(tables('INT') + query, { store });
    addFile(join(folder, 'in'), '2.csv', ROWS);
    const { printed, notes } = await runScript(tables('BIGINT') + query, { store });
    expect(printed.filter((line) => !line.startsWith('-U'))).toEqual([
      '+U[Paris, 2, 1]',
      '+U[Rome, 4, 2]',
      '+U[Paris, 6, 3]',
      '+U[a city of a long name, 8, 4]',
    ]);
    expect(notes.join('\n')).toMatch(/migrated.*seats INT becomes BIGINT/);
  });

  it('gets another INSERT beside', async () => {
    const both = `EXECUTE STATEMENT SET BEGIN INSERT INTO q SELECT COUNT(*) FROM trips WHERE seats > 5; ${COUNT} END;`;
    const { printed, notes } = await change(`${tables()}EXECUTE STATEMENT SET BEGIN ${COUNT} END;`, tables() + both);
    expect(printed.filter((line) => !line.includes('-U')).sort()).toEqual(
      ['+I[Oslo, 1]', '+U[Paris, 3]', '+U[a city of a long name, 2]', 'q> +I[3]'].sort(),
    );
    expect(notes.join('\n')).toMatch(/new {7}aggregate of all rows \(\S+\): it begins empty, with the rows to come/);
    expect(notes.join('\n')).toMatch(/new {7}sink q/);
  });

  it('keeps its windows and their time', async () => {
    const window = (select: string, into = 'p') =>
      `INSERT INTO ${into} SELECT city, ${select} FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end, city;`;
    const { printed } = await change(tables() + window('COUNT(*)'), tables() + window('COUNT(*), SUM(seats)', 'p3'));
    expect(printed.sort()).toEqual(
      ['+I[Paris, 2, null]', '+I[Rome, 1, null]', '+I[a city of a long name, 1, null]', '+I[Paris, 1, 10]'].sort(),
    );
  });

  it.each([
    [
      'another key',
      (t: string) => `${t}INSERT INTO p SELECT UPPER(city), COUNT(*) FROM trips GROUP BY UPPER(city);`,
      /lost {6}GROUP BY city \(\S+\): \d rows; the query does not have it/,
    ],
    [
      'other rows',
      (t: string) => `${t}INSERT INTO p SELECT city, COUNT(*) FROM trips WHERE seats > 1 GROUP BY city;`,
      /lost {6}GROUP BY city/,
    ],
    [
      'another source',
      (t: string) => t.replace(`/in'`, `/other'`) + COUNT,
      /lost {6}source trips: its position, because 'path' = '.*in' is now 'path' = '.*other'/,
    ],
  ])('that would lose state by %s is refused unless that is allowed', async (_, changed, lost) => {
    addFile(join(folder, 'other'), '1.csv', MORE);
    await expect(change(tables() + COUNT, changed(tables()))).rejects.toMatchObject({
      code: 'MS4008',
      detail: expect.stringMatching(lost),
      hint: expect.stringContaining('--allow-lost-state'),
    });
    const { notes } = await change(tables() + COUNT, changed(tables()), true);
    expect(notes.join('\n')).toMatch(lost);
  });

  it('does not begin an aggregate with the rows to come where they may be taken back', async () => {
    const nested = (select: string) =>
      `INSERT INTO ${select.includes(',') ? 'p3' : 'q'} SELECT ${select} FROM (SELECT city, COUNT(*) AS n FROM trips GROUP BY city) GROUP BY n;`;
    const before = nested('COUNT(*)');
    const after = nested("'', COUNT(*), SUM(n)");
    await expect(change(tables() + before, tables() + after)).rejects.toMatchObject({
      code: 'MS4008',
      detail: expect.stringContaining('may be taken back'),
    });
  });

  it('is read anew where its file is read in another way only', async () => {
    const { notes } = await change(tables() + COUNT, tables('INT', ", 'csv.ignore-parse-errors' = 'true'") + COUNT);
    expect(notes.join('\n')).not.toContain('lost');
  });
});
