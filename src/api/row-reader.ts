import { type Batch, ROW_KIND_TEXT } from '../data/batch.ts';
import type { Schema } from '../data/schema.ts';
import type { TypeDescriptor } from '../data/types/descriptor.ts';
import { descriptorOf } from '../data/types/descriptors.ts';
import { types } from '../data/types/sql-type.ts';
import { type RowFactory, rowFactory } from '../data/values/row.ts';
import type { RowObject, Value } from '../data/values/value.ts';

/** What a change does to the result: inserts a row, takes back a row that is updated, puts its new form, deletes a row. */
export type Op = (typeof ROW_KIND_TEXT)[number];

/** One change of a query's result. */
export interface Change<Row> {
  readonly op: Op;
  readonly row: Row;
}

/** Turns batches into rows of exact JavaScript values. */
export class RowReader {
  readonly #descriptors: readonly TypeDescriptor[];
  readonly #factory: RowFactory;

  constructor(schema: Schema) {
    this.#descriptors = schema.fields.map(({ type }) => descriptorOf(type));
    this.#factory = rowFactory(types.row(schema.fields));
  }

  /** Calls `onRow` for each row that counts. */
  forEach(batch: Batch, onRow: (op: Op, row: RowObject) => void): void {
    const { size, columns } = batch;
    const width = this.#descriptors.length;
    for (let n = 0; n < size; n++) {
      const index = batch.rowIndex(n);
      const values = new Array<Value>(width);
      for (let i = 0; i < width; i++) values[i] = this.#descriptors[i]!.read(columns[i]!, index);
      onRow(ROW_KIND_TEXT[batch.kind(index)], this.#factory(values));
    }
  }

  changes(batch: Batch): Change<RowObject>[] {
    const changes: Change<RowObject>[] = [];
    this.forEach(batch, (op, row) => changes.push({ op, row }));
    return changes;
  }
}
