import { Column } from '../../data/column.ts';
import type { Field } from '../../data/schema.ts';
import { printType } from '../../data/types/print-type.ts';
import { type SqlType, types, withNullable } from '../../data/types/sql-type.ts';
import type { TableFunction, TableFunctionContext, TableRows } from '../table-function.ts';
import { UnnestMultisetRows } from './unnest-multiset.ts';

/**
 * UNNEST of a collection, with or without the elements' numbers, counted from 1. An array of rows has a column for each field, a map one for keys and
 * one for values; a multiset has its values, each as often as it is there. Undefined for what is no collection. Names and types are Flink's.
 */
export function unnest(collection: SqlType, ordinality: boolean): TableFunction | undefined {
  const fields = elementFields(collection);
  if (fields === undefined) return undefined;
  return {
    name: 'UNNEST',
    identity: `UNNEST ${printType(collection)} ${ordinality}`,
    fields: ordinality ? [...fields, { name: 'ORDINALITY', type: types.int(false) }] : fields,
    open: (context) =>
      collection.root === 'MAP' && collection.isMultiset
        ? new UnnestMultisetRows(context, collection, ordinality)
        : new UnnestRows(context, collection, ordinality),
  };
}

function elementFields(collection: SqlType): readonly Field[] | undefined {
  if (collection.root === 'MAP') {
    // That COLLECT has passed over NULLs does not show here, as in Flink.
    if (collection.isMultiset) return columnsOf(withNullable(collection.key, true));
    return [
      { name: 'KEY', type: collection.key },
      { name: 'VALUE', type: collection.value },
    ];
  }
  if (collection.root !== 'ARRAY') return undefined;
  return columnsOf(collection.element);
}

const columnsOf = (element: SqlType): readonly Field[] => (element.root === 'ROW' ? element.fields : [{ name: 'EXPR$0', type: element }]);

/** The elements lie in the collection's own column already, and are handed on from there. */
class UnnestRows implements TableRows {
  columns: readonly Column[] = [];
  first = 0;
  present: Column | undefined;
  readonly #isRows: boolean;
  #numbers: Column | undefined;
  #collection!: Column;

  constructor({ kernels }: TableFunctionContext, collection: SqlType, ordinality: boolean) {
    this.#isRows = collection.root === 'ARRAY' && collection.element.root === 'ROW';
    if (ordinality) this.#numbers = new Column(kernels.memory, types.int(false));
  }

  begin([collection]: readonly Column[]): void {
    this.#collection = collection!;
    const parts = this.#isRows ? collection!.children[0]!.children : collection!.children;
    this.columns = this.#numbers === undefined ? parts : [...parts, this.#numbers];
    // A NULL among rows makes no row, as in Flink.
    this.present = this.#isRows && collection!.children[0]!.hasNulls ? collection!.children[0] : undefined;
  }

  make(row: number): number {
    if (this.#collection.isNull(row)) return 0;
    this.first = this.#collection.values[row] as number;
    const count = this.#collection.aux[row] as number;
    if (this.#numbers !== undefined) this.#number(this.#numbers, count);
    return count;
  }

  /** Writes the numbers beside the elements. */
  #number(numbers: Column, count: number): void {
    numbers.reserve(this.first + count);
    const values = numbers.values as Int32Array;
    for (let k = 0; k < count; k++) values[this.first + k] = k + 1;
  }

  close(): void {
    this.#numbers?.free();
  }
}
