import { DataError } from '../common/errors.ts';
import { type Batch, ROW_KIND_TEXT, RowKind } from '../data/batch.ts';

/** Throws DataError MS3003 for a batch with rows that are not inserts. `target` says what takes inserts only: `t is a topic`. */
export function refuseUpdates(batch: Batch, target: string, hint?: string): void {
  if (batch.kinds === null) return;
  for (let n = 0; n < batch.size; n++) {
    const kind = batch.kind(batch.rowIndex(n));
    if (kind === RowKind.insert) continue;
    throw new DataError('MS3003', `${target}, to which rows are only added, and was handed ${ROW_KIND_TEXT[kind]}`, { hint });
  }
}
