import { Batch, ByteVector, IntVector, RowKind } from '../data/batch.ts';
import { Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import { descriptorOf } from '../data/types/descriptors.ts';
import { bothNullOrEqual } from '../data/types/null-equality.ts';
import { types } from '../data/types/sql-type.ts';
import type { ValueState } from '../state/value-state.ts';
import { BaseOperator } from './base-operator.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';
import { StateTtl } from './state-ttl.ts';

export interface ChangelogNormalizeOptions {
  readonly schema: Schema;
  /** The columns of the key. */
  readonly keys: readonly number[];
  /** Whether -U rows are wanted before +U. */
  readonly updateBefore: boolean;
  /** 'batch': one change per key and batch; 'record': one for each input row that changes something, as Flink. */
  readonly changelog: 'batch' | 'record';
  /** How long the row of a key is known that gets no other, in milliseconds; for ever by default. */
  readonly stateTtlMs?: number | undefined;
}

/**
 * Makes a whole changelog of one by key, as Flink's ChangelogNormalize: of rows that are the newest of their key (+I and +U, which is which
 * need not be right) and of deletions that have nothing but the key. A row like the one before, and a deletion of what is not there,
 * change nothing.
 *
 * With a time to live, a key whose time is over is one that never was; and a row like the one before is given out, as in Flink, so that what follows
 * keeps it, too.
 *
 * State: `rows` (key -> the other columns of its newest row). A batch is compared with the state as a whole; the state is changed when
 * everything was taken, because what is taken back lies in it.
 */
export class ChangelogNormalizeOperator extends BaseOperator {
  readonly #options: ChangelogNormalizeOptions;
  readonly #valueColumns: readonly number[];
  #rows!: ValueState;
  #ttl: StateTtl | undefined;
  /** When the rows in hand are written, where there is a time to live. */
  #written: Column | undefined;
  /** The values of the state for each row of the batch in hand. */
  #before!: readonly Column[];
  /** Old rows to take back, new rows to give out, and those among the old that are gone. */
  #old!: Changes;
  #new!: Changes;
  #gone!: Changes;
  /** Where the work on the batch in hand stands. */
  #phase: 'none' | 'old' | 'new' = 'none';
  #row = 0;
  #single!: IntVector;

  constructor(options: ChangelogNormalizeOptions) {
    super();
    this.#options = options;
    this.#valueColumns = [...options.schema.fields.keys()].filter((column) => !options.keys.includes(column));
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const typeOf = (column: number) => this.#options.schema.fields[column]!.type;
    const { stateTtlMs } = this.#options;
    const own = stateTtlMs === undefined ? [] : [types.double(false)];
    const valueTypes = [...this.#valueColumns.map(typeOf), ...own];
    this.#rows = context.state.valueState('rows', { keyTypes: this.#options.keys.map(typeOf), valueTypes, spills: true });
    if (stateTtlMs !== undefined) {
      this.#ttl = new StateTtl(context.kernels, context.clock, stateTtlMs, this.#rows.table, valueTypes.length - 1);
      this.#written = new Column(memory, types.double(false));
    }
    this.#before = valueTypes.map((type) => new Column(memory, { ...type, nullable: true }));
    this.#old = new Changes(new IntVector(memory), new ByteVector(memory));
    this.#new = new Changes(new IntVector(memory), new ByteVector(memory));
    this.#gone = new Changes(new IntVector(memory), new ByteVector(memory));
    this.#single = new IntVector(memory);
  }

  process(_port: number, batch: Batch): boolean {
    if (this.#options.changelog === 'batch') return this.#processPart(batch);
    const one = Object.assign(new Batch(batch.columns), {
      rowCount: batch.rowCount,
      kinds: batch.kinds,
      selection: this.#single,
      selectedCount: 1,
    });
    for (; this.#row < batch.size; this.#row++) {
      this.#single.view[0] = batch.rowIndex(this.#row);
      if (!this.#processPart(one)) return false;
    }
    this.#row = 0;
    return true;
  }

  #processPart(batch: Batch): boolean {
    if (this.#phase === 'none') {
      this.#compare(batch);
      this.#phase = 'old';
    }
    if (this.#phase === 'old') {
      if (!this.#offer(this.#old, batch, this.#oldColumns(batch))) return false;
      this.#phase = 'new';
    }
    if (!this.#offer(this.#new, batch, batch.columns)) return false;
    this.#keep(batch);
    this.#phase = 'none';
    return true;
  }

  /** Lists what the last row of each key changes. */
  #compare(batch: Batch): void {
    const keys = this.#keyColumns(batch);
    this.#rows.get(batch, keys, this.#before);
    this.#forgetOver(batch);
    for (const changes of [this.#old, this.#new, this.#gone]) changes.count = 0;
    for (const row of this.#lastRows(batch, keys)) {
      const isKnown = this.#rows.rows.view[row] !== 0;
      const isDeletion = batch.kind(row) === RowKind.delete || batch.kind(row) === RowKind.updateBefore;
      if (isDeletion) {
        if (!isKnown) continue;
        this.#old.add(row, RowKind.delete);
        this.#gone.add(row, RowKind.delete);
      } else if (!isKnown) this.#new.add(row, RowKind.insert);
      else if (this.#ttl !== undefined || !this.#isSame(batch, row)) {
        if (this.#options.updateBefore) this.#old.add(row, RowKind.updateBefore);
        this.#new.add(row, RowKind.updateAfter);
      }
    }
  }

  /** Keys whose time is over are not known. */
  #forgetOver(batch: Batch): void {
    if (this.#ttl === undefined) return;
    const rows = this.#rows.rows.view;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      if (rows[i] !== 0 && this.#ttl.isOver(rows[i]!)) rows[i] = 0;
    }
  }

  /** The last row of each key, ascending. Known keys are told apart by their address in the state, others by their values. */
  #lastRows(batch: Batch, keys: readonly Column[]): Iterable<number> {
    const last = new Map<number | string, number>();
    const addresses = this.#rows.rows.view;
    for (let n = 0; n < batch.size; n++) {
      const row = batch.rowIndex(n);
      last.set(addresses[row] || keys.map((column) => descriptorOf(column.type).json(column, row)).join(), row);
    }
    return [...last.values()].sort((a, b) => a - b);
  }

  #isSame(batch: Batch, row: number): boolean {
    return this.#valueColumns.every((index, v) => {
      const column = batch.columns[index]!;
      return bothNullOrEqual(descriptorOf(column.type), column, row, this.#before[v]!, row);
    });
  }

  #offer({ rows, count, kinds }: Changes, batch: Batch, columns: readonly Column[]): boolean {
    if (count === 0) return true;
    const out = Object.assign(new Batch(columns), { rowCount: batch.rowCount, selection: rows, selectedCount: count, kinds });
    return this.context.out.offer(out);
  }

  /** The key as the batch has it, the other columns as the state has them. */
  #oldColumns(batch: Batch): Column[] {
    return batch.columns.map((column, i) => (this.#options.keys.includes(i) ? column : this.#before[this.#valueColumns.indexOf(i)]!));
  }

  #keep(batch: Batch): void {
    const keys = this.#keyColumns(batch);
    const { rowCount } = batch;
    const values = this.#valueColumns.map((column) => batch.columns[column]!);
    if (this.#written !== undefined) {
      (this.#written.values as Float64Array).fill(this.context.clock.now(), 0, rowCount);
      values.push(this.#written);
      this.#ttl!.written();
    }
    const fresh = { rowCount, selection: this.#new.rows, selectedCount: this.#new.count };
    if (this.#new.count > 0) this.#rows.put(fresh, keys, values);
    const gone = { rowCount, selection: this.#gone.rows, selectedCount: this.#gone.count };
    if (this.#gone.count > 0) this.#rows.remove(gone, keys);
  }

  #keyColumns(batch: Batch): Column[] {
    return this.#options.keys.map((key) => batch.columns[key]!);
  }

  override nextTimer(): number | undefined {
    return this.#ttl?.nextTimer();
  }

  /** Looks for keys whose time is over. */
  override timer(nowMs: number): boolean {
    this.#ttl?.sweep(nowMs);
    return true;
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#rows.snapshot(writer);
  }

  override restore(reader: SnapshotReader): void {
    this.#rows.restore(reader);
    this.#ttl?.restored();
  }

  override close(): void {
    for (const column of this.#before) column.free();
    for (const changes of [this.#old, this.#new, this.#gone]) changes.free();
    this.#single.free();
    this.#written?.free();
    this.#ttl?.close();
    this.#rows.drop();
  }
}

/** Rows of a batch, and what is done with each. */
class Changes {
  readonly rows: IntVector;
  /** By row index. */
  readonly kinds: ByteVector;
  count = 0;

  constructor(rows: IntVector, kinds: ByteVector) {
    this.rows = rows;
    this.kinds = kinds;
  }

  add(row: number, kind: number): void {
    this.rows.view[this.count++] = row;
    this.kinds.view[row] = kind;
  }

  free(): void {
    this.rows.free();
    this.kinds.free();
  }
}
