import { Batch, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, type Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { KeyedTable } from '../../state/keyed-table.ts';
import { JoinSide } from '../join/join-side.ts';
import type { OperatorContext } from '../operator.ts';

/** The rows of a looked-up table by key, as they were when it was read. No part of the operator's state: they are read anew after a restart. */
export class LookupRows {
  readonly #keys: readonly number[];
  readonly #heads: KeyedTable;
  readonly side: JoinSide;
  readonly #live: IntVector;
  readonly #found = new Int32Array(BATCH_ROWS);
  #epoch = 0;

  constructor(context: OperatorContext, name: string, schema: Schema, keys: readonly number[]) {
    this.#keys = keys;
    const keyTypes = keys.map((key) => ({ ...schema.fields[key]!.type, nullable: true }));
    this.#heads = context.state.keyedTable(`${name}-keys`, { keyTypes, slots: ['i32'] });
    this.side = new JoinSide(context, name, { schema, keys, updates: false, uniqueKey: undefined, countsPartners: false }, this.#heads, 0);
    this.#live = new IntVector(context.kernels.memory);
  }

  add(batch: Batch): void {
    const columns = this.#keys.map((key) => batch.columns[key]!);
    const live = withKeys(batch, columns, this.#live);
    if (live.size === 0) return;
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    this.#heads.lookup(live, columns, this.#epoch);
    this.#found.set(this.#heads.rows.view.subarray(0, batch.rowCount));
    this.side.apply(live, this.#found);
  }

  /** Writes the first row of each row's key into `firsts`, by index; 0 for none. */
  find(batch: Batch, columns: readonly Column[], i32: Int32Array, firsts: Int32Array): void {
    const live = withKeys(batch, columns, this.#live);
    firsts.fill(0, 0, batch.rowCount);
    this.#heads.find(live, columns);
    const heads = this.#heads.rows.view;
    const { headOffset } = this.side;
    const { size } = live;
    const selection = live.selection?.view;
    for (let n = 0; n < size; n++) {
      const i = selection === undefined ? n : selection[n]!;
      if (heads[i] !== 0) firsts[i] = i32[(heads[i]! + headOffset) >>> 2]!;
    }
  }

  close(): void {
    this.side.close();
    this.#heads.drop();
    this.#live.free();
  }
}

/** The rows whose key has no NULL. */
function withKeys(batch: Batch, columns: readonly Column[], live: IntVector): Batch {
  const nullable = columns.filter(({ hasNulls }) => hasNulls);
  if (nullable.length === 0) return batch;
  let count = 0;
  for (let n = 0; n < batch.size; n++) {
    const i = batch.rowIndex(n);
    if (!nullable.some(({ nulls }) => nulls[i] === 1)) live.view[count++] = i;
  }
  const { rowCount } = batch;
  return Object.assign(new Batch(batch.columns), { rowCount, selection: live, selectedCount: count });
}
