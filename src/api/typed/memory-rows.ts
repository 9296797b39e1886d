import { MemoryTable } from '../../connectors/memory/memory-table.ts';
import type { RowInput } from '../../connectors/memory/row-log.ts';
import type { RowObject } from '../../data/values/value.ts';
import type { MemoryTables } from '../memory-tables.ts';
import { type Change, RowReader } from '../row-reader.ts';
import type { OptionInputs } from './connector-table.ts';
import { type StandardSchema, validated, validatedAsync } from './standard-schema.ts';

/** Rows that the program hands over, or a callback that gets those of a pipeline. */
export type MemoryRows =
  | {
      readonly kind: 'source';
      readonly rows: Iterable<unknown> | AsyncIterable<unknown>;
      readonly schema: StandardSchema | undefined;
      readonly bounded: boolean | undefined;
    }
  | { readonly kind: 'sink'; readonly onChanges: (changes: readonly Change<RowObject>[]) => void | Promise<void> };

/** The option that names the rows of a memory table, which the engine then knows; none for other connectors. */
export function memoryOptions(rows: MemoryRows | undefined, tables: MemoryTables): OptionInputs {
  return rows === undefined ? {} : { name: tables.nameOf(rows, () => tableOf(rows)) };
}

function tableOf(made: MemoryRows): MemoryTable {
  if (made.kind === 'sink') {
    const { onChanges } = made;
    return new MemoryTable({ onBatch: (batch, schema) => onChanges(new RowReader(schema).changes(batch)) });
  }
  const { rows, schema, bounded } = made;
  if (Symbol.iterator in rows) {
    const judged = (schema === undefined ? rows : validated(rows, schema)) as Iterable<RowInput>;
    return Array.isArray(rows) ? MemoryTable.of(judged) : MemoryTable.from(judged);
  }
  const judged = (schema === undefined ? rows : validatedAsync(rows, schema)) as AsyncIterable<RowInput>;
  return MemoryTable.from(judged, bounded === undefined ? {} : { bounded });
}
