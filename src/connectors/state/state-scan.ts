import { IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Field } from '../../data/schema.ts';
import { type SqlType, types } from '../../data/types/sql-type.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { CapturedGroup } from '../../runtime/checkpoints/captured.ts';
import { type SavedState, tableOptions } from '../../runtime/checkpoints/saved-plan.ts';
import { type KeyedTable, ScanCursor, type SlotType } from '../../state/keyed-table.ts';
import { readHeader } from '../../state/memory/group-bytes.ts';
import { MemoryState } from '../../state/memory/memory-state.ts';

/** What a slot without a SQL type is shown as: the number that lies there. */
const SLOT_TYPES: Readonly<Record<SlotType, SqlType>> = {
  i8: types.tinyint(),
  i16: types.smallint(),
  i32: types.int(),
  i64: types.bigint(),
  f32: types.float(),
  f64: types.double(),
  i128: types.decimal(38, 0),
  ts96: types.timestamp(9),
  bytes16: types.bytes(),
};

/** The columns of a saved table: keys, then slots. Of columns of one name the later ones are called a0, a1. */
export function columnsOfState({ keys, slots }: SavedState): Field[] {
  const taken = new Set<string>();
  const all = [...keys, ...slots.map(({ name, slot, type }) => ({ name, type: type ?? SLOT_TYPES[slot] }))];
  return all.map(({ name, type }) => {
    let unique = name;
    for (let n = 0; taken.has(unique); n++) unique = `${name}${n}`;
    taken.add(unique);
    return { name: unique, type: withoutAttribute(type) };
  });
}

/** A time that was kept is a time as any other. */
function withoutAttribute(type: SqlType): SqlType {
  if (!('timeAttribute' in type)) return type;
  const { timeAttribute: _, ...plain } = type;
  return plain;
}

/** Reads the rows of a saved table, one key group in memory at a time. */
export class StateScan {
  readonly #saved: SavedState;
  readonly #groups: readonly CapturedGroup[];
  readonly #state: MemoryState;
  readonly #rows: IntVector;
  readonly #keys: readonly Column[];
  readonly #slots: readonly Column[];
  #table: KeyedTable | undefined;
  #cursor = new ScanCursor();
  #next = 0;

  constructor(kernels: Kernels, saved: SavedState, groups: readonly CapturedGroup[]) {
    this.#saved = saved;
    this.#groups = groups.filter(({ bytes }) => bytes.length > 0);
    this.#state = new MemoryState(kernels);
    this.#rows = new IntVector(kernels.memory);
    const columns = columnsOfState(saved).map(({ type }) => new Column(kernels.memory, type));
    this.#keys = columns.slice(0, saved.keys.length);
    this.#slots = columns.slice(saved.keys.length);
  }

  /** All columns, filled by next() and valid until it is called again. */
  get columns(): readonly Column[] {
    return [...this.#keys, ...this.#slots];
  }

  get rowCount(): number {
    return this.#groups.reduce((sum, { bytes }) => sum + readHeader(bytes).header.rowCount, 0);
  }

  /** Reads up to a batch of rows into the columns; returns how many, 0 at the end. Throws MS4003 to MS4005 for bytes that do not fit. */
  next(): number {
    for (;;) {
      const count = this.#table?.scan(this.#cursor, BATCH_ROWS, this.#rows) ?? 0;
      if (count > 0) {
        this.#read(this.#table!, count);
        return count;
      }
      const group = this.#groups[this.#next++];
      if (group === undefined) return 0;
      this.#load(group);
    }
  }

  #load({ keyGroup, bytes }: CapturedGroup): void {
    const { maxParallelism } = readHeader(bytes).header;
    this.#table ??= this.#state.keyedTable(this.#saved.name, { ...tableOptions(this.#saved), maxParallelism });
    this.#table.clear();
    this.#table.restoreGroup(keyGroup, bytes);
    this.#cursor = new ScanCursor();
  }

  #read(table: KeyedTable, count: number): void {
    table.readKeys(this.#rows, count, this.#keys);
    table.readSlots(
      this.#rows,
      count,
      this.#slots.map((_, i) => i),
      this.#slots,
    );
    for (const column of this.#slots) column.hasNulls = false;
  }

  close(): void {
    this.#rows.free();
    for (const column of this.columns) column.free();
    this.#state.close();
  }
}
