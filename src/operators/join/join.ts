import { Batch, ByteVector, IntVector, RowKind, type RowKindCode } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import type { JoinType } from '../../plan/nodes/node.ts';
import type { KeyedTable } from '../../state/keyed-table.ts';
import { BaseOperator } from '../base-operator.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from '../operator.ts';
import { JoinSide, type JoinSideOptions } from './join-side.ts';
import { PairCondition } from './pair-condition.ts';
import { takeRows } from './take-rows.ts';

/** Rows whose keys are looked up at a time, so that what was found is in the cache for what is read from there. */
const PART_ROWS = 512;

export interface JoinOptions {
  readonly type: JoinType;
  readonly left: Omit<JoinSideOptions, 'countsPartners'>;
  readonly right: Omit<JoinSideOptions, 'countsPartners'>;
  /** Keys, by position, of which NULL equals NULL. */
  readonly nullSafe?: readonly number[] | undefined;
  /** Over the left columns and then the right ones. */
  readonly condition: Expression | undefined;
  /** The columns that go on, of the left ones and then the right ones. */
  readonly output: readonly number[];
  readonly schema: Schema;
  readonly insertOnly: boolean;
  /** Whether -U rows are wanted; without, a row that is taken back comes as -D. */
  readonly updateBefore: boolean;
  readonly timeZone: string;
}

/** Which rows a join of a type shows without a partner. */
export const isPadded = (type: JoinType, side: 'left' | 'right'): boolean => type === side || type === 'full';

/** Sides whose rows' partners are counted. */
export const countsPartners = (type: JoinType, side: 'left' | 'right'): boolean =>
  isPadded(type, side) || (side === 'left' && (type === 'semi' || type === 'anti'));

/**
 * A regular join over changing inputs, as Flink's: each row meets those of the other side that are there, and is kept for those that will come.
 *
 * A batch first goes into its own side's state as a whole; then its rows are paired with the other side's, a batch of pairs at a time, the
 * condition is tested, and what comes of the pairs is gathered into columns. Rows without a partner (outer, semi and anti joins) are told by
 * counters of partners. A row whose key has a NULL meets nothing, and is not kept.
 *
 * State: `left`, `right` (rows). The lists of rows by key are derived.
 */
export class JoinOperator extends BaseOperator {
  readonly #options: JoinOptions;
  readonly #isSemi: boolean;
  #heads!: KeyedTable;
  #sides!: readonly [JoinSide, JoinSide];
  #condition: PairCondition | undefined;
  #epoch = 0;
  /** Of each row of the batch in hand, by index, the address of its key; 0 where that has a NULL. */
  readonly #keys = new Int32Array(BATCH_ROWS);
  /** The first row of the other side with that key, or 0, and the second. */
  readonly #firsts = new Int32Array(BATCH_ROWS);
  readonly #seconds = new Int32Array(BATCH_ROWS);
  #live!: IntVector;
  #isActive = false;
  /** Where pairing stands: the row of the batch, and the next row of the other side, if that has been looked for. */
  #row = 0;
  #next = 0;
  #isSearched = false;
  /** Pairs: the row's index, and the other row's address, or 0 after the last one of a row. */
  #pairRows!: IntVector;
  #pairOthers!: IntVector;
  #pairCount = 0;
  #pair = 0;
  /** Of the pair in hand how many equal rows were done, and of the row in hand how many partners it has. */
  #copy = 0;
  #matched = 0;
  #out!: Batch;
  #outRows!: IntVector;
  #outOthers!: IntVector;
  #kinds!: ByteVector;
  #count = 0;
  #isPending = false;

