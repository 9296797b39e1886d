import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/common/clock.ts';
import { datagen } from '../../../src/connectors/datagen/datagen.ts';
import { hashKeys, uniform } from '../../../src/connectors/datagen/row-hash.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { type SqlType, types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { SourceContext, SourceReader } from '../../../src/runtime/source.ts';
import { drain, optionsOf, sourceContext } from './harness.ts';

const schemaOf = (columns: Record<string, SqlType>): Schema => ({
  fields: Object.entries(columns).map(([name, type]) => ({ name, type })),
});

async function open(schema: Schema, raw: Record<string, string>, rest: Partial<SourceContext> = {}): Promise<SourceReader> {
  return datagen.openSource!(sourceContext(datagen, await loadKernels(), schema, raw, rest));
}

/** The SQL text of every value that can be had without waiting. */
function take(reader: SourceReader, schema: Schema): { rows: string[][]; end: 'idle' | 'end' } {
  const rows: string[][] = [];
  const end = drain(reader, (batch) => {
    for (let row = 0; row < batch.rowCount; row++)
      rows.push(batch.columns.map((column, i) => descriptorOf(schema.fields[i]!.type).text(column, row)));
  });
  return { rows, end };
}

async function generate(
  columns: Record<string, SqlType>,
  raw: Record<string, string>,
  rest: Partial<SourceContext> = {},
): Promise<string[][]> {
  const schema = schemaOf(columns);
  const clock = new VirtualClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  const reader = await open(schema, { 'number-of-rows': '1000', seed: '1', 'rows-per-second': '100000000', ...raw }, { clock, ...rest });
  const { rows, end } = take(reader, schema);
  expect(end).toBe('end');
  return rows;
}

const columnOf = (rows: string[][], column = 0): string[] => rows.map((row) => row[column]!);
const numbersOf = (rows: string[][], column = 0): number[] => columnOf(rows, column).map(Number);

