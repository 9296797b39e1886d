import { expect, it } from 'vitest';
import { newStore } from '../savepoints/support.ts';
import { runAt } from './support.ts';

const SQL = `CREATE TABLE src (k INT, v BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '2000', 'rows-per-second' = '1000000',
  'fields.k.min' = '1', 'fields.k.max' = '9', 'fields.v.kind' = 'sequence', 'fields.v.start' = '1', 'fields.v.end' = '1000000000');
CREATE TABLE results (k INT, n BIGINT) WITH ('connector' = 'print');
INSERT INTO results SELECT k, COUNT(*) FROM src GROUP BY k;`;

it('a job of two workers that had finished stays finished', { timeout: 5000 }, async () => {
  const store = newStore();
  const first = await runAt(SQL, store, 2);
  await first.job.done;
  const again = await runAt(SQL, store, 2);
  await again.job.done;
  expect(again.printed).toEqual([]);
});
