import type { BatchColumns } from './calc.ts';
import { isTrue } from './expression.ts';
import type { FunctionBuilder } from './function-builder.ts';

/** The calls of a DISTINCT argument that have one filter, or none. */
export interface DistinctFilter {
  /** Index of the filter's column in the input. */
  readonly filter: number | undefined;
  /** Positions of the calls. */
  readonly calls: readonly number[];
}

/** The DISTINCT calls of one argument, which share a table of its values. */
export interface DistinctGroup {
  readonly argument: number;
  readonly filters: readonly DistinctFilter[];
}

/**
 * A DISTINCT table's part in accumulation. Slot k of a value's row is of `filters[k]`: where rows may be taken back (`counted`) an i64, how many rows of
 * the value have passed the filter, else an i8, whether one has.
 */
export interface DistinctPart extends DistinctGroup {
  readonly table: { readonly slotOffsets: readonly number[] };
  readonly counted: boolean;
}

/**
 * Writes what a row does to a value's row and to the calls: a value counts when the first row of it has passed a call's filter, and is taken back with
 * the last one. Rows that no call looks at have no row of a value. `write` writes the statements of a call.
 */
export function writeDistinct(
  b: FunctionBuilder,
  columns: BatchColumns,
  part: DistinctPart,
  place: { readonly n: number; readonly retract: boolean },
  write: (call: number) => void,
): void {
  const { n, retract } = place;
  const rows = b.names.unique(`distinct_${n}`);
  b.prologue(`const ${rows} = distinct[${n}];`);
  const row = b.bind(`d${n}`, `${rows}[i]`);
  b.block(`if (${row} !== 0)`, () => {
    for (const [slot, { filter, calls }] of part.filters.entries()) {
      const offset = part.table.slotOffsets[slot]!;
      const count = (): void => {
        if (part.counted) writeCounted(b, `I64[(${row} + ${offset}) >>> 3]`, retract, () => calls.forEach(write));
        else writeSeen(b, `I8[(${row} + ${offset}) >>> 0]`, () => calls.forEach(write));
      };
      if (filter === undefined) count();
      else b.block(`if (${isTrue(columns.column(filter))})`, count);
    }
  });
}

function writeCounted(b: FunctionBuilder, counter: string, retract: boolean, write: () => void): void {
  if (retract) b.line(`${counter} -= 1n;`);
  b.block(`if (${counter} === 0n)`, write);
  if (!retract) b.line(`${counter} += 1n;`);
}

function writeSeen(b: FunctionBuilder, seen: string, write: () => void): void {
  b.block(`if (${seen} === 0)`, () => {
    b.line(`${seen} = 1;`);
    write();
  });
}
