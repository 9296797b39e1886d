import { describe, expect, it } from 'vitest';
import { CellWriter } from '../../../src/data/cell-writer.ts';
import { Column } from '../../../src/data/column.ts';
import { CellPacker } from '../../../src/data/packed-cell.ts';
import { StringArena } from '../../../src/data/string-arena.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { type SqlType, types } from '../../../src/data/types/sql-type.ts';
import { Decimal } from '../../../src/data/values/decimal.ts';
import type { Value } from '../../../src/data/values/value.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';

const { memory } = await loadKernels();
const arena = new StringArena(memory);

function columnOf(type: SqlType, value: Value): Column {
  const column = new Column(memory, type, 4);
  const descriptor = descriptorOf(type);
  if (value === null) descriptor.writeNull(column, 0);
  else descriptor.write(column, 0, value as never, arena);
  return column;
}

const textOf = (column: Column): string | null => (column.isNull(0) ? null : descriptorOf(column.type).text(column, 0, 'UTC'));

/** The texts of a value before and after it was packed and read, and its bytes. */
function through(type: SqlType, value: Value): { before: string | null; after: string | null; bytes: Uint8Array } {
  const column = columnOf(type, value);
  const packer = new CellPacker(memory);
  const size = packer.size(column, 0);
  const address = memory.alloc(size);
  const end = packer.write(address, column, 0);
  const target = new Column(memory, type, 4);
  const into = new CellWriter(target);
  into.begin();
  const read = packer.read(address, into, 0);
  expect([end, read]).toEqual([address + size, address + size]);
  return { before: textOf(column), after: textOf(target), bytes: memory.bytes(address, size) };
}

describe('CellPacker', () => {
  const nested = types.row([
    { name: 'a', type: types.array(types.string()) },
    { name: 'm', type: types.map(types.string(), types.int()) },
  ]);
  it.each<[string, SqlType, Value]>([
    ['BOOLEAN', types.boolean(), true],
    ['TINYINT', types.tinyint(), -7],
    ['SMALLINT', types.smallint(), 30_000],
    ['INT', types.int(), -2_147_483_648],
    ['BIGINT', types.bigint(), 2n ** 63n - 1n],
    ['FLOAT', types.float(), 1.5],
    ['DOUBLE', types.double(), -0],
    ['DECIMAL(30, 4)', types.decimal(30, 4), Decimal.from('-12345678901234567890.1234')],
    ['STRING', types.string(), 'zoë 🐟'],
    ['empty STRING', types.string(), ''],
    ['ARRAY', types.array(types.int()), [1, null, 3]],
    ['ROW', nested, { a: ['x', null], m: new Map([['k', 1]]) }],
    ['NULL', types.string(), null],
  ])('reads what it wrote: %s', (_name, type, value) => {
    const { before, after } = through(type, value);
    expect(after).toBe(before);
    expect(after === null).toBe(value === null);
  });

  it('gives equal values equal bytes, and all NaNs the same', () => {
    expect(through(types.string(), 'ab').bytes).toEqual(through(types.string(), 'ab').bytes);
    expect(through(types.double(), Number.NaN).bytes).toEqual(through(types.double(), Number.NaN).bytes);
    expect(through(types.double(), 0).bytes).not.toEqual(through(types.double(), -0).bytes);
  });
});
