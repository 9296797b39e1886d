import { join } from 'node:path';
import { assert } from '../../common/assert.ts';
import type { Encoder } from '../../formats/format.ts';
import type { SinkContext, SinkWriter } from '../../runtime/sink.ts';
import { FileSink } from './file-sink.ts';
import { commitsPartitions, PartitionCommits } from './partition-commit.ts';
import { folderOf, listPartitions } from './partition-path.ts';
import { PartitionedSink } from './partitioned-sink.ts';
import { removeLaterParts } from './prepared-files.ts';
import { replaceFolder } from './replace-files.ts';
import { rollingPolicyOf } from './rolling-policy.ts';
import { RowGroups } from './row-groups.ts';
import { makeFolder, openPart } from './sink-target.ts';
import { SuccessFiles } from './success-files.ts';

/** Each open partition has a block, so they are smaller than that of a table with one writer. */
const BLOCK_BYTES = 64 * 1024;

/** Makes the writer of a table that is partitioned. Throws ConnectorError MS3036. */
export function openPartitionedSink(context: SinkContext, folder: string, uid: string): SinkWriter {
  const { options, schema, clock, checkpointed, bounded, subtask } = context;
  assert(context.partitionedBy !== undefined, 'the table is partitioned');
  makeFolder(folder);
  const partitionedBy = context.partitionedBy;
  const columns = partitionedBy.map((index) => schema.fields[index]!.name);
  const recordColumns = [...schema.fields.keys()].filter((index) => !partitionedBy.includes(index));
  const records = { fields: recordColumns.map((index) => schema.fields[index]!) };
  const defaultName = options.string('partition.default-name');
  const encoder = context.createEncoder({ of: 'value', schema: records, tableSchema: records });
  const shared: SinkContext = { ...context, createEncoder: () => unclosed(encoder) };
  const policy = rollingPolicyOf(options);
  return new PartitionedSink({
    clock,
    tableName: context.tableName,
    encoder,
    groups: new RowGroups(context.kernels.memory, partitionedBy),
    recordColumns,
    partitionColumns: columns,
    defaultName,
    subtask: subtask.index,
    checkpointed,
    checkIntervalMs: policy.checkIntervalMs,
    openPartition: (name, takeNumber) => {
      const own = join(folder, name);
      makeFolder(own);
      return new FileSink(shared, {
        policy,
        blockBytes: BLOCK_BYTES,
        openPart: (_, now) => openPart(own, uid, subtask.index, takeNumber(), now),
        always: false,
        allAtOnce: bounded,
        // The table's writer restores all partitions.
        durable: checkpointed ? { subtask: subtask.index, single: false, restore: async () => ({ next: 0 }) } : undefined,
      });
    },
    removeLater: async (known) => {
      if (subtask.index !== 0) return;
      for (const { folder: own } of await listPartitions(folder, columns, defaultName)) await removeLaterParts(own, uid, known);
    },
    commits: commitsOf(context, folder, columns),
    replace: context.overwrite && (() => replacePartitions(context, folder, columns, uid)),
  });
}

function commitsOf({ options, clock }: SinkContext, folder: string, columns: readonly string[]) {
  if (!commitsPartitions(options)) return undefined;
  const files = new SuccessFiles(options);
  return {
    waiting: new PartitionCommits(options, columns, clock),
    tell: (folders: readonly string[]) => files.write(folders.map((name) => join(folder, name))),
  };
}

/** Of partitions that have got files of this job, and of the one that the statement names, all other files go. */
async function replacePartitions({ options, overwrite }: SinkContext, folder: string, columns: readonly string[], uid: string) {
  const defaultName = options.string('partition.default-name');
  const { partition } = overwrite!;
  const named = columns.every((column) => partition.has(column));
  const fixed = join(
    folder,
    named
      ? folderOf(
          columns,
          columns.map((column) => partition.get(column)),
          defaultName,
        )
      : '',
  );
  for (const { folder: own } of await listPartitions(folder, columns, defaultName)) await replaceFolder(own, uid, named && own === fixed);
}

/** Writers come and go; the encoder is closed by the table's. */
function unclosed(encoder: Encoder): Encoder {
  return {
    header: () => encoder.header(),
    encode: (batch, start, address, capacity) => encoder.encode(batch, start, address, capacity),
    get bytesWritten() {
      return encoder.bytesWritten;
    },
    setRecordEnds: (address) => encoder.setRecordEnds(address),
  };
}
