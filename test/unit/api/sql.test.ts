import { describe, expect, it } from 'vitest';
import { count, Decimal, days, LocalDate, rate, SqlError, sqlName, Timestamp, type TimestampLtz } from '../../../src/index.ts';
import { openUtc, tripsOf } from './trips.ts';

const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
  } catch (error) {
    if (error instanceof SqlError) return error.code;
    throw error;
  }
  return undefined;
};

describe('sql', () => {
  it('runs statements in order, each bounded INSERT to its end', async () => {
    const printed: string[] = [];
    const ms = await openUtc({ print: (text) => printed.push(text) });
    const jobs = await ms.sql(`
      CREATE TABLE p (n INT) WITH ('connector' = 'print');
      INSERT INTO p VALUES (1);
      INSERT INTO p VALUES (2)`);
    expect(jobs).toEqual([]);
    expect(printed.join('')).toBe('+I[1]\n+I[2]\n');
  });

  it('returns the jobs of INSERTs without end, which close() ends', async () => {
    const ms = await openUtc();
    const jobs = await ms.sql(`
      CREATE TABLE r WITH ('connector' = 'rate'); CREATE TABLE b (n BIGINT) WITH ('connector' = 'blackhole');
      INSERT INTO b SELECT \`value\` FROM r`);
    expect(jobs).toHaveLength(1);
    expect(jobs[0]!.metrics().rowsOut).toBeLessThan(3);
    await ms.close();
    await expect(jobs[0]!.done).resolves.toBeUndefined();
  });

  it('refuses a statement with rows before anything runs', async () => {
    const ms = await openUtc();
    await expect(ms.sql('CREATE VIEW v AS SELECT 1 AS a; SELECT * FROM v')).rejects.toThrow(expect.objectContaining({ code: 'MS1205' }));
    expect(await ms.query('SHOW TABLES').rows()).toEqual([]);
  });

  it('shows the place of a mistake in the text', async () => {
    const ms = await openUtc();
    const failure = ms.sql('CREATE VIEW v AS SELECT 1 AS a;\nCREATE VIEW w AS SELECT b FROM v');
    await expect(failure).rejects.toThrow(
      expect.objectContaining({ code: 'MS1103', span: expect.objectContaining({ line: 2, column: 25 }) }),
    );
  });

  it('notes settings without effect, and refuses unknown ones', async () => {
    const notes: string[] = [];
    const ms = await openUtc({ onNote: (text) => notes.push(text) });
    await ms.sql(`SET 'state.backend.type' = 'hashmap'`);
    expect(notes).toHaveLength(1);
    await expect(openUtc({ settings: { 'pipeline.nam': 'x' } })).rejects.toThrow(expect.objectContaining({ code: 'MS1301' }));
  });
});

describe('query', () => {
  it('gives the rows of a query in exact values', async () => {
    const ms = await openUtc();
    const rows = await ms.query<{ a: number; b: string }>(`SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS t(a, b)`).rows();
    expect(rows).toEqual([
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ]);
  });

  it('gives the rows of SHOW, DESCRIBE and EXPLAIN', async () => {
    const ms = await openUtc();
    await ms.sql('CREATE VIEW v AS SELECT 1 AS a');
    expect(await ms.query('SHOW VIEWS').rows()).toEqual([{ 'view name': 'v' }]);
    expect(await ms.query('DESCRIBE v').rows()).toEqual([expect.objectContaining({ name: 'a', type: 'INT', null: false })]);
    const [explained] = await ms.query<{ result: string }>('EXPLAIN SELECT * FROM v').rows();
    expect(explained!.result).toContain('== Optimized Plan ==');
  });

  it('refuses at the call what cannot run: grammar, names, several statements, none, statements without rows', async () => {
    const ms = await openUtc();
    expect(codeOf(() => ms.query('SELEC 1'))).toBe('MS1001');
    expect(codeOf(() => ms.query('SELECT * FROM nowhere'))).toBe('MS1101');
    expect(codeOf(() => ms.query('SELECT 1; SELECT 2'))).toBe('MS1001');
    expect(codeOf(() => ms.query(' ; '))).toBe('MS1001');
    expect(codeOf(() => ms.query('CREATE VIEW v AS SELECT 1 AS a'))).toBe('MS1205');
  });

  it('explains itself and prints itself', async () => {
    const ms = await openUtc();
    const query = ms.query('select 1 as a');
    expect(query.explain({ code: false })).toContain('Values(rows=[1]');
    expect(query.toSql()).toBe('SELECT 1 AS a;');
    expect(codeOf(() => ms.query('SELECT COUNT(*) FROM (VALUES (1)) AS t(x)').explain())).toBeUndefined();
  });
});

