import { type AccumulateFunction, type AggregateCodegen, orderedCalls } from '../codegen/aggregate.ts';
import type { CodegenContext } from '../codegen/environment.ts';
import { compileRowOrder, type RowOrder } from '../codegen/row-order.ts';
import { compileSelect, type SelectFunction } from '../codegen/select-values.ts';
import { Batch, IntVector, RowKind } from '../data/batch.ts';
import { BATCH_ROWS, Column } from '../data/column.ts';
import type { Field, Schema } from '../data/schema.ts';
import { withNullable } from '../data/types/sql-type.ts';
import type { AggregateCall } from '../plan/nodes/node.ts';
import { type KeyedTable, ScanCursor } from '../state/keyed-table.ts';
import type { RowStore, RowStoreOptions } from '../state/row-store.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';
import { OrderedPartitions } from './rank/ordered-partitions.ts';
import { RowList } from './row-list.ts';

/**
 * How the values of one argument are kept: `fields` are the grouping keys, of which the last `apart` do not choose the key group, then the
 * argument. The link counts equal values.
 */
export const orderedStore = (fields: readonly Field[], apart = 0): RowStoreOptions => {
  const columns = [...fields.keys()];
  const grouping = fields.length - 1 - apart;
  return { types: fields.map(({ type }) => type), groupColumns: columns.slice(0, grouping), identity: columns.slice(grouping), links: 1 };
};

/** Positions of the calls whose values are kept in order, those with the same argument and filter together. */
export function orderedGroups(calls: readonly AggregateCall[]): number[][] {
  const byArgument = new Map<string, number[]>();
  for (const i of orderedCalls(calls)) {
    const key = `${calls[i]!.argument}/${calls[i]!.filter}`;
    byArgument.set(key, [...(byArgument.get(key) ?? []), i]);
  }
  return [...byArgument.values()];
}

/**
 * The values of MIN and MAX over rows that may be taken back. Each value of a group is kept once, with a counter; the values of a group are an
 * ordered list of addresses, which is derived. When a batch is through, the first or last of a group's list goes into the group's slots.
 */
export class OrderedValues {
  readonly #parts: readonly OrderedPart[];

