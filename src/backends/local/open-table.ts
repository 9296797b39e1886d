import type { Options } from '../../catalog/option-spec.ts';
import { optionsUnder } from '../../catalog/options.ts';
import { readTableOptions, type TableOptions } from '../../catalog/table-options.ts';
import { SqlError } from '../../common/errors.ts';
import { hashText } from '../../common/hash-text.ts';
import { freshUuid } from '../../common/random.ts';
import type { Schema } from '../../data/schema.ts';
import type { BadRecord, BadRecordPolicy, Format } from '../../formats/format.ts';
import type { LookupTable } from '../../operators/lookup-join/lookup-table.ts';
import type { PlanTable, ScanNode, SinkNode } from '../../plan/nodes/node.ts';
import { isBounded } from '../../plan/visit.ts';
import type { SinkWriter } from '../../runtime/sink.ts';
import type { RecordPart, SourceContext, SourceReader } from '../../runtime/source.ts';
import type { LocalEnvironment } from './graph-context.ts';
import { partitionsOf, sinkPartitions, tablePartitions } from './table-partitions.ts';

/** Which part of a table a worker reads or writes. */
export interface Subtask {
  readonly index: number;
  readonly count: number;
}

export const ALONE: Subtask = { index: 0, count: 1 };
const NOWHERE = () => undefined;

function wrongDirection(table: PlanTable, verb: string): SqlError {
  return new SqlError('MS1307', `connector '${table.connector}' of table ${table.name} cannot be ${verb}`);
}

/** Columns that are in the record, not beside it. */
function physical(schema: Schema, table: PlanTable, partitionedBy: readonly string[]): Schema {
  return { fields: schema.fields.filter(({ name }) => !table.metadata.has(name) && !partitionedBy.includes(name)) };
}

function readPolicy(read: TableOptions): BadRecordPolicy {
  const policy = read.options.get('bad-records');
  return policy === 'skip' || policy === 'dead-letter' ? policy : 'fail';
}

/** Opens a table for reading, with the decoder of its format. `onBadRecord` is told of records that do not fail the job. */
export async function openScan(
  node: ScanNode,
  env: LocalEnvironment,
  subtask: Subtask,
  onBadRecord: (bad: BadRecord) => void,
): Promise<SourceReader> {
  const { table } = node;
  const connector = env.connectors.get(table.connector);
  if (connector?.openSource === undefined) throw wrongDirection(table, 'read from');
  return connector.openSource(sourceContext(node, env, subtask, onBadRecord));
}

/** Opens a table for lookups: every worker has all of its rows. */
export function openLookup(node: ScanNode, env: LocalEnvironment, onBadRecord: (bad: BadRecord) => void): LookupTable {
  const connector = env.connectors.get(node.table.connector);
  if (connector?.openLookup === undefined) throw wrongDirection(node.table, 'looked up');
  return connector.openLookup(sourceContext(node, env, ALONE, onBadRecord));
}

function sourceContext(node: ScanNode, env: LocalEnvironment, subtask: Subtask, onBadRecord: (bad: BadRecord) => void): SourceContext {
  const { table } = node;
  const read = readTableOptions(table.options, env.descriptors, NOWHERE);
  const partitionedBy = partitionsOf(table, read);
  return {
    kernels: env.kernels,
    clock: env.clock,
    schema: node.schema,
    tableSchema: table.schema,
    tableName: table.name,
    primaryKey: table.primaryKey,
    options: read.options,
    metadata: metadataOf(node.schema, table),
    partitions: partitionedBy.length === 0 ? undefined : tablePartitions(node, partitionedBy, env),
    subtask,
    onBadRecord,
    onNote: env.onNote,
    createDecoder: (part) => {
      const { format, options } = formatOf(read, env, part);
      return format.createDecoder!({
        kernels: env.kernels,
        schema: part?.schema ?? physical(node.schema, table, partitionedBy),
        tableSchema: part?.of === 'key' ? part.tableSchema : physical(part?.tableSchema ?? table.schema, table, partitionedBy),
        options,
        timeZone: env.timeZone,
        badRecords: readPolicy(read),
        onBadRecord,
      });
    },
  };
}

function metadataOf(schema: Schema, { metadata }: PlanTable): ReadonlyMap<number, string> {
  return new Map(schema.fields.flatMap(({ name }, i) => (metadata.has(name) ? [[i, metadata.get(name)!] as const] : [])));
}

/** The format of a part of the record, and its options. */
function formatOf(read: TableOptions, env: LocalEnvironment, part: RecordPart | undefined): { format: Format; options: Options } {
  const isKey = part?.of === 'key';
  const { name } = isKey ? read.keyFormat! : read.format!;
  return { format: env.formats.get(name)!, options: optionsUnder(read.options, isKey ? `key.${name}` : read.formatPrefix) };
}

/** Letters, digits and '-' in place of an id, which may have any. */
const sinkUid = (job: string, id: string): string => `${job}-${id.replace(/[^A-Za-z0-9]/g, '-')}-${hashText(id).toString(36)}`;

/** Opens a table for writing, with the encoder of its format. `id` tells the sinks of a job apart. */
export async function openSink(node: SinkNode, env: LocalEnvironment, id: string, subtask: Subtask): Promise<SinkWriter> {
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
    checkpointIntervalMs: env.state?.settings.intervalMs,
    uid: env.state === undefined ? freshUuid() : sinkUid(env.state.uid, id),
    bounded: isBounded(node),
    timeZone,
    subtask,
    print: env.print,
    onNote: env.onNote,
    metadata: metadataOf(node.schema, table),
    ...sinkPartitions(node, partitionsOf(table, read), env),
    createEncoder: (part) => {
      const { format, options } = formatOf(read, env, part);
      return format.createEncoder!({ kernels: env.kernels, schema: part?.schema ?? node.schema, options, timeZone });
    },
  });
}
