import type { Cell } from '../../../data/cell.ts';
import type { CellWriter } from '../../../data/cell-writer.ts';
import type { SqlType } from '../../../data/types/sql-type.ts';
import { elementsOf, withElement } from './elements.ts';

/** What ARRAY_APPEND and ARRAY_PREPEND share: the elements with one more, before or behind them. */
export const addingElement = (isFirst: boolean) => ({
  signatures: [withElement((array) => array, true)],
  nulls: 'own' as const,
  nullable: 'as-arguments' as const,
  bareNull: true,
  compute: (_: readonly SqlType[], out: CellWriter) => {
    const elements = out.children[0]!;
    return (array: Cell | undefined, value: Cell | undefined): boolean => {
      if (array!.isNull) return false;
      const { start, count } = array!;
      out.open(0, count + 1);
      const shift = isFirst ? 1 : 0;
      if (isFirst) put(elements, value!, 0);
      for (let i = 0; i < count; i++) elements.copy(elementsOf(array!), start + i, i + shift);
      if (!isFirst) put(elements, value!, count);
      return true;
    };
  },
});

function put(elements: CellWriter, value: Cell, at: number): void {
  if (value.isNull) elements.setNull(at);
  else elements.copy(value.column, value.row, at);
}
