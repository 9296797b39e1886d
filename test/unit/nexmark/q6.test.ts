import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nexmarkFolder } from '../../sql-runner/files.ts';
import { MillstreamEngine } from '../../sql-runner/millstream-engine.ts';

const read = (file: string): string =>
  readFileSync(join(nexmarkFolder, file), 'utf8').replaceAll('${events}', '5000').replaceAll('${rate}', '1000');

/** The rows that changes come to. */
function tableOf(changes: readonly { readonly op: string; readonly row: string }[]): string[] {
  const counts = new Map<string, number>();
  for (const { op, row } of changes) counts.set(row, (counts.get(row) ?? 0) + (op === '+I' || op === '+U' ? 1 : -1));
  return [...counts].flatMap(([row, count]) => new Array<string>(count).fill(row)).sort();
}

type Winner = readonly [seller: number, id: number, at: string, price: number];

/** The mean, cut towards zero, of each winner with the nine before it of the same seller. */
function means(winners: readonly Winner[]): string[] {
  const inOrder = [...winners].sort(([, a, x], [, b, y]) => (x < y ? -1 : x > y ? 1 : a - b));
  return inOrder
    .map((row, n) => {
      const prices = inOrder
        .filter(([seller], i) => i <= n && seller === row[0])
        .slice(-10)
        .map(([, , , price]) => price);
      return JSON.stringify([...row, Math.trunc(prices.reduce((a, b) => a + b, 0) / prices.length)]);
    })
    .sort();
}

describe('NEXMark q6', () => {
  it('is the mean of the last ten winning prices of each seller, as recomputed of all winners', async () => {
    const engine = await MillstreamEngine.open();
    await engine.execute(read('tables.sql'));
    const text = read('q6.sql');
    const query = text.slice(text.indexOf('INSERT INTO sink') + 'INSERT INTO sink'.length).replace(/;\s*$/, '');
    const got = tableOf((await engine.execute(query)).rows);
    const winners = query.replace(/,\s*AVG\(price\) OVER \([^)]*\)/, '');
    const rows = tableOf((await engine.execute(winners)).rows).map((row) => JSON.parse(row) as Winner);
    await engine.close();
    expect(rows.length).toBeGreaterThan(100);
    expect(got.map((row) => JSON.stringify(JSON.parse(row))).sort()).toEqual(means(rows));
  });
});
