import type { Batch } from '../data/batch.ts';
import type { AggregateCall } from '../plan/nodes/node.ts';
import type { KeyedTable } from '../state/keyed-table.ts';
import type { PartialLayout } from './partial-layout.ts';

/** Makes room in a table for the texts and bytes that the calls may keep of a batch, whose rows are accumulators where `partial` is given. */
export function reserveTexts(table: KeyedTable, batch: Batch, calls: readonly AggregateCall[], partial?: PartialLayout): void {
  const columns =
    partial === undefined
      ? calls.flatMap(({ argument }) => (argument === undefined ? [] : [batch.columns[argument]!]))
      : batch.columns.slice(partial.firstSlot);
  for (const column of columns) if (column.storage === 'bytes') table.reserveBytes(batch, column);
}
