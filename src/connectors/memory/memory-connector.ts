import { closest } from 'fastest-levenshtein';
import type { ChangelogMode, ConnectorDescriptor } from '../../catalog/connector-descriptor.ts';
import type { Options } from '../../catalog/option-spec.ts';
import { SqlError } from '../../common/errors.ts';
import type { Connector } from '../connector.ts';
import { MemorySink } from './memory-sink.ts';
import { MemorySource } from './memory-source.ts';
import { MemoryTable } from './memory-table.ts';

/** What is asked of the tables handed over: a Map, or what looks like one. */
type Tables = Pick<ReadonlyMap<string, MemoryTable>, 'get' | 'size' | 'keys'>;

/**
 * The connector `memory` over the tables that a program has handed over, by name. A session makes its own, with a map that it
 * may add to at any time: what `'name' = 'orders'` means is looked up when a statement runs, and no state is shared beyond the map.
 */
export function memoryConnector(tables: Tables): Connector {
  return {
    descriptor: memoryDescriptor(tables),
    openSource: async (context) => {
      const { options } = context;
      // One worker reads a table: its rows come in an order, and there is one queue of them.
      const table = context.subtask.index === 0 ? tableOf(tables, options) : MemoryTable.of([]);
      return new MemorySource(context, table, changelogOf(options));
    },
    openSink: async ({ options, schema }) => new MemorySink(tableOf(tables, options), schema),
  };
}

/** What planning and documentation know. Without tables, every one counts as bounded. */
export function memoryDescriptor(tables: Tables = new Map()): ConnectorDescriptor {
  return {
    name: 'memory',
    doc: `Not in Flink. A table in the program's own memory: rows that the program pushes or an iterable yields, and changes that queries write.`,
    options: [
      { name: 'name', kind: 'string', required: true, doc: 'The name under which the program handed the table over.' },
      {
        name: 'changelog',
        kind: ['insert', 'upsert', 'all'],
        default: 'insert',
        doc: 'Which changes the table has when it is read: inserts only; +I, +U and -D by primary key; or all four kinds. Any change can be written.',
      },
    ],
    formatted: false,
    source: {
      replay: () => 'is read again from its beginning, and must give the same rows then: those of the checkpoint are passed over',
      bounded: (options) => tables.get(options.string('name'))?.bounded ?? true,
      projection: false,
      changelog: changelogOf,
    },
    sink: { changelog: 'all' },
  };
}

const changelogOf = (options: Options): ChangelogMode => options.string('changelog') as ChangelogMode;

function tableOf(tables: Tables, options: Options): MemoryTable {
  const name = options.string('name');
  const table = tables.get(name);
  if (table !== undefined) return table;
  const nearest = tables.size > 0 ? closest(name, [...tables.keys()]) : undefined;
  throw new SqlError('MS3050', `the program has handed over no memory table '${name}'`, {
    hint: nearest === undefined ? 'hand one over before the statement runs' : `did you mean '${nearest}'?`,
  });
}
