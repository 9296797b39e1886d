import { describe, expect, it } from 'vitest';
import { Batch, ByteVector, RowKind } from '../../../src/data/batch.ts';
import { RowCursor } from '../../../src/data/row-cursor.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { Decimal } from '../../../src/data/values/decimal.ts';
import { Timestamp } from '../../../src/data/values/timestamp.ts';
import { columnOf, testMemory } from './column-fixture.ts';

const schema = {
  fields: [
    { name: 'id', type: types.bigint() },
    { name: 'city', type: types.string() },
    { name: 'n', type: types.smallint() },
    { name: 'x', type: types.double() },
    { name: 'ok', type: types.boolean() },
    { name: 'fare', type: types.decimal(20, 2) },
    { name: 'ts', type: types.timestamp(6) },
  ],
};
const rows = [
  [9007199254740993n, 'Zürich', 7, 1.5, true, Decimal.from('12.30'), Timestamp.from('1969-12-31 23:59:59.999999')],
  [null, null, null, null, null, null, null],
];

function cursorAt(row: number): RowCursor {
  const batch = new Batch(
    schema.fields.map(({ type }, i) =>
      columnOf(
        type,
        rows.map((values) => values[i]),
      ),
    ),
  );
  batch.rowCount = rows.length;
  batch.kinds = new ByteVector(testMemory);
  batch.kinds.view[row] = RowKind.updateAfter;
  return new RowCursor(schema).moveTo(batch, row);
}

describe('RowCursor', () => {
  it('reads typed values by name and by index', () => {
    const cursor = cursorAt(0);
    expect([cursor.getLong('id'), cursor.getString('city'), cursor.getInt('n'), cursor.getDouble('x'), cursor.getBoolean('ok')]).toEqual([
      9007199254740993n,
      'Zürich',
      7,
      1.5,
      true,
    ]);
    expect([cursor.getUnscaled('fare'), cursor.getEpochMs('ts'), cursor.getDouble(2), cursor.getLong(0)]).toEqual([
      1230n,
      -1,
      7,
      9007199254740993n,
    ]);
    expect(new TextDecoder().decode(cursor.getBytes('city'))).toBe('Zürich');
    expect(cursor.kind).toBe(RowKind.updateAfter);
  });

  it('reads exact values and whole rows', () => {
    const cursor = cursorAt(0);
    expect(String(cursor.get('ts'))).toBe('1969-12-31 23:59:59.999999');
    expect(cursor.toObject()).toEqual(Object.fromEntries(schema.fields.map(({ name }, i) => [name, rows[0]![i]])));
  });

  it('tells nulls', () => {
    const cursor = cursorAt(1);
    expect(schema.fields.map(({ name }) => cursor.isNull(name))).toEqual(schema.fields.map(() => true));
    expect(cursor.get('fare')).toBeNull();
    expect(cursorAt(0).isNull('fare')).toBe(false);
  });

  it('refuses unknown columns and the wrong getter', () => {
    const cursor = cursorAt(0);
    expect(() => cursor.get('town')).toThrow(expect.objectContaining({ code: 'MS2009', hint: 'it has id, city, n, x, ok, fare, ts' }));
    expect(() => cursor.getLong('n')).toThrow('getLong does not read SMALLINT');
    expect(() => cursor.getInt('id')).toThrow(expect.objectContaining({ code: 'MS2003' }));
    expect(() => cursor.getString('x')).toThrow(expect.objectContaining({ code: 'MS2003' }));
  });
});
