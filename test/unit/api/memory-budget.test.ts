import { describe, expect, it } from 'vitest';
import { open } from '../../../src/api/open.ts';

const KEYS = 120_000;
const SOURCE = `CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '${KEYS * 2}', 'rows-per-second' = '100000000',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '0', 'fields.id.end' = '${KEYS * 2 - 1}')`;
const GROUPS = `SELECT MOD(id * 7919, ${KEYS}) AS k, COUNT(*) AS n, SUM(id) AS total FROM numbers GROUP BY MOD(id * 7919, ${KEYS})`;

async function result(memory: string | undefined, mode: string): Promise<unknown[]> {
  const ms = await open(memory === undefined ? {} : { memory });
  await ms.sql(`SET 'execution.runtime-mode' = '${mode}'; ${SOURCE}`);
  const totals = `SELECT COUNT(*) AS n, SUM(n) AS rows_in, SUM(k) AS k, SUM(total) AS total FROM (${GROUPS})`;
  return ms.query(totals).rows();
}

describe('a job with a budget of memory', () => {
  it.each(['batch', 'streaming'])(
    'gives the same result as without, in %s mode',
    async (mode) => {
      const rows = await result('1 mb', mode);
      expect(rows).toEqual(await result(undefined, mode));
      expect(rows).toHaveLength(1);
    },
    60_000,
  );

  it('says of ORDER BY that it does not keep to it', async () => {
    const notes: string[] = [];
    const ms = await open({ memory: '1 mb', onNote: (text) => notes.push(text) });
    expect(await ms.query('SELECT * FROM (VALUES (2), (1)) AS t(a) ORDER BY a').rows()).toHaveLength(2);
    expect(notes).toEqual(['ORDER BY keeps its rows in memory, whatever its budget']);
  });

  it('is refused for a budget that is none', async () => {
    await expect(open({ memory: 'much' })).rejects.toMatchObject({ code: 'MS1303' });
    const ms = await open({ memory: '0 mb' });
    await ms.sql(SOURCE);
    await expect(ms.query('SELECT COUNT(*) FROM numbers').rows()).rejects.toMatchObject({ code: 'MS1303' });
  });
});
