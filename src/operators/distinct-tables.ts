import type { DistinctGroup, DistinctPart } from '../codegen/distinct.ts';
import type { CodegenContext } from '../codegen/environment.ts';
import { compileSelect, type SelectFunction } from '../codegen/select-values.ts';
import { type Batch, IntVector } from '../data/batch.ts';
import { BATCH_ROWS, type Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { AggregateCall } from '../plan/nodes/node.ts';
import { type KeyedTable, ScanCursor, type SlotType } from '../state/keyed-table.ts';
import type { RowSet } from '../state/state-backend.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';
import { RowList } from './row-list.ts';
import { scanSlices } from './scan-slices.ts';
import { StateTtl } from './state-ttl.ts';

/** A table whose keys are those of the aggregation and an argument. */
interface Distinct extends DistinctPart {
  readonly table: KeyedTable;
  readonly ttl: StateTtl | undefined;
  /** Number of the slot that has a row's slice, where there are slices. */
  readonly sliceSlot: number;
  readonly selection: IntVector;
  readonly selects: Map<boolean, SelectFunction>;
  /** Rows by slice, where the first key is a slice and rows stay where they are; derived. */
  readonly slices: Map<number, RowList>;
}

/** What DISTINCT tables are of. */
export interface DistinctOptions {
  readonly input: Schema;
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
  /** Whether rows may be taken back. */
  readonly counted: boolean;
  /** Types of key columns that come before the grouping keys: the slice of a windowed aggregation, or none. */
  readonly leading?: readonly SqlType[];
  /** How long a value is known, without a window; for ever by default. */
  readonly ttlMs?: number | undefined;
}

/**
 * The DISTINCT aggregates of one aggregation: one table per argument, with a slot for each of the filters that calls of it have, so that a row is
 * looked up once for all of them.
 */
export class DistinctTables {
  readonly #context: OperatorContext;
  readonly #codegen: CodegenContext;
  readonly #input: Schema;
  readonly #keys: readonly number[];
  readonly #sliced: boolean;
  readonly #tables: readonly Distinct[];

  constructor(context: OperatorContext, codegen: CodegenContext, options: DistinctOptions) {
    const { input, keys, calls, counted, leading = [], ttlMs } = options;
    this.#context = context;
    this.#codegen = codegen;
    this.#input = input;
    this.#keys = keys;
    this.#sliced = leading.length > 0;
    this.#tables = distinctGroups(calls).map((group, n) => {
      const keyTypes = [...leading, ...[...keys, group.argument].map((column) => input.fields[column]!.type)];
      const groupKeys = keys.map((_, i) => leading.length + i);
      const own = group.filters.map((): SlotType => distinctSlot(counted));
      const slots: readonly SlotType[] = this.#sliced ? [...own, 'i64'] : ttlMs === undefined ? own : [...own, 'f64'];
      const table = context.state.keyedTable(`distinct-${n}`, { keyTypes, groupKeys, slots, spills: true });
      const ttl = ttlMs === undefined ? undefined : new StateTtl(context.kernels, context.clock, ttlMs, table, own.length);
      const selection = new IntVector(context.kernels.memory);
      return { ...group, table, ttl, counted, sliceSlot: own.length, selection, selects: new Map(), slices: new Map() };
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
      const { table, argument } = distinct;
      const columns = [...leading, ...[...this.#keys, argument].map((column) => batch.columns[column]!)];
      const rows = isWhole(distinct, batch) ? batch : this.#selected(distinct, batch);
      const touched = table.lookup(rows, columns, epoch);
      distinct.ttl?.renew(0, touched);
      if (this.#sliced) this.#listNew(distinct, leading[0]!, touched);
    }
  }

  /** The rows that a call looks at; of the others there is no row of state. */
  #selected(distinct: Distinct, batch: Batch): RowSet {
    const { table, selection } = distinct;
    const { rowCount } = batch;
    table.rows.view.fill(0, 0, rowCount);
    return { rowCount, selection, selectedCount: this.#select(distinct, batch.selection !== null)(batch, selection.view) };
  }

  /** The rows that lookup() found, by table and row index; 0 stands for a row that FILTER or NULL rules out. Views, stale after growth. */
  get rows(): Int32Array[] {
    return this.#tables.map(({ table }) => table.rows.view);
  }

  #select(distinct: Distinct, selectedInput: boolean): SelectFunction {
    let select = distinct.selects.get(selectedInput);
    if (select === undefined) {
      const filters = distinct.filters.map(({ filter }) => filter);
      select = compileSelect(this.#codegen, { argument: distinct.argument, filters }, this.#input, selectedInput);
      distinct.selects.set(selectedInput, select);
    }
    return select;
  }

  /** Writes the slice into each row that was made, and lists it under its slice. */
  #listNew({ table, sliceSlot, slices }: Distinct, slice: Column, touched: number): void {
    const { i64 } = this.#context.kernels.memory;
    const offset = table.slotOffsets[sliceSlot]!;
    const starts = slice.values as BigInt64Array;
    const [rows, first, isNew] = [table.touched.view, table.touchedFirst.view, table.touchedNew.view];
    for (let t = 0; t < touched; t++) {
      if (isNew[t] === 0) continue;
      const start = starts[first[t]!]!;
      i64[(rows[t]! + offset) >>> 3] = start;
      if (table.rowsStay) listOf(slices, Number(start)).push(rows[t]!);
    }
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

  #dropScanned({ table, selection, sliceSlot }: Distinct, last: number): void {
    const cursor = new ScanCursor();
    const { memory } = this.#context.kernels;
    for (;;) {
      const count = scanSlices(memory, table, cursor, sliceSlot, last, selection);
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

  #rebuild({ table, slices, selection, sliceSlot }: Distinct): void {
    const cursor = new ScanCursor();
    const offset = table.slotOffsets[sliceSlot]!;
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

/** Whether calls look at all rows of a batch, so that it can be looked up as it is. */
const isWhole = ({ argument, filters }: Distinct, batch: Batch): boolean =>
  !batch.columns[argument]!.hasNulls && filters.some(({ filter }) => filter === undefined);

/** The slot that says of a value which rows of it have passed a filter. */
export const distinctSlot = (counted: boolean): 'i64' | 'i8' => (counted ? 'i64' : 'i8');

/** The DISTINCT calls by argument, and those of an argument by filter. */
export function distinctGroups(calls: readonly AggregateCall[]): DistinctGroup[] {
  const groups = new Map<number, Map<number | undefined, number[]>>();
  for (const [i, { argument, filter, distinct }] of calls.entries()) {
    if (!distinct) continue;
    const filters = groups.get(argument!) ?? new Map<number | undefined, number[]>();
    groups.set(argument!, filters.set(filter, [...(filters.get(filter) ?? []), i]));
  }
  return [...groups].map(([argument, filters]) => ({ argument, filters: [...filters].map(([filter, at]) => ({ filter, calls: at })) }));
}

function listOf(slices: Map<number, RowList>, start: number): RowList {
  let list = slices.get(start);
  if (list === undefined) {
    list = new RowList();
    slices.set(start, list);
  }
  return list;
}
