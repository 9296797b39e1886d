import { assert } from '../../../common/assert.ts';
import type { Column } from '../../../data/column.ts';
import type { LinearMemory } from '../../../data/memory.ts';
import { clearNullsDeep, setNull } from '../../../data/nulls.ts';
import { StringArena } from '../../../data/string-arena.ts';
import { descriptorOf } from '../../../data/types/descriptors.ts';
import { timestampUnitsPerSecond } from '../../../data/types/storage.ts';
import type { MessageTable } from './message-table.ts';
import type { SourcePartition } from './source-partition.ts';

interface MetadataTarget {
  readonly key: string;
  readonly column: Column;
}

/** Where each row of a batch comes from. */
interface RowOrigin {
  readonly table: MessageTable;
  readonly partition: SourcePartition;
  /** Index of each row's message. */
  readonly messages: Uint32Array;
  readonly rowCount: number;
}

/** Fills the metadata columns that a query reads. */
export class MetadataColumns {
  readonly #arena: StringArena;
  readonly #targets: readonly MetadataTarget[];

  constructor(memory: LinearMemory, targets: readonly MetadataTarget[]) {
    this.#arena = new StringArena(memory);
    this.#targets = targets;
  }

  fill(origin: RowOrigin): void {
    if (this.#targets.length === 0) return;
    this.#arena.reset();
    for (const { key, column } of this.#targets) {
      clearNullsDeep(column);
      const fill = FILLERS[key];
      assert(fill !== undefined, `no metadata column ${key}`);
      fill(column, origin, this.#arena);
    }
  }

  free(): void {
    this.#arena.free();
  }
}

type Fill = (column: Column, origin: RowOrigin, arena: StringArena) => void;

const FILLERS: Readonly<Record<string, Fill>> = {
  topic: (column, { partition, rowCount }, arena) => fillText(column, partition.topic, rowCount, arena),
  partition: (column, { partition, rowCount }) => {
    const { values } = column;
    if (values instanceof BigInt64Array) values.fill(BigInt(partition.partition), 0, rowCount);
    else values.fill(partition.partition, 0, rowCount);
  },
  offset: (column, { table, messages, rowCount }) => {
    const values = column.values as BigInt64Array;
    for (let row = 0; row < rowCount; row++) values[row] = table.offset(messages[row]!);
  },
  timestamp: fillTimestamps,
  'leader-epoch': (column, { table, messages, rowCount }) => {
    for (let row = 0; row < rowCount; row++) {
      const epoch = table.leaderEpoch(messages[row]!);
      if (epoch < 0) setNull(column, row);
      else if (column.values instanceof BigInt64Array) column.values[row] = BigInt(epoch);
      else column.values[row] = epoch;
    }
  },
  'timestamp-type': (column, { table, messages, rowCount }, arena) => {
    const [create, append] = ['CreateTime', 'LogAppendTime'].map((text) => ({
      address: arena.put(text) | 0,
      byteLength: arena.byteLength,
    }));
    for (let row = 0; row < rowCount; row++) {
      const { address, byteLength } = table.isLogAppendTime(messages[row]!) ? append! : create!;
      (column.values as Int32Array)[row] = address;
      (column.aux as Int32Array)[row] = byteLength;
    }
  },
  headers: (column, { table, messages, rowCount }, arena) => {
    const descriptor = descriptorOf(column.type);
    for (let row = 0; row < rowCount; row++) descriptor.write(column, row, new Map(table.headers(messages[row]!)), arena);
  },
};

function fillText(column: Column, text: string, rowCount: number, arena: StringArena): void {
  const address = arena.put(text) | 0;
  (column.values as Int32Array).fill(address, 0, rowCount);
  (column.aux as Int32Array).fill(arena.byteLength, 0, rowCount);
}

function fillTimestamps(column: Column, { table, messages, rowCount }: RowOrigin): void {
  const { type } = column;
  assert(type.root === 'TIMESTAMP_LTZ', 'a record has a TIMESTAMP_LTZ');
  const values = column.values as BigInt64Array;
  const factor = BigInt(timestampUnitsPerSecond(type.precision) / 1000);
  for (let row = 0; row < rowCount; row++) values[row] = table.timestamp(messages[row]!) * factor;
  if (column.storage === 'ts96') (column.aux as Int32Array).fill(0, 0, rowCount);
}
