import { type Batch, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, type Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';

/** The rows of a batch that have the same texts in some columns. */
export interface RowGroup {
  readonly texts: readonly (string | undefined)[];
  readonly count: number;
  /** Where its rows begin among the sorted ones. */
  readonly start: number;
}

const SEPARATOR = '\0';

/**
 * Sorts the rows of a batch by the texts of some columns, keeping the order of those with the same. Rows that follow one another mostly
 * have the same values, as those of a day have: texts are made only where a row's differ from the one before.
 */
export class RowGroups {
  readonly #columns: readonly number[];
  /** The rows of one group, for a batch that shows it. */
  readonly #selection: IntVector;
  readonly #groupOf = new Int32Array(BATCH_ROWS);
  readonly #sorted = new Int32Array(BATCH_ROWS);

  constructor(memory: LinearMemory, columns: readonly number[]) {
    this.#columns = columns;
    this.#selection = new IntVector(memory);
  }

  /** The groups of a batch, each once, in the order of their first rows. */
  of(batch: Batch): RowGroup[] {
    const columns = this.#columns.map((index) => batch.columns[index]!);
    const groups: { texts: (string | undefined)[]; count: number; start: number }[] = [];
    const numbers = new Map<string, number>();
    let number = 0;
    for (let n = 0, before = -1; n < batch.size; n++) {
      const row = batch.rowIndex(n);
      if (before < 0 || !isSame(columns, before, row)) {
        const texts = columns.map((column) => textOf(column, row));
        const key = texts.map((text) => (text === undefined ? '' : `=${text}`)).join(SEPARATOR);
        number = numbers.get(key) ?? groups.push({ texts, count: 0, start: 0 }) - 1;
        numbers.set(key, number);
      }
      before = row;
      this.#groupOf[n] = number;
      groups[number]!.count++;
    }
    this.#sort(batch, groups);
    return groups;
  }

  /** Makes `view`, a batch of columns of the one that was grouped last, show a group's rows. */
  show(group: RowGroup, batch: Batch, view: Batch): void {
    view.rowCount = batch.rowCount;
    this.#selection.view.set(this.#sorted.subarray(group.start, group.start + group.count));
    view.selection = this.#selection;
    view.selectedCount = group.count;
  }

  free(): void {
    this.#selection.free();
  }

  #sort(batch: Batch, groups: { count: number; start: number }[]): void {
    for (let g = 1; g < groups.length; g++) groups[g]!.start = groups[g - 1]!.start + groups[g - 1]!.count;
    const next = Int32Array.from(groups, ({ start }) => start);
    for (let n = 0; n < batch.size; n++) this.#sorted[next[this.#groupOf[n]!]!++] = batch.rowIndex(n);
  }
}

function isSame(columns: readonly Column[], a: number, b: number): boolean {
  for (const column of columns) {
    const [aNull, bNull] = [column.isNull(a), column.isNull(b)];
    if (aNull !== bNull || (!aNull && !descriptorOf(column.type).equals(column, a, column, b))) return false;
  }
  return true;
}

/** What Java calls a value: as a CAST, but for BOOLEAN. */
function textOf(column: Column, row: number): string | undefined {
  if (column.isNull(row)) return undefined;
  const text = descriptorOf(column.type).text(column, row);
  return column.type.root === 'BOOLEAN' ? text.toLowerCase() : text;
}