  /**
   * `groups` is the table of the groups' rows, whose slots `generator` knows. The last `apart` of the keys do not choose the key group: the end of a
   * window.
   */
  constructor(
    context: OperatorContext,
    codegen: CodegenContext,
    generator: AggregateCodegen,
    groups: KeyedTable,
    input: Schema,
    keys: readonly number[],
    calls: readonly AggregateCall[],
    apart = 0,
  ) {
    this.#parts = orderedGroups(calls).map((indexes, n) => {
      const members = indexes.map((index) => ({ index, call: calls[index]! }));
      return new OrderedPart(context, codegen, generator, groups, input, keys, members, `ordered-${n}`, apart);
    });
  }

  /** Whether there is anything to keep. */
  get isNeeded(): boolean {
    return this.#parts.length > 0;
  }

  /** Takes a batch whose groups have just been looked up, `touched` in all in this epoch. May grow the memory. */
  update(batch: Batch, touched: number): void {
    for (const part of this.#parts) part.update(batch, touched);
  }

  /** Forgets the values of groups that are over, each named once, whose keys are the batch's columns. May grow the memory. */
  forget(groups: Batch): void {
    for (const part of this.#parts) part.forget(groups);
  }

  snapshot(writer: SnapshotWriter): void {
    for (const part of this.#parts) part.snapshot(writer);
  }

  restore(reader: SnapshotReader): void {
    for (const part of this.#parts) part.restore(reader);
  }

  close(): void {
    for (const part of this.#parts) part.close();
  }
}

interface Member {
  readonly index: number;
  readonly call: AggregateCall;
}

/** The values of one argument and filter. */
class OrderedPart {
  readonly #context: OperatorContext;
  readonly #codegen: CodegenContext;
  readonly #groups: KeyedTable;
  readonly #input: Schema;
  readonly #keys: readonly number[];
  readonly #members: readonly Member[];
  readonly #store: RowStore;
  readonly #countOffset: number;
  readonly #partitions: OrderedPartitions;
  readonly #order: RowOrder;
  readonly #assign: AccumulateFunction;
  readonly #selects = new Map<boolean, SelectFunction>();
  readonly #selection: IntVector;
  readonly #addresses: IntVector;
  readonly #groupRows: IntVector;
  /** A column for each call, with its value for each touched group. */
  readonly #values: Batch;
  readonly #touched = new RowList();
  /** Values that may have no row any more. */
  readonly #doubtful = new RowList();

  constructor(
    context: OperatorContext,
    codegen: CodegenContext,
    generator: AggregateCodegen,
    groups: KeyedTable,
    input: Schema,
    keys: readonly number[],
    members: readonly Member[],
    name: string,
    apart: number,
  ) {
    const { memory } = context.kernels;
    this.#context = context;
    this.#codegen = codegen;
    this.#groups = groups;
    this.#input = input;
    this.#keys = keys;
    this.#members = members;
    const fields = [...keys, this.#argument].map((column) => input.fields[column]!);
    this.#store = context.state.rowStore(name, orderedStore(fields, apart));
    this.#countOffset = this.#store.linkOffsets[0]!;
    const keyTypes = keys.map((key) => input.fields[key]!.type);
    this.#partitions = new OrderedPartitions(context, keyTypes, `${name}-order`);
    const order = { field: this.#store.fields[keys.length]!, column: keys.length, descending: false, nullsFirst: false };
    this.#order = compileRowOrder(codegen, [order]);
    const type = withNullable(fields.at(-1)!.type, true);
    const schema = { fields: members.map(({ index }) => ({ name: `value_${index}`, type })) };
    this.#assign = generator.assign(
      members.map(({ index }) => index),
      schema,
    );
    this.#values = new Batch(members.map(() => new Column(memory, type)));
    this.#selection = new IntVector(memory);
    this.#addresses = new IntVector(memory);
    this.#groupRows = new IntVector(memory);
  }

  get #argument(): number {
    return this.#members[0]!.call.argument!;
  }

  update(batch: Batch, touched: number): void {
    const keys = this.#keys.map((key) => batch.columns[key]!);
    for (const list of [this.#touched, this.#doubtful]) list.length = 0;
    const found = this.#partitions.lookup(batch, keys);
    this.#store.begin();
    this.#forgetEnded(found, touched);
    const selectedCount = this.#select(batch);
    const { rowCount, kinds } = batch;
    const columns = [...keys, batch.columns[this.#argument]!];
    const values = Object.assign(new Batch(columns), { rowCount, kinds, selection: this.#selection, selectedCount });
    if (selectedCount > 0) this.#store.place(values);
    this.#change(values, found);
    this.#assignEnds(batch, found);
    this.#forgetUnused();
  }

  /** Rows that FILTER lets pass and whose value is not null. */
  #select(batch: Batch): number {
    const isSelected = batch.selection !== null;
    let select = this.#selects.get(isSelected);
    if (select === undefined) {
      const filters = [this.#members[0]!.call.filter];
      select = compileSelect(this.#codegen, { argument: this.#argument, filters }, this.#input, isSelected);
      this.#selects.set(isSelected, select);
    }
    return select(batch, this.#selection.view);
  }

  /** A group that begins with this batch has no values, whatever is known of one of its key that has ended. */
  #forgetEnded(found: IntVector, touched: number): void {
    const { touchedNew, touchedFirst } = this.#groups;
    for (let t = 0; t < touched; t++) {
      if (touchedNew.view[t] === 0) continue;
      this.#forgetValues(found.view[touchedFirst.view[t]!]!);
    }
  }

  forget(groups: Batch): void {
    for (const list of [this.#touched, this.#doubtful]) list.length = 0;
    const found = this.#partitions.lookup(groups, groups.columns);
    this.#store.begin();
    for (let n = 0; n < groups.rowCount; n++) {
      this.#forgetValues(found.view[n]!);
      this.#touched.push(found.view[n]!);
    }
    this.#forgetUnused();
  }

  #forgetValues(partition: number): void {
    const count = this.#partitions.count(partition);
    for (let n = 0; n < count; n++) this.#forgetValue(this.#partitions.row(partition, n));
    this.#partitions.clear(partition);
  }

  #forgetValue(row: number): void {
    this.#addresses.view[0] = row;
    this.#store.touch(this.#addresses, 1);
    this.#context.kernels.memory.i32[this.#countAt(row)] = 0;
    this.#doubtful.push(row);
  }

  #countAt(row: number): number {
    return (row + this.#countOffset) >>> 2;
  }

  /** Counts values up and down. What was never added cannot be taken back. */
  #change(values: Batch, found: IntVector): void {
    const rows = this.#store.rows;
    const { memory } = this.#context.kernels;
    for (let n = 0; n < values.selectedCount; n++) {
      const i = this.#selection.view[n]!;
      const row = rows.view[i]!;
      const kind = values.kind(i);
      const before = memory.i32[this.#countAt(row)]!;
      if (kind === RowKind.insert || kind === RowKind.updateAfter) {
        if (before === 0) this.#partitions.insert(found.view[i]!, this.#placeOf(found.view[i]!, row), row);
        memory.i32[this.#countAt(row)] = before + 1;
        continue;
      }
      if (before === 1) this.#partitions.remove(found.view[i]!, this.#placeOf(found.view[i]!, row));
      if (before > 0) memory.i32[this.#countAt(row)] = before - 1;
      if (before < 2) this.#doubtful.push(row);
    }
  }

  #placeOf(partition: number, row: number): number {
    let [low, high] = [0, this.#partitions.count(partition)];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#order.compare(this.#partitions.row(partition, middle), row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Writes the ends of the lists of all touched groups into the groups' slots. */
  #assignEnds(batch: Batch, found: IntVector): void {
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      const partition = found.view[i]!;
      if (this.#partitions.touched(partition) !== 0) continue;
      this.#groupRows.view[this.#touched.length] = this.#groups.rows.view[i]!;
      this.#touched.push(partition);
      this.#partitions.setTouched(partition, this.#touched.length);
    }
    const values = this.#values;
    values.rowCount = this.#touched.length;
    for (const [m, { call }] of this.#members.entries()) {
      this.#listEnds(call.function.ordered!.end);
      const column = values.columns[m]!;
      this.#store.read(this.#addresses, this.#touched.length, [...this.#keys.map(() => undefined), column]);
      if (column.storage === 'bytes') this.#groups.reserveBytes(values, column);
    }
    this.#assign(values, this.#groupRows.view, []);
  }

  #listEnds(end: 'first' | 'last'): void {
    const ends = this.#addresses.view;
    for (let t = 0; t < this.#touched.length; t++) {
      const partition = this.#touched.at(t);
      const count = this.#partitions.count(partition);
      ends[t] = count === 0 ? 0 : this.#partitions.row(partition, end === 'first' ? 0 : count - 1);
    }
  }

  /** Removes values that no row has any more, and lists without values. */
  #forgetUnused(): void {
    const { i32 } = this.#context.kernels.memory;
    const list = this.#addresses.view;
    let count = 0;
    const remove = (): void => {
      this.#store.remove(this.#addresses, count);
      count = 0;
    };
    for (let n = 0; n < this.#doubtful.length; n++) {
      const row = this.#doubtful.at(n);
      if (i32[this.#countAt(row)] !== 0) continue;
      // Listed once: a row may be doubtful several times.
      i32[this.#countAt(row)] = -1;
      list[count++] = row;
      if (count === BATCH_ROWS) remove();
    }
    remove();
    for (let t = 0; t < this.#touched.length; t++) {
      const partition = this.#touched.at(t);
      this.#partitions.setTouched(partition, 0);
      if (this.#partitions.count(partition) === 0) list[count++] = partition;
    }
    this.#partitions.drop(this.#addresses, count);
  }

  snapshot(writer: SnapshotWriter): void {
    this.#store.snapshot(writer);
  }

  restore(reader: SnapshotReader): void {
    this.#store.restore(reader);
    const { memory } = this.#context.kernels;
    const keys = this.#keys.map((key) => new Column(memory, this.#input.fields[key]!.type));
    const cursor = new ScanCursor();
    for (;;) {
      const count = this.#store.scan(cursor, BATCH_ROWS, this.#addresses);
      if (count === 0) break;
      this.#store.read(this.#addresses, count, [...keys, undefined]);
      const found = this.#partitions.lookup(Object.assign(new Batch(keys), { rowCount: count }), keys);
      for (let n = 0; n < count; n++) {
        const [partition, row] = [found.view[n]!, this.#addresses.view[n]!];
        this.#partitions.insert(partition, this.#placeOf(partition, row), row);
      }
    }
    for (const column of keys) column.free();
  }

  close(): void {
    for (const column of this.#values.columns) column.free();
    for (const vector of [this.#selection, this.#addresses, this.#groupRows]) vector.free();
    this.#partitions.close((visit, table) => this.#eachOf(table, visit));
    this.#store.drop();
  }

  #eachOf(table: KeyedTable, visit: (row: number) => void): void {
    const rows = new IntVector(this.#context.kernels.memory);
    const cursor = new ScanCursor();
    for (;;) {
      const count = table.scan(cursor, BATCH_ROWS, rows);
      if (count === 0) break;
      for (let n = 0; n < count; n++) visit(rows.view[n]!);
    }
    rows.free();
  }
}
