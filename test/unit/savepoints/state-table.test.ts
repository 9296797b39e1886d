import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decimal, type Job, type Millstream, open, seconds } from '../../../src/index.ts';
import { addFile } from './support.ts';

let folder = '';
let ms: Millstream;
let job: Job;
let savepoint = '';

const ROWS = ['Paris,1,2.50', 'Rome,2,3.25', 'Paris,3,4.00', 'a city of a long name,,-1.00', ',5,'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'state-table-'));
  addFile(join(folder, 'in'), '1.csv', ROWS);
  ms = await open({ dir: join(folder, 'st'), checkpoint: seconds(100), print: () => undefined });
  await ms.sql(`CREATE TABLE trips (city STRING, seats INT, fare DECIMAL(10, 2)) WITH ('connector' = 'filesystem', 'path' = '${folder}/in', 'format' = 'csv', 'csv.null-literal' = '', 'source.monitor-interval' = '20 ms');
CREATE TABLE p (city STRING, n BIGINT, total DECIMAL(38, 2), seats INT, different BIGINT) WITH ('connector' = 'blackhole')`);
  [job] = (await ms.sql('INSERT INTO p SELECT city, COUNT(*), SUM(fare), MAX(seats), COUNT(DISTINCT seats) FROM trips GROUP BY city')) as [
    Job,
  ];
  while (job.metrics().rowsOut === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  savepoint = await job.savepoint(join(folder, 'points'));
});
afterAll(async () => {
  await ms.close();
  rmSync(folder, { recursive: true, force: true });
});

const pathOf = (what: string): string =>
  ({
    folder: join(folder, 'st'),
    savepoint,
    job: join(savepoint, 'job-1'),
    manifest: join(savepoint, 'job-1', readdirSync(join(savepoint, 'job-1')).find((name) => name.endsWith('.json'))!),
  })[what]!;

describe('a table of state', () => {
  it.each(['folder', 'savepoint', 'job', 'manifest'])(
    'is read out of a %s, with names and types of its own, while the job runs',
    async (what) => {
      await ms.sql(`CREATE TABLE st_${what} WITH ('connector' = 'state', 'path' = '${pathOf(what)}')`);
      const rows = await ms.query(`SELECT * FROM st_${what} ORDER BY city`).rows();
      expect(rows).toEqual([
        {
          city: null,
          'COUNT(*)': 1n,
          'SUM(fare)': Decimal.from('0.00'),
          'SUM(fare)$count': 0,
          'MAX(seats)': 5,
          'MAX(seats)$count': 1,
          'COUNT(DISTINCT seats)': 1n,
        },
        {
          city: 'Paris',
          'COUNT(*)': 2n,
          'SUM(fare)': Decimal.from('6.50'),
          'SUM(fare)$count': 1,
          'MAX(seats)': 3,
          'MAX(seats)$count': 1,
          'COUNT(DISTINCT seats)': 2n,
        },
        {
          city: 'Rome',
          'COUNT(*)': 1n,
          'SUM(fare)': Decimal.from('3.25'),
          'SUM(fare)$count': 1,
          'MAX(seats)': 2,
          'MAX(seats)$count': 1,
          'COUNT(DISTINCT seats)': 1n,
        },
        {
          city: 'a city of a long name',
          'COUNT(*)': 1n,
          'SUM(fare)': Decimal.from('-1.00'),
          'SUM(fare)$count': 1,
          'MAX(seats)': 0,
          'MAX(seats)$count': 0,
          'COUNT(DISTINCT seats)': 0n,
        },
      ]);
    },
  );

  it('may be a smaller one, with columns declared', async () => {
    await ms.sql(
      `CREATE TABLE seen (seats INT, city STRING) WITH ('connector' = 'state', 'path' = '${savepoint}', 'state' = 'distinct-0')`,
    );
    expect(await ms.query('SELECT seats, city FROM seen ORDER BY seats').rows()).toEqual([
      { seats: 1, city: 'Paris' },
      { seats: 2, city: 'Rome' },
      { seats: 3, city: 'Paris' },
      { seats: 5, city: null },
    ]);
  });

  it.each([
    ["'path' = 'nowhere'", 'MS4024', /nowhere holds no checkpoint/],
    ["'operator' = 'group'", 'MS4024', /there is no operator group/],
    ["'state' = 'distinct-1'", 'MS4024', /there is no state distinct-1/],
    ["'job' = 'job-7'", 'MS4024', /there is no job job-7/],
  ])('%s is refused', async (options, code, message) => {
    const all = options.includes('path') ? options : `'path' = '${savepoint}', ${options}`;
    await expect(ms.sql(`CREATE TABLE wrong WITH ('connector' = 'state', ${all})`)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['town STRING', /the state has no column 'town'/],
    ['city INT', /column 'city' of wrong_\d must be (VARCHAR|STRING)/],
  ])('with a column %s is refused', async (column, message) => {
    const name = column.startsWith('town') ? 'wrong_1' : 'wrong_2';
    await ms.sql(`CREATE TABLE ${name} (${column}) WITH ('connector' = 'state', 'path' = '${savepoint}')`);
    await expect(ms.query(`SELECT * FROM ${name}`).rows()).rejects.toMatchObject({
      code: 'MS3001',
      message: expect.stringMatching(message),
    });
  });
});