describe('random values', () => {
  it.each<[string, SqlType, number, number]>([
    ['TINYINT', types.tinyint(), -128, 127],
    ['SMALLINT', types.smallint(), -32768, 32767],
    ['INT', types.int(), -(2 ** 31), 2 ** 31 - 1],
    ['BIGINT', types.bigint(), -(2 ** 63), 2 ** 63],
    ['FLOAT', types.float(), 0, 3.4028235e38],
    ['DOUBLE', types.double(), 0, Number.MAX_VALUE],
    ['DECIMAL(5, 2)', types.decimal(5, 2), 0, 999.99],
    ['DECIMAL(38, 0)', types.decimal(38, 0), 0, 1e38],
  ])('%s fills the range of the type', async (_, type, min, max) => {
    const values = numbersOf(await generate({ a: type }, {}));
    const spread = max / 2 - min / 2;
    expect(values.filter((value) => value < min || value > max)).toEqual([]);
    expect(Math.min(...values) / 2).toBeLessThan(min / 2 + spread / 20);
    expect(Math.max(...values) / 2).toBeGreaterThan(max / 2 - spread / 20);
  });

  it.each<[string, SqlType, string, string, string[]]>([
    ['INT', types.int(), '5', '6', ['5', '6']],
    ['BIGINT', types.bigint(), '9223372036854775806', '9223372036854775807', ['9223372036854775806', '9223372036854775807']],
    ['BIGINT', types.bigint(), '-1', '0', ['-1', '0']],
    ['BIGINT', types.bigint(), '-9007199254740993', '-9007199254740992', ['-9007199254740992', '-9007199254740993']],
    ['TINYINT', types.tinyint(), '-3', '-3', ['-3']],
    ['DECIMAL(5, 2)', types.decimal(5, 2), '-0.01', '0.01', ['-0.01', '0.00', '0.01']],
    ['DECIMAL(38, 1)', types.decimal(38, 1), '1', '1.1', ['1.0', '1.1']],
  ])('%s keeps to min and max, both included', async (_, type, min, max, values) => {
    const made = new Set(columnOf(await generate({ a: type }, { 'fields.a.min': min, 'fields.a.max': max })));
    expect([...made].sort()).toEqual(values.sort());
  });

  it('is even over a range', async () => {
    const values = numbersOf(
      await generate({ a: types.bigint(), b: types.bigint() }, { 'fields.a.min': '0', 'fields.a.max': '9', 'number-of-rows': '20000' }),
    );
    for (let digit = 0; digit < 10; digit++) expect(values.filter((value) => value === digit).length / 20_000).toBeCloseTo(0.1, 1.9);
  });

  it('has texts of hexadecimal digits, as long as the type or the option says', async () => {
    const columns = { a: types.char(3), b: types.varchar(5), c: types.string(), d: types.string(), e: types.string() };
    const rows = await generate(columns, { 'fields.d.length': '7', 'fields.e.length': '4', 'fields.e.var-len': 'true' });
    for (const [column, length] of [3, 5, 100, 7].entries()) {
      expect(columnOf(rows, column).filter((text) => !new RegExp(`^[0-9a-f]{${length}}$`).test(text))).toEqual([]);
    }
    expect([...new Set(columnOf(rows, 4).map((text) => text.length))].sort()).toEqual([1, 2, 3, 4]);
    expect(new Set(columnOf(rows, 2)).size).toBe(1000);
    expect(new Set(columnOf(rows, 3).join('')).size).toBe(16);
  });

  it('has bytes, booleans, and times from the clock', async () => {
    const columns = {
      a: types.binary(3),
      b: types.bytes(),
      c: types.boolean(),
      d: types.date(),
      e: types.time(),
      f: types.time(3),
      g: types.timestamp(3),
      h: types.timestampLtz(9),
      i: types.timestamp(0),
    };
    const schema = schemaOf(columns);
    const clock = new VirtualClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
    const reader = await open(schema, { 'number-of-rows': '1', seed: '1' }, { clock });
    const batch = reader.poll();
    if (typeof batch === 'string') throw new Error(batch);
    expect([batch.columns[0]!.aux[0], batch.columns[1]!.aux[0]]).toEqual([3, 100]);
    expect(schema.fields.slice(3).map(({ type }, i) => descriptorOf(type).text(batch.columns[i + 3]!, 0))).toEqual([
      '2026-01-02',
      '03:04:05',
      '03:04:05.678',
      '2026-01-02 03:04:05.678',
      '2026-01-02 03:04:05.678000000',
      '2026-01-02 03:04:05',
    ]);
    expect(new Set(columnOf(await generate({ c: types.boolean() }, {})))).toEqual(new Set(['TRUE', 'FALSE']));
  });

  it('lets timestamps lie back as far as max-past', async () => {
    const texts = columnOf(await generate({ a: types.timestamp(3) }, { 'fields.a.max-past': '10 s' })).sort();
    expect(texts[0]! >= '2026-01-02 03:03:55.678').toBe(true);
    expect(texts[0]! < '2026-01-02 03:03:56.678').toBe(true);
    expect(texts.at(-1)! <= '2026-01-02 03:04:05.678').toBe(true);
  });

  it('makes a share of the values null', async () => {
    const values = columnOf(await generate({ a: types.int(), b: types.int() }, { 'fields.a.null-rate': '0.3', 'number-of-rows': '10000' }));
    expect(values.filter((value) => value === 'NULL').length / 10_000).toBeCloseTo(0.3, 1.7);
    expect(new Set(columnOf(await generate({ a: types.int() }, { 'fields.a.null-rate': '1' })))).toEqual(new Set(['NULL']));
  });

  it('fills the fields of a ROW by their own options', async () => {
    const type = types.row([
      { name: 'x', type: types.int() },
      { name: 'y', type: types.string() },
    ]);
    const raw = { 'fields.a.x.min': '1', 'fields.a.x.max': '3', 'fields.a.y.length': '2', 'fields.a.null-rate': '0.5' };
    const values = columnOf(await generate({ a: type }, raw));
    expect(values.filter((value) => !/^(NULL|\([123], [0-9a-f]{2}\))$/.test(value))).toEqual([]);
    expect(values).toContain('NULL');
  });

  it('comes out the same from a seed, whatever else is read and at any parallelism', async () => {
    const both = await generate({ a: types.bigint(), b: types.string() }, {});
    const table = schemaOf({ a: types.bigint(), b: types.string() });
    expect(await generate({ b: types.string() }, {}, { tableSchema: table })).toEqual(both.map(([, b]) => [b]));
    const parts = await Promise.all(
      [0, 1, 2].map((index) => generate({ a: types.bigint(), b: types.string() }, {}, { subtask: { index, count: 3 } })),
    );
    expect(
      parts
        .flatMap((part, index) => part.map((row, i) => [i * 3 + index, row] as const))
        .sort(([x], [y]) => x - y)
        .map(([, row]) => row),
    ).toEqual(both);
    expect(await generate({ a: types.bigint(), b: types.string() }, { seed: '2' })).not.toEqual(both);
  });

  it('differs from run to run without a seed', async () => {
    const schema = schemaOf({ a: types.bigint() });
    const [x, y] = await Promise.all([0, 1].map(async () => take(await open(schema, { 'number-of-rows': '1' }), schema).rows));
    expect(x).not.toEqual(y);
  });
});

