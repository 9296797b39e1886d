import type { IntVector } from '../data/batch.ts';
import { BATCH_ROWS } from '../data/column.ts';
import type { LinearMemory } from '../data/memory.ts';
import type { KeyedTable, ScanCursor } from '../state/keyed-table.ts';

/**
 * Continues a scan of rows that have a slice's start in a slot: writes the next rows whose slice starts at `last` or before to `out` and
 * returns how many; 0 at the end. For tables whose rows do not stay where they are, so that there can be no list of a slice's rows.
 */
export function scanSlices(
  memory: LinearMemory,
  table: KeyedTable,
  cursor: ScanCursor,
  slot: number,
  last: number,
  out: IntVector,
): number {
  const offset = table.slotOffsets[slot]!;
  for (;;) {
    const count = table.scan(cursor, BATCH_ROWS, out);
    const rows = out.view;
    let kept = 0;
    for (let n = 0; n < count; n++) if (Number(memory.i64[(rows[n]! + offset) >>> 3]) <= last) rows[kept++] = rows[n]!;
    if (count === 0 || kept > 0) return kept;
  }
}
