import { layoutOf } from '../codegen/aggregate.ts';
import type { Schema } from '../data/schema.ts';
import { type SqlType, types } from '../data/types/sql-type.ts';
import type { SlotKind } from '../functions/aggregate-function.ts';
import type { AggregateCall } from '../plan/nodes/node.ts';

/** What a partial aggregation is of: an aggregate's input, keys and calls, and whether its rows are cut into slices of time. */
export interface PartialOptions {
  readonly input: Schema;
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly sliced: boolean;
}

/** Where what lies in a row that is an accumulator: the grouping keys first, then the parts of a slice, then the slots of all calls. */
export interface PartialLayout {
  readonly schema: Schema;
  /** Columns of the grouping keys. */
  readonly keys: readonly number[];
  /** Start of the slice (BIGINT milliseconds), and number of rows (INT) that came; where there are slices. */
  readonly slice: number | undefined;
  readonly rows: number | undefined;
  /** First column of the slots. */
  readonly firstSlot: number;
}

/** The type of a column that holds a slot as it lies in a state row. */
const SLOT_TYPES: Readonly<Record<SlotKind, SqlType>> = {
  i8: types.tinyint(false),
  i32: types.int(false),
  i64: types.bigint(false),
  f64: types.double(false),
  i128: types.decimal(38, 0, false),
  ts96: types.timestamp(9, false),
  bytes16: types.bytes(false),
};

export function partialLayout({ input, keys, calls, sliced }: PartialOptions): PartialLayout {
  const { slots } = layoutOf(calls, input, false);
  const slice = sliced
    ? [
        { name: 'slice', type: types.bigint(false) },
        { name: 'rows', type: types.int(false) },
      ]
    : [];
  const fields = [
    ...keys.map((key) => input.fields[key]!),
    ...slice,
    ...slots.map((kind, i) => ({ name: `slot_${i}`, type: SLOT_TYPES[kind] })),
  ];
  return {
    schema: { fields },
    keys: keys.map((_, i) => i),
    slice: sliced ? keys.length : undefined,
    rows: sliced ? keys.length + 1 : undefined,
    firstSlot: keys.length + slice.length,
  };
}
