import { BATCH_ROWS, type Column } from '../data/column.ts';
import { KeptList } from '../functions/aggregate/kept/kept-list.ts';
import type { KeptResults, KeptWriter } from '../functions/aggregate-function.ts';
import type { RowTable, ValuesFunction } from './aggregate.ts';
import type { CodegenContext } from './environment.ts';

/** A call whose results are made of kept entries: which of the columns it has, and where its slot lies. */
export interface KeptCall {
  readonly position: number;
  readonly offset: number;
  readonly results: KeptResults;
}

/**
 * Puts the results of calls that keep entries before those of a generated loop. They may make the memory grow, which a loop under way would not survive:
 * it gets the addresses of its state rows anew.
 */
export function withKeptResults(
  context: CodegenContext,
  table: RowTable,
  calls: readonly KeptCall[],
  others: ValuesFunction,
): ValuesFunction {
  if (calls.length === 0) return others;
  const rows = new Int32Array(BATCH_ROWS);
  const list = new KeptList(context.memory);
  const writers = calls.map(() => undefined as { column: Column; writer: KeptWriter } | undefined);
  return (sources, end, columns, start = 0) => {
    rows.set(sources.subarray(0, end));
    for (const [n, { position, offset, results }] of calls.entries()) {
      const column = columns[position]!;
      if (writers[n]?.column !== column) writers[n] = { column, writer: results.writer(column, context.arena) };
      const { writer } = writers[n]!;
      if (start === 0) writer.begin();
      for (let i = start; i < end; i++) writer.write(openList(list, table, rows[i]!, offset), i);
    }
    others(rows, end, columns, start);
  };
}

function openList(list: KeptList, table: RowTable, row: number, offset: number): KeptList {
  return list.open(table.bytesAddress(row, offset), list.memory.i32[(row + offset) >>> 2]!);
}

/** Whether the lists of two state rows come to the same result. */
export function compileSameKept(
  context: CodegenContext,
  table: RowTable,
  { offset, results }: KeptCall,
): (row: number, before: number) => boolean {
  const { memory, kernels } = context;
  const [one, other] = [new KeptList(memory), new KeptList(memory)];
  const isSame = results.isSame?.(memory);
  return (row, before) => {
    const [now, was] = [table.bytesAddress(row, offset), table.bytesAddress(before, offset)];
    const [length, wasLength] = [memory.i32[(row + offset) >>> 2]!, memory.i32[(before + offset) >>> 2]!];
    if (kernels.bytesEqual(now, length, was, wasLength) !== 0) return true;
    return isSame?.(one.open(now, length), other.open(was, wasLength)) ?? false;
  };
}
