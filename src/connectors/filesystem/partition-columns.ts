import { ConnectorError, DataError } from '../../common/errors.ts';
import type { Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import { StringArena } from '../../data/string-arena.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import type { TablePartitions } from '../../runtime/source.ts';
import { type PartitionTexts, partitionOf } from './partition-path.ts';
import type { SourceFile } from './source-file.ts';

/** Which files belong to a partitioned table, and what their folders say of their rows. */
export class FilePartitions {
  readonly #partitions: TablePartitions;
  readonly #table: string | undefined;
  readonly #defaultName: string;
  /** Whether a partition is wanted, by its texts. */
  readonly #wanted = new Map<string, boolean>();

  /** `table`: the table's folder; undefined where a pattern stands for it. */
  constructor(partitions: TablePartitions, table: string | undefined, defaultName: string) {
    this.#partitions = partitions;
    this.#table = table;
    this.#defaultName = defaultName;
  }

  get columns(): readonly string[] {
    return this.#partitions.columns;
  }

  /** Whether a file is in a partition, and rows of that may be wanted. Throws ConnectorError MS3039. */
  isWanted(file: SourceFile): boolean {
    const texts = this.#textsOf(file);
    if (texts === undefined) return false;
    const key = JSON.stringify(texts);
    const known = this.#wanted.get(key) ?? this.#guarded(file, () => this.#partitions.isWanted(texts));
    this.#wanted.set(key, known);
    return known;
  }

  /** The value of a column in the rows of a file; null for none. Throws ConnectorError MS3039. */
  valueOf(file: SourceFile, column: string): unknown {
    const text = this.#textsOf(file)?.[this.columns.indexOf(column)];
    return this.#guarded(file, () => this.#partitions.valueOf(column, text));
  }

  #textsOf(file: SourceFile): PartitionTexts | undefined {
    return partitionOf(file.path, this.#table, this.columns, this.#defaultName);
  }

  #guarded<T>(file: SourceFile, act: () => T): T {
    try {
      return act();
    } catch (cause) {
      if (!(cause instanceof DataError)) throw cause;
      throw new ConnectorError('MS3039', `${file.path}: the name of a folder does not fit its column: ${cause.message}`, { cause });
    }
  }
}

/** Fills the columns that are not in the records: once per file, because all rows of a file have the same values. */
export class PartitionColumns {
  readonly #arena: StringArena;
  readonly #columns: readonly { readonly name: string; readonly column: Column }[];
  readonly #partitions: FilePartitions;

  constructor(memory: LinearMemory, columns: readonly { readonly name: string; readonly column: Column }[], partitions: FilePartitions) {
    this.#arena = new StringArena(memory);
    this.#columns = columns;
    this.#partitions = partitions;
  }

  /** Sets the columns' values to those of `file`; those of the file before are given up. */
  fill(file: SourceFile): void {
    this.#arena.reset();
    for (const { name, column } of this.#columns) {
      const value = this.#partitions.valueOf(file, name);
      column.hasNulls = false;
      descriptorOf(column.type).write(column, 0, value, this.#arena);
      if (value === null) column.nulls.fill(1);
      else repeatFirst(column);
    }
  }

  free(): void {
    this.#arena.free();
  }
}

function repeatFirst({ values, aux }: Column): void {
  const [value, beside] = [values[0]!, aux[0]];
  if (typeof value === 'bigint') (values as BigInt64Array).fill(value);
  else (values as Int32Array).fill(value);
  if (beside !== undefined) (aux as Int32Array).fill(beside as number);
}
