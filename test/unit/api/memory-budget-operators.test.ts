import { describe, expect, it } from 'vitest';
import { open } from '../../../src/api/open.ts';

const ROWS = 24_000;
const SOURCE = `CREATE TABLE numbers (id BIGINT, ts AS TO_TIMESTAMP_LTZ(id * 10, 3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'datagen', 'number-of-rows' = '${ROWS}', 'rows-per-second' = '100000000',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '0', 'fields.id.end' = '${ROWS - 1}')`;
const KEY = 'MOD(id * 7919, 9001)';
const TEXT = `CONCAT('some text for the number ', CAST(MOD(id * 31, 5003) AS STRING))`;
const windowed = (kind: string, sizes: string, select: string): string =>
  `SELECT window_start, ${select} FROM ${kind}(TABLE numbers, DESCRIPTOR(ts), ${sizes}) GROUP BY window_start, window_end, ${KEY}`;

const QUERIES: readonly (readonly [string, string])[] = [
  ['COUNT(DISTINCT) of many values', `SELECT MOD(id, 7) AS k, COUNT(DISTINCT MOD(id * 7919, 20011)) AS n FROM numbers GROUP BY MOD(id, 7)`],
  ['COUNT(DISTINCT) of texts', `SELECT MOD(id, 3) AS k, COUNT(DISTINCT ${TEXT}) AS n, COUNT(*) AS c FROM numbers GROUP BY MOD(id, 3)`],
  ['MIN and MAX of texts', `SELECT ${KEY} AS k, MIN(${TEXT}) AS a, MAX(${TEXT}) AS z FROM numbers GROUP BY ${KEY}`],
  ['groups by texts', `SELECT ${TEXT} AS t, COUNT(*) AS n FROM numbers GROUP BY ${TEXT}`],
  ['a TUMBLE', windowed('TUMBLE', `INTERVAL '1' MINUTE`, `${KEY} AS k, COUNT(*) AS n, MAX(${TEXT}) AS z`)],
  ['a HOP', windowed('HOP', `INTERVAL '1' MINUTE, INTERVAL '3' MINUTE`, `${KEY} AS k, COUNT(*) AS n, MIN(${TEXT}) AS a`)],
  ['DISTINCT in a HOP', windowed('HOP', `INTERVAL '1' MINUTE, INTERVAL '3' MINUTE`, `${KEY} AS k, COUNT(DISTINCT MOD(id, 13)) AS n`)],
  [
    'DISTINCT in a CUMULATE',
    windowed('CUMULATE', `INTERVAL '1' MINUTE, INTERVAL '3' MINUTE`, `${KEY} AS k, COUNT(DISTINCT MOD(id, 13)) AS n`),
  ],
  ['a CUMULATE', windowed('CUMULATE', `INTERVAL '1' MINUTE, INTERVAL '3' MINUTE`, `${KEY} AS k, COUNT(*) AS n, MIN(${TEXT}) AS a`)],
  ['DISTINCT in a TUMBLE', windowed('TUMBLE', `INTERVAL '5' MINUTE`, `${KEY} AS k, COUNT(DISTINCT ${TEXT}) AS n`)],
];

async function rows(query: string, memory: string | undefined, mode: string): Promise<string[]> {
  const ms = await open(memory === undefined ? {} : { memory });
  await ms.sql(`SET 'execution.runtime-mode' = '${mode}'; ${SOURCE}`);
  const result = (await ms.query(query).rows()).map((row) =>
    JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
  );
  await ms.close();
  return result.sort();
}

describe.each(['batch', 'streaming'])('with a budget of memory that is much too small, in %s mode', (mode) => {
  it.each(QUERIES)(
    '%s gives the same rows as without',
    async (_, query) => {
      const expected = await rows(query, undefined, mode);
      expect(expected.length).toBeGreaterThan(2);
      expect(await rows(query, '100 kb', mode)).toEqual(expected);
    },
    60_000,
  );
});
