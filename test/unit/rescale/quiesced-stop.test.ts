import { describe, expect, it } from 'vitest';
import type { CheckpointStore } from '../../../src/runtime/checkpoints/checkpoint-store.ts';
import { holdsMessages } from '../../../src/runtime/exchange/saved-messages.ts';
import { newStore } from '../savepoints/support.ts';
import { runAt, untilRows } from './support.ts';

const ROWS = 60_000;

/** A chain of two exchanges, and one to a single worker. */
const SQL = `SET 'execution.runtime-mode' = 'batch';
CREATE TABLE src (k INT, v BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '${ROWS}', 'rows-per-second' = '1000000000',
  'seed' = '4', 'fields.k.min' = '1', 'fields.k.max' = '900', 'fields.v.kind' = 'sequence', 'fields.v.start' = '1', 'fields.v.end' = '1000000000');
CREATE TABLE results (n BIGINT, keys BIGINT, total BIGINT) WITH ('connector' = 'print');
INSERT INTO results SELECT n, COUNT(*), SUM(s) FROM (SELECT k, COUNT(*) AS n, SUM(v) AS s FROM src GROUP BY k) GROUP BY n;`;

const onTheWay = async (store: CheckpointStore): Promise<number> => {
  const { subtasks } = (await store.latest(() => undefined))!;
  return subtasks.flatMap(({ operators }) => operators.filter(({ groups }) => holdsMessages(groups))).length;
};

describe('a job of several workers', () => {
  it.each([2, 3])('that is stopped has nothing on its way between %i workers, and goes on', async (workers) => {
    const { job, printed: expected } = await runAt(SQL, newStore(), 1);
    await job.done;
    const store = newStore();
    const printed: string[] = [];
    let stops = 0;
    for (let rows = 0; ; rows += ROWS / 6) {
      const run = await runAt(SQL, store, workers);
      await untilRows(run.job, rows % 20_000);
      await run.job.suspend();
      printed.push(...run.printed);
      if ((await store.latest(() => undefined))!.finished) break;
      stops++;
      expect(await onTheWay(store)).toBe(0);
    }
    expect(stops).toBeGreaterThan(1);
    expect(printed.sort()).toEqual([...expected].sort());
  });
});
