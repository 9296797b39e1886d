import { optionsUnder } from '../../catalog/options.ts';
import { readTableOptions, type TableOptions } from '../../catalog/table-options.ts';
import { SqlError } from '../../common/errors.ts';
import { freshUuid } from '../../common/random.ts';
import type { Schema } from '../../data/schema.ts';
import type { BadRecord, BadRecordPolicy } from '../../formats/format.ts';
import type { PlanTable, ScanNode, SinkNode } from '../../plan/nodes/node.ts';
import { isBounded } from '../../plan/visit.ts';
import type { SinkWriter } from '../../runtime/sink.ts';
import type { SourceReader } from '../../runtime/source.ts';
import type { LocalEnvironment } from './graph-context.ts';

const ALONE = { index: 0, count: 1 };
const NOWHERE = () => undefined;

function wrongDirection(table: PlanTable, verb: string): SqlError {
  return new SqlError('MS1307', `connector '${table.connector}' of table ${table.name} cannot be ${verb}`);
}

/** Columns that are in the record, not beside it. */
function physical(schema: Schema, table: PlanTable): Schema {
  return { fields: schema.fields.filter(({ name }) => !table.metadata.has(name)) };
}

function readPolicy(read: TableOptions): BadRecordPolicy {
  const policy = read.options.get('bad-records');
  return policy === 'skip' || policy === 'dead-letter' ? policy : 'fail';
}

/** Opens a table for reading, with the decoder of its format. `onBadRecord` is told of records that do not fail the job. */
export async function openScan(node: ScanNode, env: LocalEnvironment, onBadRecord: (bad: BadRecord) => void): Promise<SourceReader> {
  const { table } = node;
  const read = readTableOptions(table.options, env.descriptors, NOWHERE);
  const connector = env.connectors.get(table.connector);
  if (connector?.openSource === undefined) throw wrongDirection(table, 'read from');
  const metadata = new Map(
    node.schema.fields.flatMap(({ name }, i) => (table.metadata.has(name) ? [[i, table.metadata.get(name)!] as const] : [])),
  );
  return connector.openSource({
    kernels: env.kernels,
    clock: env.clock,
    schema: node.schema,
    tableSchema: table.schema,
    tableName: table.name,
    options: read.options,
    metadata,
    subtask: ALONE,
    onBadRecord,
    createDecoder: () =>
      formatOf(read, env).createDecoder!({
        kernels: env.kernels,
        schema: physical(node.schema, table),
        tableSchema: physical(table.schema, table),
        options: optionsUnder(read.options, read.format!.name),
        timeZone: env.timeZone,
        badRecords: readPolicy(read),
        onBadRecord,
      }),
  });
}

function formatOf(read: TableOptions, env: LocalEnvironment) {
  return env.formats.get(read.format!.name)!;
}

/** Opens a table for writing, with the encoder of its format. `id` tells the sinks of a job apart. */
export async function openSink(node: SinkNode, env: LocalEnvironment, id: string): Promise<SinkWriter> {
  const table = node.target;
  if (table === undefined) return env.openResult(node.schema, env.kernels);
  const read = readTableOptions(table.options, env.descriptors, NOWHERE);
  const connector = env.connectors.get(table.connector);
  if (connector?.openSink === undefined) throw wrongDirection(table, 'written to');
  const { timeZone } = env;
  return connector.openSink({
    kernels: env.kernels,
    clock: env.clock,
    schema: node.schema,
    tableName: table.name,
    options: read.options,
    primaryKey: table.primaryKey.map((name) => node.schema.fields.findIndex((field) => field.name === name)),
    insertOnly: node.insertOnly,
    checkpointed: env.state !== undefined,
    uid: env.state === undefined ? freshUuid() : `${env.state.uid}-${id.replace(/[^A-Za-z0-9]/g, '-')}`,
    bounded: isBounded(node),
    timeZone,
    subtask: ALONE,
    print: env.print,
    createEncoder: () =>
      formatOf(read, env).createEncoder!({
        kernels: env.kernels,
        schema: node.schema,
        options: optionsUnder(read.options, read.format!.name),
        timeZone,
      }),
  });
}
