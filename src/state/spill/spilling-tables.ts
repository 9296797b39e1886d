import type { MakeSpillingTable } from '../memory/memory-state.ts';
import { MemoryTable } from '../memory/memory-table.ts';
import type { SpillFile } from './spill-file.ts';
import { canSpill, SpillTable } from './spill-table.ts';

/** What all tables of a worker may take of memory, and where the rest goes. */
export interface SpillBudget {
  readonly budgetBytes: number;
  openFile(): SpillFile;
}

/** Makes tables that share a budget in equal parts. Those whose rows cannot lie outside of memory take what they need. */
export function spillingTables({ budgetBytes, openFile }: SpillBudget): MakeSpillingTable {
  let count = 0;
  const settings = {
    openFile,
    get budgetBytes() {
      return budgetBytes / Math.max(1, count);
    },
  };
  return (name, shape) => {
    if (!canSpill(shape.layout)) return new MemoryTable(name, shape);
    count++;
    return new SpillTable(name, shape, settings);
  };
}
