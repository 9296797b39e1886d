import { afterEach, describe, expect, it } from 'vitest';
import { type Millstream, open } from '../../../src/index.ts';

let opened: Millstream | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function session(parallelism: number): Promise<Millstream> {
  opened = await open({ module: import.meta.url, parallelism });
  const names = { letters: 'letters', product: 'product', slowly: 'slowly', classes: 'classes' };
  for (const [name, exported] of Object.entries(names)) await opened.sql(`CREATE FUNCTION ${name} AS './modules/kinds.ts#${exported}'`);
  const sequence = "'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '500'";
  await opened.sql(`CREATE TABLE g (id INT) WITH ('connector' = 'datagen', ${sequence}, 'number-of-rows' = '500')`);
  return opened;
}

const sorted = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();

describe.each([1, 2])('functions of modules with %i workers', (parallelism) => {
  it('make rows', async () => {
    const ms = await session(parallelism);
    const rows = await ms
      .query(
        'SELECT letter, COUNT(*) AS n FROM (SELECT id % 7 AS k FROM g), LATERAL TABLE(letters(CAST(k * 11 AS STRING))) GROUP BY letter',
      )
      .rows();
    const expected = new Map<string, number>();
    for (let id = 1; id <= 500; id++) for (const letter of String((id % 7) * 11)) expected.set(letter, (expected.get(letter) ?? 0) + 1);
    expect(sorted(rows)).toEqual(sorted([...expected].map(([letter, n]) => ({ letter, n }))));
  });

  it('aggregate', async () => {
    const ms = await session(parallelism);
    const rows = await ms.query('SELECT id % 100 AS k, product(CAST(id % 3 + 1 AS BIGINT)) AS p FROM g GROUP BY id % 100').rows();
    const expected = Array.from({ length: 100 }, (_, k) => {
      let p = 1;
      for (let id = 1; id <= 500; id++) if (id % 100 === k) p *= (id % 3) + 1;
      return { k, p };
    });
    expect(sorted(rows)).toEqual(sorted(expected));
  });

  it('are awaited', async () => {
    const ms = await session(parallelism);
    const rows = await ms.query('SELECT k, MAX(slowly(k)) AS s, COUNT(*) AS n FROM (SELECT id % 50 AS k FROM g) GROUP BY k').rows();
    expect(sorted(rows)).toEqual(sorted(Array.from({ length: 50 }, (_, k) => ({ k, s: `<${k}>`, n: 10 }))));
  });

  it('get values of the classes that they know', async () => {
    const ms = await session(parallelism);
    const rows = await ms.query("SELECT classes(1.50, TIMESTAMP '2020-01-02 03:04:05.678') AS c FROM g WHERE id < 3").rows();
    expect(rows).toEqual([1, 2].map(() => ({ c: 'true true 2.50 2020-01-02 03:04:05.678' })));
  });
});
