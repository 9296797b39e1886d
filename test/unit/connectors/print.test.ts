import { describe, expect, it, vi } from 'vitest';
import { print } from '../../../src/connectors/print/print.ts';
import { IntVector } from '../../../src/data/batch.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { type SqlType, types } from '../../../src/data/types/sql-type.ts';
import { Decimal } from '../../../src/data/values/decimal.ts';
import { LocalDate } from '../../../src/data/values/local-date.ts';
import { LocalTime } from '../../../src/data/values/local-time.ts';
import { Timestamp } from '../../../src/data/values/timestamp.ts';
import { TimestampLtz } from '../../../src/data/values/timestamp-ltz.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { SinkContext } from '../../../src/runtime/sink.ts';
import { batchOf, sinkContext } from './harness.ts';

const schemaOf = (...columns: readonly SqlType[]): Schema => ({ fields: columns.map((type, i) => ({ name: `c${i}`, type })) });

async function printed(
  schema: Schema,
  rows: unknown[][],
  raw: Record<string, string> = {},
  rest: Partial<SinkContext> = {},
  kinds?: ('+I' | '-U' | '+U' | '-D')[],
) {
  const kernels = await loadKernels();
  let text = '';
  const writer = await print.openSink!(sinkContext(print, kernels, schema, raw, { print: (part) => (text += part), ...rest }));
  expect(writer.write(batchOf(kernels, schema, rows, kinds))).toBe(true);
  await writer.close();
  expect(writer.bytesWritten).toBe(text.length);
  return text;
}

// Every text here was printed by the print connector of Flink 2.3.
describe('the print sink', () => {
  it('prints the kind of a change and its values', async () => {
    const schema = schemaOf(types.string(), types.bigint());
    const rows = [
      ['zq1', 1n],
      ['zq1', 1n],
      ['zq1', 2n],
      ['zq1', 2n],
    ];
    expect(await printed(schema, rows, {}, {}, ['+I', '-U', '+U', '-D'])).toBe('+I[zq1, 1]\n-U[zq1, 1]\n+U[zq1, 2]\n-D[zq1, 2]\n');
  });

  it.each<[SqlType, unknown, string]>([
    [types.int(), null, 'null'],
    [types.boolean(), true, 'true'],
    [types.string(), '', ''],
    [types.char(5), 'abc  ', 'abc  '],
    [types.bytes(), Uint8Array.of(0x41, 0xff), '[65, -1]'],
    [types.double(), 100, '100.0'],
    [types.double(), 12345678.9, '1.23456789E7'],
    [types.double(), 1e300, '1.0E300'],
    [types.float(), Math.fround(1e-5), '1.0E-5'],
    [types.decimal(38, 10), Decimal.from('1.5'), '1.5000000000'],
    [types.decimal(20, 10), Decimal.from('0.0000000001'), '1E-10'],
    [types.decimal(20, 10), Decimal.from('0'), '0E-10'],
    [types.decimal(20, 10), Decimal.from('-0.000012'), '-0.0000120000'],
    [types.decimal(20, 10), Decimal.from('-0.0000000102'), '-1.02E-8'],
    [types.decimal(20, 0), Decimal.from('1234567890'), '1234567890'],
    [types.date(), LocalDate.from('0020-02-03'), '0020-02-03'],
    [types.time(), LocalTime.from('01:02:00'), '01:02'],
    [types.time(), LocalTime.from('01:02:03'), '01:02:03'],
    [types.time(3), LocalTime.from('10:11:12.1'), '10:11:12.100'],
    [types.timestamp(6), Timestamp.from('2020-01-01 00:00:00'), '2020-01-01T00:00'],
    [types.timestamp(3), Timestamp.from('2020-01-01 10:00:05'), '2020-01-01T10:00:05'],
    [types.timestamp(3), Timestamp.from('2020-01-01 10:00:05.12'), '2020-01-01T10:00:05.120'],
    [types.timestamp(9), Timestamp.from('2020-01-01 00:00:00.123456789'), '2020-01-01T00:00:00.123456789'],
    [types.timestampLtz(6), TimestampLtz.ofEpochMs(0), '1970-01-01T00:00:00Z'],
    [types.timestampLtz(6), TimestampLtz.ofEpochMs(-1), '1969-12-31T23:59:59.999Z'],
    [
      types.row([
        { name: 'x', type: types.int() },
        { name: 'b', type: types.bytes() },
      ]),
      { x: 1, b: Uint8Array.of(0x41, 0xff) },
      '+I[1, [65, -1]]',
    ],
    [
      types.row([
        { name: 'a', type: types.array(types.int()) },
        { name: 'b', type: types.string() },
      ]),
      { a: [1, 2], b: null },
      '+I[[1, 2], null]',
    ],
    [
      types.array(
        types.row([
          { name: 'u', type: types.int() },
          { name: 'v', type: types.string() },
        ]),
      ),
      [{ u: 1, v: 'x' }],
      '[+I[1, x]]',
    ],
    [
      types.map(types.string(), types.int()),
      new Map([
        ['k', 1],
        ['l', null],
      ]),
      '{k=1, l=null}',
    ],
  ])('prints %o as Flink does', async (type, value, text) => {
    expect(await printed(schemaOf(type), [[value]])).toBe(`+I[${text}]\n`);
  });

  it('prints only the rows that count', async () => {
    const kernels = await loadKernels();
    const schema = schemaOf(types.int());
    const lines: string[] = [];
    const writer = await print.openSink!(sinkContext(print, kernels, schema, {}, { print: (text) => lines.push(text) }));
    const batch = batchOf(kernels, schema, [[1], [2], [3]]);
    batch.selection = new IntVector(kernels.memory);
    batch.selection.view[0] = 1;
    batch.selectedCount = 1;
    writer.write(batch);
    batch.selectedCount = 0;
    writer.write(batch);
    expect(lines).toEqual(['+I[2]\n']);
  });

  it.each([
    [{ 'print-identifier': 'id' }, 1, 'id> '],
    [{ 'print-identifier': 'id' }, 2, 'id:2> '],
    [{}, 2, '2> '],
    [{ 'print-identifier': '' }, 1, ''],
  ])('%j among %d subtasks stands before the line', async (raw, count, prefix) => {
    const subtask = { index: count - 1, count };
    expect(await printed(schemaOf(types.int()), [[1]], raw as Record<string, string>, { subtask })).toBe(`${prefix}+I[1]\n`);
  });

  it('prints to standard error when asked', async () => {
    const kernels = await loadKernels();
    const schema = schemaOf(types.int());
    const spy = vi.spyOn(console, 'error').mockImplementation(() => {});
    const writer = await print.openSink!(sinkContext(print, kernels, schema, { 'standard-error': 'true' }));
    writer.write(batchOf(kernels, schema, [[1], [2]]));
    expect(spy.mock.calls).toEqual([['+I[1]\n+I[2]']]);
    spy.mockRestore();
  });
});
