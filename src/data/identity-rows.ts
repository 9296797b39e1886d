import { IntVector } from './batch.ts';
import { BATCH_ROWS } from './column.ts';
import type { LinearMemory } from './memory.ts';

/** 0, 1, 2, ...: the indexes of all rows of a batch that is not a selection. */
export function identityRows(memory: LinearMemory): IntVector {
  const rows = new IntVector(memory);
  for (let i = 0; i < BATCH_ROWS; i++) rows.view[i] = i;
  return rows;
}