describe('sequences', () => {
  it('count through every type that has numbers, and end the source with the shortest', async () => {
    const columns = {
      a: types.tinyint(),
      b: types.bigint(),
      c: types.double(),
      d: types.string(),
      e: types.decimal(5, 2),
      f: types.decimal(38, 3),
    };
    const raw: Record<string, string> = {};
    for (const name of Object.keys(columns))
      Object.assign(raw, {
        [`fields.${name}.kind`]: 'sequence',
        [`fields.${name}.start`]: '9',
        [`fields.${name}.end`]: name === 'e' ? '10' : '20',
      });
    expect(await generate(columns, raw)).toEqual([
      ['9', '9', '9.0', '9', '9.00', '9.000'],
      ['10', '10', '10.0', '10', '10.00', '10.000'],
    ]);
  });

  it('end the source even when they are not read', async () => {
    const raw = { 'fields.a.kind': 'sequence', 'fields.a.start': '1', 'fields.a.end': '3' };
    const tableSchema = schemaOf({ a: types.int(), b: types.int() });
    expect(await generate({ b: types.int() }, raw, { tableSchema })).toHaveLength(3);
  });

  it('have no rows when the end lies before the start', async () => {
    expect(await generate({ a: types.int() }, { 'fields.a.kind': 'sequence', 'fields.a.start': '5', 'fields.a.end': '4' })).toEqual([]);
  });

  it('run over the whole of BIGINT', async () => {
    const raw = { 'fields.a.kind': 'sequence', 'fields.a.start': '9223372036854775805', 'fields.a.end': '9223372036854775807' };
    expect((await generate({ a: types.bigint() }, raw)).flat()).toEqual([
      '9223372036854775805',
      '9223372036854775806',
      '9223372036854775807',
    ]);
  });
});

