import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { open } from '../../../src/api/open.ts';

const folder = mkdtempSync(join(tmpdir(), 'stream-example-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const flights = readFileSync(new URL('../../../examples/data/flights.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { readonly origin: string; readonly delay: number });

it('the stream without a broker gives what the flights come to', async () => {
  const text = readFileSync(new URL('../../../examples/stream.sql', import.meta.url), 'utf8').replaceAll("'logs'", `'${folder}/logs'`);
  const at = text.lastIndexOf('SELECT');
  const ms = await open();
  await ms.sql(text.slice(0, at));
  const rows = await ms.query<{ origin: string; flights: bigint; worst_delay: number }>(text.slice(at)).rows();
  await ms.close();
  const counts = new Map<string, { n: number; worst: number }>();
  for (const { origin, delay } of flights) {
    const { n, worst } = counts.get(origin) ?? { n: 0, worst: Number.NEGATIVE_INFINITY };
    counts.set(origin, { n: n + 1, worst: Math.max(worst, delay) });
  }
  const expected = [...counts].sort(([a, { n }], [b, { n: m }]) => m - n || (a < b ? -1 : 1)).slice(0, 5);
  expect(rows.map((row) => [row.origin, Number(row.flights), row.worst_delay])).toEqual(
    expected.map(([origin, { n, worst }]) => [origin, n, worst]),
  );
});
