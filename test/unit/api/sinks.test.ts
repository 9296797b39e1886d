import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  avg,
  blackhole,
  collect,
  connector,
  console,
  count,
  filesystem,
  hop,
  minutes,
  print,
  rate,
  SqlError,
  seconds,
  t,
  tumble,
} from '../../../src/index.ts';
import { openUtc, tripSchema, tripsOf } from './trips.ts';

const folder = mkdtempSync(join(tmpdir(), 'millstream-api-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const errorOf = (action: () => unknown): SqlError => {
  try {
    action();
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('to', () => {
  it('writes and reads files', async () => {
    const ms = await openUtc();
    const path = join(folder, 'trips.ndjson');
    const metrics = await tripsOf(ms)
      .to(filesystem({ path, format: 'json' }))
      .run();
    expect(metrics.rowsOut).toBe(4);
    expect(readFileSync(path, 'utf8').split('\n')[0]).toBe(
      '{"id":1,"city":"Paris","fare":12.5,"seats":2,"km":3.5,"paid":true,"ts":"2024-01-01 00:00:10"}',
    );
    const read = ms.from(filesystem({ path, format: 'json', schema: tripSchema }));
    expect(await read.rows()).toEqual(await tripsOf(ms).rows());
  });

  it('matches columns by name; those that the sink has more are NULL', async () => {
    const ms = await openUtc();
    const path = join(folder, 'some.ndjson');
    const sink = filesystem({ path, format: 'json', schema: { city: t.string(), id: t.bigint(), note: t.string() } });
    await tripsOf(ms).select('id', 'city').limit(1).to(sink).run();
    expect(readFileSync(path, 'utf8')).toBe('{"city":"Paris","id":1,"note":null}\n');
  });

  it('writes to a table of the session by name', async () => {
    const printed: string[] = [];
    const ms = await openUtc({ print: (text) => printed.push(text) });
    await ms.sql(`CREATE TABLE p (id BIGINT) WITH ('connector' = 'print')`);
    await tripsOf(ms).select('id').limit(1).to('p').run();
    expect(printed).toEqual(['+I[1]\n']);
  });

  it('takes options by their SQL names, in camelCase and in groups', async () => {
    const ms = await openUtc();
    const delivery = tripsOf(ms)
      .select('id')
      .to(
        connector('filesystem', {
          path: folder,
          format: 'json',
          'json.ignore-parse-errors': true,
          json: { encode: { 'decimal-as-plain-number': true } },
          sinkRollingPolicyCheckInterval: minutes(2),
        }),
      );
    const sql = delivery.toSql();
    expect(sql).toContain("'json.ignore-parse-errors' = 'true'");
    expect(sql).toContain("'json.encode.decimal-as-plain-number' = 'true'");
    expect(sql).toContain("'sink.rolling-policy.check-interval' = '120000 ms'");
    expect(sql).toContain('INSERT INTO filesystem$1 (id)\nSELECT id\nFROM trips;');
  });

  it('names the nearest option for one that there is not', async () => {
    const ms = await openUtc();
    const error = errorOf(() => tripsOf(ms).to(connector('console', { outputmod: 'complete' })));
    expect(error).toMatchObject({ code: 'MS1301', hint: "did you mean 'output-mode'?" });
    expect(error.span).toBeUndefined();
    expect(errorOf(() => tripsOf(ms).to(connector('konsole')))).toMatchObject({ code: 'MS1305', hint: expect.stringContaining('console') });
  });

  it('refuses columns that the sink does not have, and types it does not take', async () => {
    const ms = await openUtc();
    const trips = tripsOf(ms);
    const narrow = filesystem({ path: folder, format: 'json', schema: { id: t.bigint() } });
    // @ts-expect-error: the sink has no column city.
    expect(errorOf(() => trips.select('id', 'city').to(narrow))).toMatchObject({ code: 'MS1103' });
    const texts = filesystem({ path: folder, format: 'json', schema: { id: t.string() } });
    // @ts-expect-error: a BIGINT does not fit in a STRING.
    expect(errorOf(() => trips.select('id').to(texts))).toMatchObject({ code: 'MS1214' });
  });

  it('refuses updates for a sink that cannot take them, and says what to do', async () => {
    const ms = await openUtc();
    const running = ms.from(rate()).select((r) => ({ mean: avg(r.value.cast(t.double())) }));
    const toFile = errorOf(() => running.to(filesystem({ path: folder, format: 'json' })));
    expect(toFile).toMatchObject({ code: 'MS1215', hint: expect.stringContaining('aggregate in a window') });
    const appended = errorOf(() => running.to(console({ outputMode: 'append' })));
    expect(appended).toMatchObject({ code: 'MS1215', message: expect.stringContaining('the query updates its rows') });
    expect(appended.hint).toMatch(/'complete' or 'update'.*watermark/);
    expect(() => running.to(console({ outputMode: 'update' }))).not.toThrow();
    const windowed = ms
      .from(rate())
      .watermark('timestamp', seconds(1))
      .window(tumble(minutes(1)));
    expect(() => windowed.select((r) => ({ mean: avg(r.value) })).to(console())).not.toThrow();
  });

  it('masks secrets where it prints', async () => {
    const ms = await openUtc();
    const error = () => ms.from(connector('rate', { schema: { value: t.bigint() }, rowsPerSecond: 2 })).toSql();
    expect(error()).toContain("'rowsPerSecond' = '2'");
  });
});

describe('run', () => {
  it('runs several deliveries as one job over one scan', async () => {
    const ms = await openUtc();
    const rows = ms.from(rate({ rowsPerSecond: 1_000_000, numberOfRows: 1000 }));
    const odd = collect<{ value: bigint | null }>();
    const counts = collect<{ n: bigint }>();
    const metrics = await ms.run(
      rows
        .where((r) => r.value.mod(2).eq(1))
        .select('value')
        .to(odd),
      rows.select(() => ({ n: count() })).to(counts),
    );
    expect(metrics.rowsIn).toBe(1000);
    expect(odd.rows).toHaveLength(500);
    expect(counts.rows).toEqual([{ n: 1000n }]);
  });

  it('starts a job that can be drained and cancelled', async () => {
    const ms = await openUtc();
    const job = await ms.start(ms.from(rate()).to(blackhole()));
    expect(job.metrics().rowsIn).toBeLessThan(3);
    await job.drain();
    await using other = await ms.from(rate()).to(blackhole()).start();
    expect(other.metrics().rowsOut).toBeLessThan(3);
  });

  it('rejects with what made the job fail', async () => {
    const ms = await openUtc();
    const failing = tripsOf(ms).select((r) => ({ x: r.seats.dividedBy(r.seats.minus(r.seats)) }));
    await expect(failing.to(blackhole()).run()).rejects.toThrow('division by zero');
  });

  it('needs something to run', async () => {
    const ms = await openUtc();
    expect(errorOf(() => ms.run())).toMatchObject({ code: 'MS1205' });
  });
});

describe('windows to a sink', () => {
  it('come when they have passed', async () => {
    const printed: string[] = [];
    const ms = await openUtc({ print: (text) => printed.push(text) });
    const perMinute = tripsOf(ms)
      .window(hop(minutes(2), minutes(1)))
      .select((r) => ({ until: r.window_end, n: count() }));
    await perMinute.to(print({ printIdentifier: 'w' })).run();
    expect(printed.join('').trim().split('\n')).toEqual([
      'w> +I[2024-01-01T00:01, 2]',
      'w> +I[2024-01-01T00:02, 3]',
      'w> +I[2024-01-01T00:03, 1]',
      'w> +I[2024-01-01T00:04, 1]',
      'w> +I[2024-01-01T00:05, 1]',
    ]);
  });
});
