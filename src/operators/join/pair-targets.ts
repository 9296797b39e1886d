import type { Batch } from '../../data/batch.ts';
import type { Column } from '../../data/column.ts';

/**
 * Where the columns of the rows that meet go, by side: the columns of `out`, and undefined for what does not go on. `output` numbers what goes on
 * among the left side's columns, and then the right side's.
 */
export function pairTargets(
  out: Batch,
  output: readonly number[],
  leftWidth: number,
  rightWidth: number,
): readonly [(Column | undefined)[], (Column | undefined)[]] {
  const all = new Array<Column | undefined>(leftWidth + rightWidth).fill(undefined);
  output.forEach((column, i) => {
    all[column] = out.columns[i]!;
  });
  return [all.slice(0, leftWidth), all.slice(leftWidth)];
}
