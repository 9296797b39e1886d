import { Batch, IntVector, RowKind } from '../data/batch.ts';
import { BATCH_ROWS, Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import { descriptorOf } from '../data/types/descriptors.ts';
import type { SortKey } from '../plan/nodes/node.ts';
import { type KeyedTable, ScanCursor } from '../state/keyed-table.ts';
import { BaseOperator } from './base-operator.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';

export interface SortOptions {
  readonly schema: Schema;
  readonly keys: readonly SortKey[];
  readonly offset: number;
  readonly limit: number | undefined;
}

/**
 * ORDER BY over input that ends. Keeps every different row once, with how often it counts and when it first came; a changelog's
 * deletions are taken off. At the end the rows are sorted (equal keys by arrival) and emitted.
 *
 * State: table `rows` (all columns -> count, arrival). Sorting is done by address over columns of the keys alone.
 */
export class SortOperator extends BaseOperator {
  readonly #options: SortOptions;
  #rows!: KeyedTable;
  #out!: Batch;
  #addresses!: IntVector;
  #epoch = 0;
  #arrivals = 0n;
  /** Sorted row addresses, each as often as it counts, once the input has ended. */
  #sorted: Int32Array | undefined;
  #next = 0;
  #offered = true;

  constructor(options: SortOptions) {
    super();
    this.#options = options;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { schema } = this.#options;
    const keyTypes = schema.fields.map(({ type }) => type);
    this.#rows = context.state.keyedTable('rows', { keyTypes, slots: ['i64', 'i64'] });
    this.#out = new Batch(keyTypes.map((type) => new Column(context.kernels.memory, type)));
    this.#addresses = new IntVector(context.kernels.memory);
  }

  process(_port: number, batch: Batch): boolean {
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    this.#rows.lookup(batch, batch.columns, this.#epoch);
    const { i64 } = this.context.kernels.memory;
    const [counter, arrival] = this.#rows.slotOffsets as [number, number];
    const rows = this.#rows.rows.view;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      const row = rows[i]!;
      const kind = batch.kind(i);
      const step = kind === RowKind.updateBefore || kind === RowKind.delete ? -1n : 1n;
      i64[(row + counter) >>> 3] = i64[(row + counter) >>> 3]! + step;
      if (i64[(row + arrival) >>> 3] === 0n) i64[(row + arrival) >>> 3] = ++this.#arrivals;
    }
    return true;
  }

  override endOfInput(): boolean {
    this.#sorted ??= this.#sort();
    for (;;) {
      if (!this.#offered) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#offered = true;
      }
      if (this.#next >= this.#sorted.length) return true;
      this.#fill(this.#sorted);
    }
  }

  #fill(sorted: Int32Array): void {
    const count = Math.min(BATCH_ROWS, sorted.length - this.#next);
    this.#addresses.view.set(sorted.subarray(this.#next, this.#next + count));
    this.#rows.readKeys(this.#addresses, count, this.#out.columns);
    this.#out.rowCount = count;
    this.#next += count;
    this.#offered = false;
  }

  #sort(): Int32Array {
    const { offset, limit } = this.#options;
    const { addresses, arrivals, counts, columns } = this.#readAll();
    const order = Int32Array.from(addresses, (_, i) => i);
    const compare = this.#comparator(columns, arrivals);
    order.sort(compare);
    const result: number[] = [];
    const end = limit === undefined ? Number.POSITIVE_INFINITY : offset + limit;
    for (const i of order) for (let n = counts[i]!; n > 0 && result.length < end; n--) result.push(addresses[i]!);
    for (const column of columns) column.free();
    return Int32Array.from(result.slice(offset));
  }

  #readAll(): { addresses: Int32Array; arrivals: bigint[]; counts: number[]; columns: Column[] } {
    const { memory } = this.context.kernels;
    const addresses = new Int32Array(this.#rows.size);
    const cursor = new ScanCursor();
    for (let at = 0; ; ) {
      const count = this.#rows.scan(cursor, BATCH_ROWS, this.#addresses);
      if (count === 0) break;
      addresses.set(this.#addresses.view.subarray(0, count), at);
      at += count;
    }
    const columns = this.#readKeyColumns(addresses);
    const [counter, arrival] = this.#rows.slotOffsets as [number, number];
    const arrivals = Array.from(addresses, (row) => memory.i64[(row + arrival) >>> 3]!);
    const counts = Array.from(addresses, (row) => Number(memory.i64[(row + counter) >>> 3]!));
    return { addresses, arrivals, counts, columns };
  }

  /** All rows' columns, as long as the table: strings refer into the state. Only those of the sort keys are kept. */
  #readKeyColumns(addresses: Int32Array): Column[] {
    const { memory } = this.context.kernels;
    const { schema, keys } = this.#options;
    const wide = keys.map(({ column }) => new Column(memory, schema.fields[column]!.type, Math.max(1, addresses.length)));
    for (let at = 0; at < addresses.length; at += BATCH_ROWS) {
      const count = Math.min(BATCH_ROWS, addresses.length - at);
      this.#addresses.view.set(addresses.subarray(at, at + count));
      this.#rows.readKeys(this.#addresses, count, this.#out.columns);
      for (const [k, { column }] of keys.entries()) copyInto(wide[k]!, at, this.#out.columns[column]!, count);
    }
    return wide;
  }

  #comparator(columns: readonly Column[], arrivals: readonly bigint[]): (a: number, b: number) => number {
    const { keys } = this.#options;
    const descriptors = columns.map(({ type }) => descriptorOf(type));
    return (a, b) => {
      for (const [k, { descending, nullsFirst }] of keys.entries()) {
        const column = columns[k]!;
        const [aNull, bNull] = [column.isNull(a), column.isNull(b)];
        if (aNull !== bNull) return aNull === nullsFirst ? -1 : 1;
        if (aNull) continue;
        const order = descriptors[k]!.compare(column, a, column, b);
        if (order !== 0) return descending ? -order : order;
      }
      return arrivals[a]! < arrivals[b]! ? -1 : 1;
    };
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#rows.snapshot(writer);
    writer.writeOperator('arrivals', String(this.#arrivals));
  }

  override restore(reader: SnapshotReader): void {
    this.#rows.restore(reader);
    for (const arrivals of reader.readOperator('arrivals') as string[])
      if (BigInt(arrivals) > this.#arrivals) this.#arrivals = BigInt(arrivals);
  }

  override close(): void {
    this.#rows.drop();
    for (const column of this.#out.columns) column.free();
    this.#addresses.free();
  }
}

function copyInto(target: Column, at: number, source: Column, count: number): void {
  (target.values as Int32Array).set((source.values as Int32Array).subarray(0, count), at);
  if (source.aux.length > 0) (target.aux as Int32Array).set((source.aux as Int32Array).subarray(0, count), at);
  if (!source.hasNulls) return;
  if (!target.hasNulls) {
    target.nulls.fill(0);
    target.hasNulls = true;
  }
  target.nulls.set(source.nulls.subarray(0, count), at);
}
