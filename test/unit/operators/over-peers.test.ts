import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openUtc } from '../api/trips.ts';

const folder = mkdtempSync(join(tmpdir(), 'millstream-over-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('OVER by time with more rows of one time than a batch has', () => {
  it('counts each of them once, and keeps those that the frame reaches back to', async () => {
    const path = join(folder, 'peers.ndjson');
    const line = (i: number): string => `{"id":${i},"at":"2024-01-01 00:00:0${i < 100 ? 1 : 2}"}`;
    writeFileSync(path, Array.from({ length: 10_000 }, (_, i) => line(i)).join('\n'));
    const ms = await openUtc();
    await ms.sql(`CREATE TABLE r (id INT NOT NULL, \`at\` TIMESTAMP(3), WATERMARK FOR \`at\` AS \`at\` - INTERVAL '10' SECOND)
      WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'json')`);
    const window = (seconds: number): string =>
      `OVER (ORDER BY \`at\` RANGE BETWEEN INTERVAL '${seconds}' SECOND PRECEDING AND CURRENT ROW)`;
    const rows = await ms
      .query(`SELECT MIN(a) AS a0, MAX(a) AS a1, MIN(b) AS b0, MAX(b) AS b1, MIN(c) AS c0, MAX(c) AS c1, MIN(d) AS d0, MAX(d) AS d1 FROM (
        SELECT id, COUNT(*) OVER (ORDER BY \`at\`) AS a, COUNT(*) ${window(1)} AS b, SUM(1) ${window(0)} AS c, COUNT(DISTINCT id) ${window(1)} AS d FROM r
      ) WHERE id >= 100`)
      .rows();
    const all = { a0: 10_000n, a1: 10_000n, b0: 10_000n, b1: 10_000n, c0: 9_900, c1: 9_900, d0: 10_000n, d1: 10_000n };
    expect(rows.at(-1)).toEqual(all);
  });
});
