import { describe, expect, it } from 'vitest';
import { readHeader } from '../../../src/state/memory/group-bytes.ts';
import { rowLayout } from '../../../src/state/memory/row-layout.ts';
import { checkpointOf, describeScript } from './support.ts';

const TRIPS = `CREATE TABLE trips (id BIGINT, city STRING, fare DECIMAL(10, 2), seats INT, paid BOOLEAN, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
WITH ('connector' = 'datagen', 'number-of-rows' = '1000', 'fields.city.length' = '1', 'rows-per-second' = '20000');
CREATE TABLE a (city STRING, n BIGINT) WITH ('connector' = 'blackhole');
CREATE TABLE b (city STRING, n BIGINT, m INT) WITH ('connector' = 'blackhole');`;
const COUNT = 'INSERT INTO a SELECT city, COUNT(*) FROM trips GROUP BY city';

const idsOf = async (inserts: string): Promise<string[]> => (await describeScript(TRIPS + inserts)).operators.map(({ id }) => id);
const groupsOf = async (inserts: string): Promise<string[]> =>
  (await idsOf(inserts)).filter((id) => id.startsWith('group') || id.startsWith('window'));

describe('the id of an operator', () => {
  it('says what it is', async () => {
    expect(await idsOf(COUNT)).toEqual([
      'source-trips',
      expect.stringMatching(/^watermark-ts-[0-9a-f]{8}$/),
      expect.stringMatching(/^calc-[0-9a-f]{8}$/),
      expect.stringMatching(/^group-city-[0-9a-f]{8}$/),
      expect.stringMatching(/^calc-[0-9a-f]{8}$/),
      'sink-a',
    ]);
  });

  it.each([
    ['an aggregate is added', 'INSERT INTO b SELECT city, COUNT(*), MAX(seats) FROM trips GROUP BY city'],
    ['a projection is put above', 'INSERT INTO a SELECT UPPER(city), n + 1 FROM (SELECT city, COUNT(*) AS n FROM trips GROUP BY city)'],
    ['a column has another name', 'INSERT INTO a SELECT town, COUNT(*) FROM (SELECT city AS town FROM trips) GROUP BY town'],
    ['groups are filtered afterwards', 'INSERT INTO a SELECT city, COUNT(*) FROM trips GROUP BY city HAVING COUNT(*) > 3'],
  ])('stays the same when %s', async (_, changed) => {
    expect(await groupsOf(changed)).toEqual(await groupsOf(COUNT));
  });

  it.each([
    ['the key', 'INSERT INTO a SELECT UPPER(city), COUNT(*) FROM trips GROUP BY UPPER(city)'],
    ['the rows', 'INSERT INTO a SELECT city, COUNT(*) FROM trips WHERE seats > 1 GROUP BY city'],
    [
      'the window',
      "INSERT INTO a SELECT city, COUNT(*) FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end, city",
    ],
  ])('is another when %s are others', async (_, changed) => {
    const [now] = await groupsOf(changed);
    expect([now]).not.toEqual(await groupsOf(COUNT));
  });

  it('stays the same when unrelated INSERTs come before and after', async () => {
    const [count] = await groupsOf(COUNT);
    const set = `EXECUTE STATEMENT SET BEGIN INSERT INTO b SELECT city, MIN(id), 1 FROM trips WHERE paid GROUP BY city; ${COUNT};
INSERT INTO b SELECT city, id, seats FROM trips; END`;
    const ids = await idsOf(set);
    expect(ids).toContain(count);
    expect(ids).toEqual(expect.arrayContaining(['sink-a', 'sink-b', 'sink-b.2']));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is told apart from equal ones', async () => {
    const window = (sink: string) =>
      `INSERT INTO ${sink} SELECT city, COUNT(*) FROM HOP(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '3' MINUTE) GROUP BY window_start, window_end, city;`;
    const ids = await idsOf(`EXECUTE STATEMENT SET BEGIN ${window('a')} ${window('a')} END`);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

const LAYOUTS = [
  'INSERT INTO b SELECT city, SUM(seats), COUNT(DISTINCT seats) FROM trips GROUP BY city',
  'INSERT INTO b SELECT MAX(city), AVG(seats), 1 FROM trips',
  'INSERT INTO b SELECT city, MAX(n), MIN(n) FROM (SELECT id, city, SUM(seats) AS n FROM trips GROUP BY id, city) GROUP BY city',
  'INSERT INTO b SELECT city, COUNT(n), COUNT(DISTINCT city) FILTER (WHERE n > 1) FROM (SELECT city, seats, COUNT(*) AS n FROM trips GROUP BY city, seats) GROUP BY city',
  "INSERT INTO b SELECT city, SUM(id), COUNT(DISTINCT seats) FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' HOUR) GROUP BY window_start, window_end, city",
  "INSERT INTO a SELECT MIN(city), AVG(id) FROM HOP(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' HOUR, INTERVAL '3' HOUR) GROUP BY window_start, window_end",
  "INSERT INTO a SELECT city, COUNT(*) FROM SESSION(TABLE trips PARTITION BY city, DESCRIPTOR(ts), INTERVAL '1' HOUR) GROUP BY city, window_start, window_end",
  "INSERT INTO a SELECT x.city, y.id FROM trips AS x LEFT JOIN trips AS y ON x.city = y.city AND x.ts BETWEEN y.ts AND y.ts + INTERVAL '1' HOUR",
  'CREATE TEMPORARY VIEW newest AS SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY city ORDER BY ts DESC) AS n FROM trips) WHERE n = 1; INSERT INTO a SELECT x.city, y.id FROM trips AS x LEFT JOIN newest FOR SYSTEM_TIME AS OF x.ts AS y ON x.city = y.city',
  'INSERT INTO a SELECT x.city, y.id FROM trips AS x LEFT JOIN trips AS y ON x.city = y.city AND x.id = y.seats',
  'INSERT INTO a SELECT x.city, y.n FROM trips AS x FULL JOIN (SELECT city, COUNT(*) AS n FROM trips GROUP BY city) AS y ON x.city = y.city AND x.id < y.n',
  'INSERT INTO a SELECT x.city, y.n FROM trips AS x JOIN (SELECT city, seats, COUNT(*) AS n FROM trips GROUP BY city, seats) AS y ON x.id = y.n',
  "INSERT INTO a SELECT x.city, y.id FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' HOUR) AS x RIGHT JOIN TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' HOUR) AS y ON x.city = y.city AND x.window_start = y.window_start AND x.window_end = y.window_end",
  'INSERT INTO a SELECT city, id FROM trips AS x WHERE id NOT IN (SELECT seats FROM trips AS y WHERE y.city IS NOT DISTINCT FROM x.city)',
  'INSERT INTO a SELECT city, (SELECT id FROM trips AS y WHERE y.seats = x.seats) FROM trips AS x',
  'INSERT INTO b SELECT city, id, seats FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY city, paid ORDER BY fare DESC) AS place FROM trips) WHERE place <= 3',
];

/** With a time to live, too. */
const TIMED = LAYOUTS.slice(0, 3).map((insert) => `SET 'table.exec.state.ttl' = '1 h'; ${insert}`);

describe('what a checkpoint says of its tables', () => {
  it.each([...LAYOUTS, ...TIMED])('is what their bytes hold: %s', async (insert) => {
    const checkpoint = await checkpointOf(TRIPS.replace("'number-of-rows' = '1000', ", '') + insert);
    const groups = checkpoint.subtasks
      .flatMap((subtask) => subtask.operators)
      .flatMap(({ id, groups }) => groups.map((group) => ({ id, ...group })));
    expect(groups.length).toBeGreaterThan(0);
    for (const { id, name, bytes } of groups) {
      const { keys, slots, groupKeys } = checkpoint.plan.operators
        .find((operator) => operator.id === id)!
        .states.find((state) => state.name === name)!;
      const layout = rowLayout({
        keyTypes: keys.map(({ type }) => type),
        slots: slots.map(({ slot }) => slot),
        ...(groupKeys && { groupKeys }),
      });
      expect(readHeader(bytes).header.description).toBe(layout.description);
    }
  });
});