  constructor(options: JoinOptions) {
    super();
    this.#options = options;
    this.#isSemi = options.type === 'semi' || options.type === 'anti';
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { type, left, right, condition, schema, timeZone } = this.#options;
    const keyTypes = left.keys.map((key) => ({ ...left.schema.fields[key]!.type, nullable: true }));
    this.#heads = context.state.keyedTable('keys', { keyTypes, slots: ['i32', 'i32'] });
    const side = (name: 'left' | 'right', options: Omit<JoinSideOptions, 'countsPartners'>, slot: number): JoinSide =>
      new JoinSide(context, name, { ...options, countsPartners: countsPartners(type, name) }, this.#heads, slot);
    this.#sides = [side('left', left, 0), side('right', right, 1)];
    if (condition !== undefined) {
      const both = { fields: [...left.schema.fields, ...right.schema.fields] };
      this.#condition = new PairCondition(context, both, condition, timeZone);
    }
    this.#out = new Batch(schema.fields.map((field) => new Column(memory, field.type)));
    this.#live = new IntVector(memory);
    this.#pairRows = new IntVector(memory);
    this.#pairOthers = new IntVector(memory);
    this.#outRows = new IntVector(memory);
    this.#outOthers = new IntVector(memory);
    this.#kinds = new ByteVector(memory);
  }

  process(port: number, batch: Batch): boolean {
    if (!this.#isActive) this.#begin(port, batch);
    for (;;) {
      if (this.#isPending) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#isPending = false;
      }
      if (this.#pair < this.#pairCount) this.#emit(port, batch);
      else if (!this.#pairUp(port, batch)) break;
    }
    if (batch.kinds !== null) this.#dropEmptyKeys(batch);
    this.#isActive = false;
    return true;
  }

  #begin(port: number, batch: Batch): void {
    const live = this.#findKeys(port, batch);
    const [own, other] = this.#ownAndOther(port);
    own.apply(live, this.#keys);
    other.store.begin();
    this.#row = this.#pair = this.#pairCount = this.#matched = 0;
    this.#isSearched = false;
    this.#isActive = true;
  }

  #ownAndOther(port: number): [JoinSide, JoinSide] {
    const [left, right] = this.#sides;
    return port === 0 ? [left, right] : [right, left];
  }

  #keyColumns(port: number, batch: Batch): Column[] {
    const { left, right } = this.#options;
    return (port === 0 ? left : right).keys.map((key) => batch.columns[key]!);
  }

  /** Looks the keys up, and returns the rows that have one without NULL. */
  #findKeys(port: number, batch: Batch): Batch {
    const columns = this.#keyColumns(port, batch);
    const { nullSafe = [] } = this.#options;
    const refusing = columns.filter((column, i) => column.hasNulls && !nullSafe.includes(i));
    const live = refusing.length > 0 ? this.#withoutNulls(batch, refusing) : batch;
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    if (live !== batch) {
      this.#keys.fill(0, 0, batch.rowCount);
      this.#firsts.fill(0, 0, batch.rowCount);
    }
    const { size } = live;
    const [, other] = this.#ownAndOther(port);
    for (let from = 0; from < size; from += PART_ROWS) {
      const to = Math.min(from + PART_ROWS, size);
      this.#heads.lookup(live, columns, this.#epoch, from, to);
      this.#findFirsts(live, other, from, to);
    }
    return live;
  }

  /** Notes the keys' rows, the first partner of each, and the one after that, in loops whose loads do not wait for each other. */
  #findFirsts(live: Batch, { headOffset, nextOffset }: JoinSide, from: number, to: number): void {
    const { i32 } = this.context.kernels.memory;
    const [found, keys, firsts, seconds] = [this.#heads.rows.view, this.#keys, this.#firsts, this.#seconds];
    const selection = live.selection?.view;
    for (let n = from; n < to; n++) {
      const i = selection === undefined ? n : selection[n]!;
      keys[i] = found[i]!;
      firsts[i] = i32[(found[i]! + headOffset) >>> 2]!;
    }
    for (let n = from; n < to; n++) {
      const i = selection === undefined ? n : selection[n]!;
      seconds[i] = i32[(firsts[i]! + nextOffset) >>> 2]!;
    }
  }

  #withoutNulls(batch: Batch, nullable: readonly Column[]): Batch {
    const live = this.#live.view;
    let count = this.#withoutNull(batch.selection?.view, batch.size, nullable[0]!.nulls);
    for (const { nulls } of nullable.slice(1)) count = this.#withoutNull(live, count, nulls);
    if (count === batch.size) return batch;
    const { rowCount, kinds } = batch;
    return Object.assign(new Batch(batch.columns), { rowCount, kinds, selection: this.#live, selectedCount: count });
  }

  #withoutNull(selection: Int32Array | undefined, size: number, nulls: Uint8Array): number {
    const live = this.#live.view;
    let count = 0;
    for (let n = 0; n < size; n++) {
      const i = selection === undefined ? n : selection[n]!;
      live[count] = i;
      count += 1 - nulls[i]!;
    }
    return count;
  }

  /** Lists pairs of the next rows, tests them, and says whether there were any rows left. */
  #pairUp(port: number, batch: Batch): boolean {
    const count = this.#list(port, batch);
    this.#pairCount = count;
    this.#pair = this.#copy = 0;
    if (count === 0) return false;
    const [own, other] = this.#ownAndOther(port);
    if (other.countsPartners) other.store.touch(this.#pairOthers, count);
    if (this.#condition !== undefined) this.#test(this.#condition, port, batch, other, own.countsPartners, count);
    return true;
  }

  #list(port: number, batch: Batch): number {
    const [own, { nextOffset }] = this.#ownAndOther(port);
    const { i32 } = this.context.kernels.memory;
    const [rows, others, firsts, seconds] = [this.#pairRows.view, this.#pairOthers.view, this.#firsts, this.#seconds];
    const { size } = batch;
    const selection = batch.selection?.view;
    const marksEnds = own.countsPartners;
    let [count, n, next, isSearched] = [0, this.#row, this.#next, this.#isSearched];
    for (; n < size && count < BATCH_ROWS; n++) {
      const i = selection === undefined ? n : selection[n]!;
      if (!isSearched) {
        isSearched = true;
        next = firsts[i]!;
        if (next !== 0) {
          rows[count] = i;
          others[count++] = next;
          next = seconds[i]!;
        }
      }
      while (next !== 0 && count < BATCH_ROWS) {
        rows[count] = i;
        others[count++] = next;
        next = i32[(next + nextOffset) >>> 2]!;
      }
      if (next !== 0 || (marksEnds && count === BATCH_ROWS)) break;
      if (marksEnds) {
        rows[count] = i;
        others[count++] = 0;
      }
      isSearched = false;
    }
    this.#row = n;
    this.#next = next;
    this.#isSearched = isSearched;
    return count;
  }

  #test(condition: PairCondition, port: number, batch: Batch, other: JoinSide, hasEnds: boolean, count: number): void {
    const width = this.#options.left.schema.fields.length;
    const [left, right] = [condition.columns.slice(0, width), condition.columns.slice(width)];
    takeRows(this.context.kernels, batch.columns, this.#pairRows, count, port === 0 ? left : right);
    other.store.read(this.#pairOthers, count, port === 0 ? right : left);
    const selected = this.#outRows.view;
    const others = this.#pairOthers.view;
    let pairs = 0;
    for (let n = 0; n < count; n++) if (!hasEnds || others[n] !== 0) selected[pairs++] = n;
    condition.test(count, this.#outRows, pairs);
  }

  /** Makes a batch of what comes of the next pairs. */
  #emit(port: number, batch: Batch): void {
    this.#count = 0;
    const [own, other] = this.#ownAndOther(port);
    if (this.#condition === undefined && !own.countsPartners && !other.countsPartners && batch.kinds === null) this.#emitAll(other);
    else while (this.#pair < this.#pairCount && this.#count + 2 <= BATCH_ROWS) this.#emitPair(port, batch, own, other);
    if (this.#count > 0) this.#gather(port, batch, other);
  }

  /** Inner joins of inserts: each pair is a row, unless one stands for several. */
  #emitAll(other: JoinSide): void {
    const [rows, others, outRows, outOthers, kinds] = [
      this.#pairRows.view,
      this.#pairOthers.view,
      this.#outRows.view,
      this.#outOthers.view,
      this.#kinds.view,
    ];
    let [count, pair, copy] = [0, this.#pair, this.#copy];
    for (; pair < this.#pairCount && count < BATCH_ROWS; pair++) {
      const copies = other.copies(others[pair]!);
      for (; copy < copies && count < BATCH_ROWS; copy++) {
        outRows[count] = rows[pair]!;
        outOthers[count] = others[pair]!;
        kinds[count++] = RowKind.insert;
      }
      if (copy < copies) break;
      copy = 0;
    }
    this.#pair = pair;
    this.#copy = copy;
    this.#count = count;
  }

  #emitPair(port: number, batch: Batch, own: JoinSide, other: JoinSide): void {
    const pair = this.#pair;
    const i = this.#pairRows.view[pair]!;
    const row = this.#pairOthers.view[pair]!;
    const kind = batch.kind(i);
    if (row === 0) {
      this.#endRow(i, kind, own);
      this.#pair++;
      return;
    }
    if (this.#condition !== undefined && this.#condition.passes[pair] === 0) {
      this.#pair++;
      return;
    }
    const copies = other.copies(row);
    if (this.#isSemi) this.#meet(port, row, kind, other);
    else this.#join(i, row, kind, own, other);
    if (++this.#copy < copies) return;
    this.#copy = 0;
    this.#matched += copies;
    if (other.countsPartners) other.setPartners(row, other.partners(row) + (isAdded(kind) ? 1 : -1));
    this.#pair++;
  }

  /** A pair, and around it the other row alone, which came or went as it had no partner. */
  #join(i: number, row: number, kind: RowKindCode, own: JoinSide, other: JoinSide): void {
    if (isAdded(kind)) {
      if (other.countsPartners && other.partners(row) === 0) this.#add(-1, row, RowKind.delete);
      this.#add(i, row, own.countsPartners || other.countsPartners ? RowKind.insert : kind);
      return;
    }
    this.#add(i, row, own.countsPartners ? RowKind.delete : kind);
    if (other.countsPartners && other.partners(row) === 1) this.#add(-1, row, RowKind.insert);
  }

  /** A right row of a semi or anti join decides about the left rows that it meets first, or last. A left row is decided at its end. */
  #meet(port: number, row: number, kind: RowKindCode, other: JoinSide): void {
    if (port === 0) return;
    const isAnti = this.#options.type === 'anti';
    const added = isAdded(kind);
    if (other.partners(row) !== (added ? 0 : 1)) return;
    if (isAnti) this.#add(-1, row, added ? RowKind.delete : RowKind.insert);
    else this.#add(-1, row, kind);
  }

  /** After a row's last pair. */
  #endRow(i: number, kind: RowKindCode, own: JoinSide): void {
    const matched = this.#matched;
    this.#matched = 0;
    if (this.#isSemi) {
      if (matched > 0 === (this.#options.type === 'semi')) this.#add(i, 0, kind);
    } else if (matched === 0) this.#add(i, 0, isAdded(kind) ? RowKind.insert : RowKind.delete);
    if (isAdded(kind) && this.#keys[i] !== 0) own.setPartners(own.store.rows.view[i]!, matched);
  }

  #add(i: number, row: number, kind: RowKindCode): void {
    const n = this.#count++;
    this.#outRows.view[n] = i;
    this.#outOthers.view[n] = row;
    this.#kinds.view[n] = kind === RowKind.updateBefore && !this.#options.updateBefore ? RowKind.delete : kind;
  }

  #gather(port: number, batch: Batch, other: JoinSide): void {
    const { output, left, right, insertOnly } = this.#options;
    const width = left.schema.fields.length;
    const sides: [(Column | undefined)[], (Column | undefined)[]] = [
      new Array<Column | undefined>(width).fill(undefined),
      new Array<Column | undefined>(right.schema.fields.length).fill(undefined),
    ];
    output.forEach((column, i) => {
      sides[column < width ? 0 : 1][column < width ? column : column - width] = this.#out.columns[i]!;
    });
    takeRows(this.context.kernels, batch.columns, this.#outRows, this.#count, sides[port === 0 ? 0 : 1]);
    other.store.read(this.#outOthers, this.#count, sides[port === 0 ? 1 : 0]);
    this.#out.rowCount = this.#count;
    this.#out.kinds = insertOnly ? null : this.#kinds;
    this.#isPending = true;
  }

  /** Forgets keys of which no row is left. */
  #dropEmptyKeys(batch: Batch): void {
    const [left, right] = this.#sides;
    const empty = this.#live.view;
    let count = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      const key = this.#keys[i]!;
      if (key !== 0 && !isAdded(batch.kind(i)) && left.isEmpty(key) && right.isEmpty(key)) empty[count++] = key;
    }
    if (count > 0) this.#heads.removeAll(this.#live, count);
  }

  override snapshot(writer: SnapshotWriter): void {
    for (const side of this.#sides) side.store.snapshot(writer);
  }

  override restore(reader: SnapshotReader): void {
    for (const side of this.#sides) {
      side.store.restore(reader);
      side.relink((rowCount, keys) => {
        this.#epoch = (this.#epoch + 1) | 0 || 1;
        this.#heads.lookup(Object.assign(new Batch(keys), { rowCount }), keys, this.#epoch);
        return this.#heads.rows.view;
      });
    }
  }

  override close(): void {
    for (const column of this.#out.columns) column.free();
    for (const vector of [this.#live, this.#pairRows, this.#pairOthers, this.#outRows, this.#outOthers, this.#kinds]) vector.free();
    this.#condition?.close();
    for (const side of this.#sides) side.close();
    this.#heads.drop();
  }
}

const isAdded = (kind: RowKindCode): boolean => kind === RowKind.insert || kind === RowKind.updateAfter;