describe('values in templates', () => {
  it('are constants of their types', async () => {
    const ms = await openUtc();
    const values = ms.query`SELECT ${1} AS i, ${-5} AS minus_, ${2 ** 40} AS b, ${1.5} AS d, ${10n} AS n, ${"it's"} AS s, ${true} AS t, CAST(${null} AS INT) AS nothing,
      ${Decimal.from('1.10')} AS amount, ${LocalDate.from('2024-02-29')} AS on_, ${Timestamp.from('2024-02-29 10:00:00.123')} AS ts, ${Uint8Array.of(1, 255)} AS raw_`;
    expect(await values.first()).toEqual({
      i: 1,
      minus_: -5,
      b: 2n ** 40n,
      d: 1.5,
      n: 10,
      s: "it's",
      t: true,
      nothing: null,
      amount: Decimal.from('1.10'),
      on_: LocalDate.from('2024-02-29'),
      ts: Timestamp.from('2024-02-29 10:00:00.123'),
      raw_: Uint8Array.of(1, 255),
    });
  });

  it('are instants whatever the time zone', async () => {
    const ms = await openUtc({ settings: { 'table.local-time-zone': 'Asia/Tokyo' } });
    const date = new Date('2024-02-29T10:00:00.123Z');
    const row = await ms.query<{ moment: TimestampLtz }>`SELECT ${date} AS moment`.first();
    expect(row!.moment.epochMs).toBe(date.getTime());
  });

  it('stand in conditions, LIMIT, options and settings', async () => {
    const ms = await openUtc();
    ms.register('trips', tripsOf(ms));
    expect(
      await ms.query`SELECT id FROM trips WHERE city = ${'Paris'} AND ts > TIMESTAMP '2024-01-02 00:00:00' - ${days(1)} LIMIT ${1}`.rows(),
    ).toEqual([{ id: 1n }]);
    const rowsPerSecond = '7';
    await ms.sql`CREATE TABLE ticks WITH ('connector' = 'rate', 'rowsPerSecond' = ${rowsPerSecond})`;
    await ms.sql`SET 'pipeline.name' = ${'my job'}`;
    expect(await ms.query('SET').rows()).toContainEqual({ key: 'pipeline.name', value: 'my job' });
    expect(JSON.stringify(await ms.query('SHOW CREATE TABLE ticks').rows())).toContain("'rowsPerSecond' = '7'");
  });

  it('are names with sqlName, and pipelines as tables', async () => {
    const ms = await openUtc();
    const trips = tripsOf(ms);
    await ms.sql`CREATE VIEW ${sqlName('odd `name`')} AS SELECT city FROM ${trips}`;
    expect(await ms.query`SELECT COUNT(${sqlName('city')}) AS n FROM ${sqlName('odd `name`')}`.rows()).toEqual([{ n: 3n }]);
    const counts = trips.groupBy('city').select((r) => ({ city: r.city, n: count() }));
    expect(await ms.query`SELECT SUM(n) AS n FROM ${counts}`.rows()).toEqual([{ n: 4n }]);
  });

  it.each<[string, (ms: Awaited<ReturnType<typeof openUtc>>, value: string) => unknown]>([
    ['inside quotes', (ms, value) => ms.query`SELECT '${value}' AS a`],
    ['inside quotes with more', (ms, value) => ms.query`SELECT 'x ${value} y' AS a`],
    ['inside a quoted name', (ms, value) => ms.query`SELECT 1 AS \`${value}\``],
    ['in a comment', (ms, value) => ms.query`SELECT 1 AS a -- ${value}`],
    ['in a comment of several lines', (ms, value) => ms.query`SELECT 1 AS a /* ${value} */`],
    ['behind a prefix', (ms, value) => ms.query`SELECT U&${value} AS a`],
    ['where a name stands', (ms, value) => ms.query`SELECT * FROM ${value}`],
  ])('never change a statement: %s they are refused', async (_, make) => {
    const ms = await openUtc();
    for (const value of ['x', `' OR '1'='1`, "'; DROP TABLE t; --", '*/ 1 /*', '\n', "''", "' --", '\\']) {
      expect(
        codeOf(() => make(ms, value)),
        value,
      ).toMatch(/^MS1\d\d\d$/);
    }
  });

  it('never change a statement: any text arrives as it is', async () => {
    const ms = await openUtc();
    for (const value of ['', "'", "''", "' OR '1'='1", '--', '/*', '`', '${x}', '\\', '\n\t', 'ü😀', '\u0000']) {
      expect(await ms.query`SELECT ${value} AS a`.first(), value).toEqual({ a: value });
    }
  });

  it('are refused where they are no values of SQL', async () => {
    const ms = await openUtc();
    expect(codeOf(() => ms.query`SELECT ${{} as unknown as string}`)).toBe('MS1205');
    expect(codeOf(() => ms.query`SELECT ${undefined as unknown as string}`)).toBe('MS1205');
    expect(codeOf(() => ms.query`SELECT 1${2}`)).toBe('MS1502');
  });
});

describe('register and table', () => {
  it('make a pipeline a view, and a table a pipeline', async () => {
    const ms = await openUtc();
    ms.register('fares', tripsOf(ms).select('city', 'fare'));
    expect(await ms.table('fares').select('fare').limit(1).rows()).toEqual([{ fare: Decimal.from('12.50') }]);
    expect(codeOf(() => ms.register('fares', ms.from(rate())))).toBe('MS1107');
    expect(codeOf(() => ms.table('faros'))).toBe('MS1101');
  });
});