describe('the datagen source', () => {
  const schema = schemaOf({ a: types.int() });

  it('keeps to its rate', async () => {
    const clock = new VirtualClock(0);
    const reader = await open(schema, { 'rows-per-second': '10' }, { clock });
    expect(take(reader, schema).rows).toHaveLength(1);
    const waiting = reader.wait(new AbortController().signal);
    clock.advance(100);
    await waiting;
    expect(take(reader, schema).rows).toHaveLength(1);
    clock.advance(900);
    expect(take(reader, schema)).toMatchObject({ rows: { length: 9 }, end: 'idle' });
  });

  it('is bounded by number-of-rows or by a sequence', () => {
    const bounded = (raw: Record<string, string>): boolean => datagen.descriptor.source!.bounded(optionsOf(datagen, raw));
    expect([{}, { 'number-of-rows': '1' }, { 'fields.a.kind': 'sequence' }, { 'fields.a.kind': 'random' }].map(bounded)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('resumes with the same values, at its rate from then on', async () => {
    const clock = new VirtualClock(0);
    const all = await generate({ a: types.int() }, { 'number-of-rows': '20' });
    const raw = { 'number-of-rows': '20', seed: '1', 'rows-per-second': '10' };
    const first = await open(schema, raw, { clock });
    first.poll();
    clock.advance(500);
    first.poll();
    const second = await open(schema, { ...raw, seed: '99' }, { clock });
    second.restore(JSON.parse(JSON.stringify(first.position())));
    expect(take(second, schema).rows).toEqual(all.slice(6, 7));
    clock.advance(10_000);
    expect(take(second, schema).rows).toEqual(all.slice(7));
    expect(() => second.restore({ row: 1 })).toThrow(expect.objectContaining({ code: 'MS1304' }));
  });

  it('goes on beyond 2^32 rows', async () => {
    const clock = new VirtualClock(0);
    const reader = await open(schema, { seed: '1', 'rows-per-second': '100000000' }, { clock });
    reader.restore({ row: 2 ** 32 - 10, seed: '1' });
    reader.poll();
    clock.advance(1);
    const sizes: number[] = [];
    drain(reader, (batch) => sizes.push(batch.rowCount));
    expect(reader.position()).toMatchObject({ row: expect.any(Number) });
    expect((reader.position() as { row: number }).row).toBeGreaterThan(2 ** 32);
  });

  it.each<[Record<string, SqlType>, Record<string, string>, string, string]>([
    [{ a: types.int() }, { 'fields.b.min': '1' }, 'MS1304', "'fields.b.min' is for a column that the table does not have"],
    [{ a: types.int() }, { 'fields.a.length': '1' }, 'MS1304', "'fields.a.length' does not fit"],
    [{ a: types.int() }, { 'fields.a.start': '1' }, 'MS1304', "'fields.a.start' does not fit"],
    [{ a: types.int() }, { 'fields.a.min': '3', 'fields.a.max': '1' }, 'MS1304', 'is above'],
    [{ a: types.int() }, { 'fields.a.min': '3.5' }, 'MS1303', "is '3.5'"],
    [{ a: types.tinyint() }, { 'fields.a.max': '128' }, 'MS1303', 'fits in TINYINT'],
    [{ a: types.decimal(3, 1) }, { 'fields.a.max': '100' }, 'MS1303', 'fits in DECIMAL'],
    [{ a: types.int() }, { 'fields.a.null-rate': '2' }, 'MS1304', 'must be 0 to 1'],
    [{ a: types.int(false) }, { 'fields.a.null-rate': '0.5' }, 'MS1304', 'NOT NULL'],
    [{ a: types.char(3) }, { 'fields.a.length': '3' }, 'MS1304', 'does not fit'],
    [{ a: types.varchar(5) }, { 'fields.a.length': '6' }, 'MS1304', 'must be 1 to 5'],
    [{ a: types.string() }, { 'fields.a.length': '0' }, 'MS1304', 'must be 1 to'],
    [{ a: types.int() }, { 'fields.a.kind': 'sequence' }, 'MS1302', 'fields.a.start'],
    [{ a: types.boolean() }, { 'fields.a.kind': 'sequence', 'fields.a.start': '1', 'fields.a.end': '2' }, 'MS1304', 'cannot be a sequence'],
    [
      { a: types.tinyint() },
      { 'fields.a.kind': 'sequence', 'fields.a.start': '1', 'fields.a.end': '128' },
      'MS1304',
      'does not fit in TINYINT',
    ],
    [
      { a: types.char(1) },
      { 'fields.a.kind': 'sequence', 'fields.a.start': '9', 'fields.a.end': '10' },
      'MS1304',
      'does not fit in CHAR(1)',
    ],
    [{ a: types.array(types.int()) }, {}, 'MS3002', 'ARRAY<INT>'],
    [{ a: types.int() }, { 'rows-per-second': '0' }, 'MS1304', 'rows-per-second'],
    [{ a: types.int() }, { 'number-of-rows': '-1' }, 'MS1304', 'number-of-rows'],
  ])('refuses %o with %j', async (columns, raw, code, text) => {
    await expect(open(schemaOf(columns), raw)).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
  });
});

describe('integers that a kernel makes', () => {
  it.each([
    [0n, 0n],
    [0n, 1000n],
    [-5n, 5n],
    [-(2n ** 51n), -(2n ** 51n) + 10n],
    [2n ** 51n - 10n, 2n ** 51n],
    [-(2n ** 50n), 2n ** 50n - 1n],
    [-(2n ** 50n), 2n ** 50n],
    [-9_007_199_254_740_000n, 0n],
  ])('from %d to %d are those that the hash gives, in batches of any size, at any parallelism', async (min, max) => {
    for (const count of [1, 2]) {
      for (let index = 0; index < count; index++) {
        const raw = { 'number-of-rows': '4999', 'fields.a.min': String(min), 'fields.a.max': String(max) };
        const rows = await generate({ a: types.bigint() }, raw, { subtask: { index, count } });
        const keys = hashKeys(1n, 'a', 0);
        const expected = rows.map((_, i) => min + BigInt(Math.floor(uniform(index + i * count, keys) * Number(max - min + 1n))));
        expect(rows.map(([value]) => BigInt(value!))).toEqual(expected);
        expect(rows).toHaveLength(Math.ceil((4999 - index) / count));
      }
    }
  });

  it('counts beyond 32 bits, and where doubles end', async () => {
    for (const start of [-3n, 2n ** 32n - 2n, -(2n ** 33n), 2n ** 53n - 3n, 2n ** 62n]) {
      const raw = { 'fields.a.kind': 'sequence', 'fields.a.start': String(start), 'fields.a.end': String(start + 999n) };
      const rows = await generate({ a: types.bigint() }, raw);
      expect(rows.map(([value]) => BigInt(value!))).toEqual(Array.from({ length: 1000 }, (_, i) => start + BigInt(i)));
    }
  });
});
