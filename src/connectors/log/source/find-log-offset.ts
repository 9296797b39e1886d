import type { Kernels } from '../../../kernels/kernels.ts';
import { MemoryBlocks } from '../../kafka/client/memory-blocks.ts';
import type { Codecs } from '../../kafka/codecs/codecs.ts';
import { RecordLoader } from '../../kafka/source/record-loader.ts';
import { SourcePartition } from '../../kafka/source/source-partition.ts';
import type { OffsetChoice } from '../../kafka/source/source-settings.ts';
import type { BlockEntry } from '../store/keys.ts';
import type { LogStore } from '../store/log-store.ts';
import type { LogTopic } from '../store/log-topic.ts';
import { fetchBlocks } from './fetch-blocks.ts';

const ENTRIES = 1024;

/** A partition of a log that is open, and the group that reads it. */
export interface OpenPartition {
  readonly kernels: Kernels;
  readonly store: LogStore;
  readonly log: LogTopic;
  readonly partition: number;
  readonly codecs: Codecs;
  readonly groupId: string | undefined;
}

/**
 * The offset that is meant in a partition. A time that no record has reached stands for the end, as in Kafka; a partition that specific
 * offsets leave out begins at its first record, or ends at its last. Undefined where a group has committed nothing.
 */
export function findOffset(of: OpenPartition, choice: OffsetChoice, byDefault: 'earliest' | 'latest'): number | undefined {
  const { start, end } = of.store.ends(of.log, of.partition);
  if (choice.kind === 'timestamp') return atTime(of, choice.timestampMs) ?? end;
  if (choice.kind === 'specific') return choice.offsets.get(of.partition) ?? (byDefault === 'earliest' ? start : end);
  if (choice.kind === 'group') return of.store.groupOffset(of.groupId!, of.log, of.partition);
  return choice.kind === 'latest' ? end : start;
}

/** Offset of the first record that is of this time or later. */
function atTime(of: OpenPartition, timestampMs: bigint): number | undefined {
  const { store, log, partition } = of;
  const { start, end } = store.ends(log, partition);
  for (let offset = start; offset < end; ) {
    const entries = store.entries(log, partition, offset, ENTRIES);
    const entry = entries.find(({ maxTimestamp }) => BigInt(maxTimestamp) >= timestampMs);
    const found = entry && atTimeInBlock(of, entry, timestampMs);
    if (found !== undefined) return found;
    const next = (entry ?? entries.at(-1))?.endOffset ?? end;
    offset = Math.max(next, offset + 1);
  }
  return undefined;
}

function atTimeInBlock(
  { kernels, store, log, partition, codecs }: OpenPartition,
  entry: BlockEntry,
  timestampMs: bigint,
): number | undefined {
  const { baseOffset, endOffset } = entry;
  const block = new SourcePartition({ topic: log.name, topicId: log.id, partition, offset: baseOffset, end: endOffset }, 0);
  const blocks = new MemoryBlocks(kernels.memory);
  const loader = new RecordLoader(kernels, codecs, [block], { checksSums: true, takesTombstones: true });
  const { table } = loader;
  try {
    fetchBlocks(store, log, block, blocks, codecs);
    for (; loader.fill(); loader.pass(table.count)) {
      for (let i = 0; i < table.count; i++) if (table.timestamp(i) >= timestampMs) return Number(table.offset(i));
    }
    return undefined;
  } finally {
    loader.free();
    blocks.close();
  }
}
