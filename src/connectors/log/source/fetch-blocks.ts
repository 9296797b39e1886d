import { ConnectorError } from '../../../common/errors.ts';
import type { MemoryBlock, MemoryBlocks } from '../../kafka/client/memory-blocks.ts';
import { COMPRESSION_TYPES, type Codecs, type CompressionType } from '../../kafka/codecs/codecs.ts';
import { LENGTH_END } from '../../kafka/source/record-batch.ts';
import type { SourcePartition } from '../../kafka/source/source-partition.ts';
import type { BlockEntry } from '../store/keys.ts';
import type { LogStore } from '../store/log-store.ts';
import type { LogTopic } from '../store/log-topic.ts';

/** Bytes of blocks that are taken into linear memory at once, unless a single one is larger. */
const FETCH_BYTES = 1024 * 1024;
/** Blocks that are taken at once. */
const FETCH_BLOCKS = 256;

/**
 * Takes the next blocks of a partition into linear memory, where they lie as record batches do that a broker has sent. False when there are none
 * before the partition's end; the compression that is to be loaded first, where it is not. Throws ConnectorError MS3075 for a block that is not
 * what was stored.
 */
export function fetchBlocks(
  store: LogStore,
  log: LogTopic,
  partition: SourcePartition,
  blocks: MemoryBlocks,
  codecs: Codecs,
): boolean | CompressionType {
  const { fetchOffset, end } = partition;
  const found = store.entries(log, partition.partition, fetchOffset, FETCH_BLOCKS).filter(({ baseOffset }) => baseOffset < end);
  let count = 0;
  let byteSize = 0;
  while (count < found.length && (count === 0 || byteSize < FETCH_BYTES)) byteSize += found[count++]!.byteSize;
  if (count === 0) return false;
  const block = blocks.take(byteSize);
  try {
    const needed = copyBlocks(store, found.slice(0, count), blocks, block, partition.name, codecs);
    if (needed !== undefined) {
      block.release();
      return needed;
    }
  } catch (error) {
    block.release();
    throw error;
  }
  partition.push({ address: block.address, byteSize, aborted: [], block }, found[count - 1]!.endOffset, -1);
  return true;
}

function copyBlocks(
  store: LogStore,
  entries: readonly BlockEntry[],
  { memory }: MemoryBlocks,
  target: MemoryBlock,
  place: string,
  codecs: Codecs,
): CompressionType | undefined {
  let at = target.address;
  for (const entry of entries) {
    const bytes = store.block(entry.block);
    if (bytes?.length !== entry.byteSize) throw damaged(place, entry);
    memory.u8.set(bytes, at);
    const view = new DataView(memory.wasm.buffer, at, entry.byteSize);
    // Blocks are stored before their place is known. What the sum covers begins behind both numbers.
    view.setBigInt64(0, BigInt(entry.baseOffset));
    if (view.getInt32(8) + LENGTH_END !== entry.byteSize) throw damaged(place, entry);
    const type = COMPRESSION_TYPES[view.getInt16(21) & 7] ?? 'none';
    if (!codecs.isLoaded(type)) return type;
    at += entry.byteSize;
  }
  return undefined;
}

const damaged = (place: string, { baseOffset }: BlockEntry): ConnectorError =>
  new ConnectorError('MS3075', `${place}: the block of offset ${baseOffset} is damaged`);
