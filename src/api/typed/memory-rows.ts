import type { MemoryTable } from '../../connectors/memory/memory-table.ts';
import type { Engine } from '../engine.ts';
import type { Columns } from './column-types.ts';
import type { ConnectorTable, OptionInputs } from './connector-table.ts';

/** The rows of a table of the connector `memory`; made into a table when a pipeline begins with them. */
export type MemoryRows = () => MemoryTable;

/** The option that names the rows of a memory table, which the engine then knows; none for other connectors. */
export function memoryOptions(table: Pick<ConnectorTable<Columns>, 'memoryRows'>, engine: Engine): OptionInputs {
  return table.memoryRows === undefined ? {} : { name: engine.handOver(table.memoryRows()) };
}
