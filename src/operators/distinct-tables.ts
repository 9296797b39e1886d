import { compileSelect, type DistinctPart, type SelectFunction } from '../codegen/aggregate.ts';
import type { CodegenContext } from '../codegen/environment.ts';
import { type Batch, IntVector } from '../data/batch.ts';
import { BATCH_ROWS, type Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { AggregateCall } from '../plan/nodes/node.ts';
import { type KeyedTable, ScanCursor, type SlotType } from '../state/keyed-table.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';
import { RowList } from './row-list.ts';
import { scanSlices } from './scan-slices.ts';
import { StateTtl } from './state-ttl.ts';

/** A table whose keys are those of the aggregation and an argument; its one slot counts equal rows. */
interface Distinct extends DistinctPart {
  readonly table: KeyedTable;
  readonly ttl: StateTtl | undefined;
  readonly call: AggregateCall;
  readonly selection: IntVector;
  readonly selects: Map<boolean, SelectFunction>;
  /** Rows by slice, where the first key is a slice and rows stay where they are; derived. */
  readonly slices: Map<number, RowList>;
}

/** The DISTINCT aggregates of one aggregation: one table per argument and filter, shared by the calls that have both in common. */
export class DistinctTables {
  readonly #context: OperatorContext;
  readonly #codegen: CodegenContext;
  readonly #input: Schema;
  readonly #keys: readonly number[];
  readonly #sliced: boolean;
  readonly #tables: readonly Distinct[];

  /**
   * `leading` are types of key columns that come before the grouping keys: the slice of a windowed aggregation, or none. `ttlMs`: how long a value
   * is known, without a window; for ever by default.
   */
  constructor(
    context: OperatorContext,
    codegen: CodegenContext,
    input: Schema,
    keys: readonly number[],
    calls: readonly AggregateCall[],
    leading: readonly SqlType[],
    ttlMs?: number,
  ) {
    this.#context = context;
    this.#codegen = codegen;
    this.#input = input;
    this.#keys = keys;
    this.#sliced = leading.length > 0;
    this.#tables = distinctGroups(calls).map((indexes, n) => {
      const call = calls[indexes[0]!]!;
      const keyTypes = [...leading, ...[...keys, call.argument!].map((column) => input.fields[column]!.type)];
      const groupKeys = keys.map((_, i) => leading.length + i);
      const slots: readonly SlotType[] = this.#sliced ? ['i64', 'i64'] : ttlMs === undefined ? ['i64'] : ['i64', 'f64'];
      const table = context.state.keyedTable(`distinct-${n}`, { keyTypes, groupKeys, slots, spills: true });
      const ttl = ttlMs === undefined ? undefined : new StateTtl(context.kernels, context.clock, ttlMs, table, 1);
      return { table, ttl, calls: indexes, call, selection: new IntVector(context.kernels.memory), selects: new Map(), slices: new Map() };
    });
  }

  get ttls(): readonly StateTtl[] {
    return this.#tables.flatMap(({ ttl }) => ttl ?? []);
  }

  get parts(): readonly DistinctPart[] {
    return this.#tables;
  }

  /** Finds the rows of a batch in every table. May grow the memory. */
  lookup(batch: Batch, leading: readonly Column[], epoch: number): void {
    for (const distinct of this.#tables) {
      const { table, call, selection } = distinct;
      table.rows.view.fill(0, 0, batch.rowCount);
      const selectedCount = this.#select(distinct, batch.selection !== null)(batch, selection.view);
      const columns = [...leading, ...[...this.#keys, call.argument!].map((column) => batch.columns[column]!)];
      const touched = table.lookup({ rowCount: batch.rowCount, selection, selectedCount }, columns, epoch);
      distinct.ttl?.renew(0, touched);
      if (this.#sliced) this.#listNew(distinct, leading[0]!, selectedCount, touched);
    }
  }

  /** The rows that lookup() found, by table and row index; 0 stands for a row that FILTER or NULL rules out. Views, stale after growth. */
  get rows(): Int32Array[] {
    return this.#tables.map(({ table }) => table.rows.view);
  }

  #select({ call, selects }: Distinct, selectedInput: boolean): SelectFunction {
    let select = selects.get(selectedInput);
    if (select === undefined) {
      select = compileSelect(this.#codegen, call, this.#input, selectedInput);
      selects.set(selectedInput, select);
    }
    return select;
  }

  #listNew({ table, selection, slices }: Distinct, slice: Column, selectedCount: number, touched: number): void {
    const { i64 } = this.#context.kernels.memory;
    const offset = table.slotOffsets[1]!;
    const starts = slice.values as BigInt64Array;
    const rows = table.rows.view;
    for (let n = 0; n < selectedCount; n++) {
      const i = selection.view[n]!;
      i64[(rows[i]! + offset) >>> 3] = starts[i]!;
    }
    if (!table.rowsStay) return;
    const isNew = table.touchedNew.view;
    for (let t = 0; t < touched; t++)
      if (isNew[t] === 1) listOf(slices, Number(i64[(table.touched.view[t]! + offset) >>> 3])).push(table.touched.view[t]!);
  }

  /** Forgets the values seen in slices that start at `last` or before; `starts` are those that there are. */
  dropSlices(starts: readonly number[], last: number): void {
    for (const distinct of this.#tables) {
      if (distinct.table.rowsStay) for (const start of starts) this.#dropSlice(distinct, start);
      else this.#dropScanned(distinct, last);
    }
  }

  #dropSlice({ table, slices, selection }: Distinct, start: number): void {
    const list = slices.get(start);
    slices.delete(start);
    for (let at = 0; list !== undefined && at < list.length; ) {
      const count = list.copy(at, BATCH_ROWS, selection.view);
      table.removeAll(selection, count);
      at += count;
    }
  }

  #dropScanned({ table, selection }: Distinct, last: number): void {
    const cursor = new ScanCursor();
    const { memory } = this.#context.kernels;
    for (;;) {
      const count = scanSlices(memory, table, cursor, 1, last, selection);
      if (count === 0) return;
      table.removeAll(selection, count);
    }
  }

  snapshot(writer: SnapshotWriter): void {
    for (const { table } of this.#tables) table.snapshot(writer);
  }

  restore(reader: SnapshotReader): void {
    for (const distinct of this.#tables) {
      distinct.table.restore(reader);
      distinct.ttl?.restored();
      if (this.#sliced && distinct.table.rowsStay) this.#rebuild(distinct);
    }
  }

  #rebuild({ table, slices, selection }: Distinct): void {
    const cursor = new ScanCursor();
    const offset = table.slotOffsets[1]!;
    for (;;) {
      const count = table.scan(cursor, BATCH_ROWS, selection);
      if (count === 0) return;
      const { i64 } = this.#context.kernels.memory;
      for (let i = 0; i < count; i++) listOf(slices, Number(i64[(selection.view[i]! + offset) >>> 3])).push(selection.view[i]!);
    }
  }

  close(): void {
    for (const { table, ttl, selection } of this.#tables) {
      ttl?.close();
      table.drop();
      selection.free();
    }
  }
}

/** Positions of DISTINCT calls, those with the same argument and filter together. */
export function distinctGroups(calls: readonly AggregateCall[]): number[][] {
  const byArgument = new Map<string, number[]>();
  for (const [i, call] of calls.entries()) {
    if (!call.distinct) continue;
    const key = `${call.argument}/${call.filter}`;
    byArgument.set(key, [...(byArgument.get(key) ?? []), i]);
  }
  return [...byArgument.values()];
}

function listOf(slices: Map<number, RowList>, start: number): RowList {
  let list = slices.get(start);
  if (list === undefined) {
    list = new RowList();
    slices.set(start, list);
  }
  return list;
}
