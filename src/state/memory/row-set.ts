import type { RowSet } from '../state-backend.ts';

/** Rows that count. */
export function rowCountOf(batch: RowSet): number {
  return batch.selection === null ? batch.rowCount : batch.selectedCount;
}

/** Address of the selection vector; 0 when all rows count. */
export function selectionAddress(batch: RowSet): number {
  return batch.selection === null ? 0 : batch.selection.address;
}
