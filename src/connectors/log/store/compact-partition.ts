import { yieldToHost } from '../../../common/platform.ts';
import { BytePool } from '../../kafka/client/byte-pool.ts';
import type { Checksum } from '../../kafka/client/checksum.ts';
import type { Codecs, CompressionType } from '../../kafka/codecs/codecs.ts';
import { removeBlock } from './append-blocks.ts';
import { type BlockEntry, indexKey, numberKey, partitionKey, readEnds, readEntry, writeCleaned, writeEnds, writeEntry } from './keys.ts';
import type { LogStore } from './log-store.ts';
import { type LogTables, nextNumber } from './log-tables.ts';
import type { LogTopic } from './log-topic.ts';
import { BlockBuilder, compressionOf, RecordCursor } from './record-block.ts';

/** Blocks are put together up to this size; half of it is large enough to be left alone. */
const BLOCK_BYTES = 256 * 1024;
/** Keys whose newest records are looked for at once: about 100 MB. */
const KEYS_MAX = 1_000_000;
/** Blocks that are replaced in one transaction, so that none takes long. */
const REPLACED_MAX = 128;
const ENTRIES = 256;
/** What a record batch can say of its offsets. */
const OFFSETS_MAX = 2 ** 30;
const DAY_MS = 86_400_000;

export interface Compaction {
  readonly store: LogStore;
  readonly topic: LogTopic;
  readonly partition: number;
  readonly codecs: Codecs;
  readonly checksum: Checksum;
  readonly nowMs: number;
  /** Whether it is to be left as it is. */
  isStopped(): boolean;
}

/** Blocks that follow each other, and the one in their place; undefined where no record of them is left. */
interface Replacement {
  readonly entries: readonly BlockEntry[];
  readonly bytes: Uint8Array | undefined;
  readonly maxTimestamp: number;
}

/** Somebody else has changed the blocks: another process compacts, or retention has removed them. */
class Overtaken extends Error {}

/**
 * Leaves of each key its newest record, as Kafka's cleaner does: what was written since the last time is looked through for the newest offset of
 * each key, then all blocks up to there are copied without what is superseded; offsets stay. A deletion that was there at the last time, and is
 * old enough, goes, too. Blocks are read between transactions and replaced in small ones: readers see the old or the new. Resolves with whether
 * it was carried through.
 */
export async function compactPartition(of: Compaction): Promise<boolean> {
  const { store, topic, partition } = of;
  store.refresh();
  const { to: cleanedTo } = store.cleaned(topic, partition);
  try {
    const newest = await newestOffsets(of, cleanedTo);
    const byteSize = await rewrite(of, newest.offsets, newest.end, cleanedTo);
    await store.write((tables) => {
      tables.cleaned.putSync(partitionKey(topic.number, partition), writeCleaned({ to: newest.end, byteSize }));
    });
    return true;
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
}

/** The blocks from `from` up to `to`, one after the other, each as it is now. Others get a turn between two. */
async function* blocksOf(
  of: Compaction,
  from: number,
  to: number,
): AsyncGenerator<{ entry: BlockEntry; records: RecordCursor; type: CompressionType }> {
  const { store, topic, partition, codecs } = of;
  for (let at = from; at < to; ) {
    store.refresh();
    const entries = store.entries(topic, partition, at, ENTRIES).filter(({ endOffset }) => endOffset <= to);
    if (entries.length === 0) return;
    for (const entry of entries) {
      await yieldToHost();
      if (of.isStopped()) throw new Overtaken();
      store.refresh();
      // What the library lends is valid until the next read.
      const block = store.block(entry.block)?.slice();
      if (block === undefined) throw new Overtaken();
      const type = compressionOf(block);
      await codecs.load(type);
      yield { entry, type, records: new RecordCursor(block, entry.baseOffset, codecs, `${topic.name}/${partition}`) };
    }
    at = entries.at(-1)!.endOffset;
  }
}

async function newestOffsets(
  of: Compaction,
  from: number,
): Promise<{ readonly offsets: ReadonlyMap<string, number>; readonly end: number }> {
  const { start, end } = of.store.ends(of.topic, of.partition);
  const offsets = new Map<string, number>();
  for await (const { entry, records } of blocksOf(of, Math.max(from, start), end)) {
    while (records.next()) {
      const key = records.key();
      if (key !== undefined) offsets.set(key, records.offset);
    }
    if (offsets.size >= KEYS_MAX) return { offsets, end: entry.endOffset };
  }
  return { offsets, end };
}

/** Resolves with the bytes that are left up to `end`. */
async function rewrite(of: Compaction, newest: ReadonlyMap<string, number>, end: number, cleanedTo: number): Promise<number> {
  const { topic, store, partition, nowMs } = of;
  const horizon = nowMs - (topic.tombstoneMs ?? DAY_MS);
  const isKept = (records: RecordCursor): boolean => {
    const key = records.key();
    if (key === undefined) return true;
    if (records.offset < (newest.get(key) ?? -1)) return false;
    return !records.isDeletion || records.offset >= cleanedTo || records.timestamp >= horizon;
  };
  const rewriter = new Rewriter(of);
  for await (const { entry, records, type } of blocksOf(of, store.ends(topic, partition).start, end))
    await rewriter.add(entry, records, type, isKept);
  return rewriter.finish();
}

/** Puts what is kept of small or thinned blocks together, and replaces them. */
class Rewriter {
  readonly #of: Compaction;
  readonly #pool = new BytePool();
  readonly #builder = new BlockBuilder();
  #entries: BlockEntry[] = [];
  #type: CompressionType = 'none';
  #replacements: Replacement[] = [];
  #replaced = 0;
  #byteSize = 0;

  constructor(of: Compaction) {
    this.#of = of;
  }

  async add(entry: BlockEntry, records: RecordCursor, type: CompressionType, isKept: (records: RecordCursor) => boolean): Promise<void> {
    const first = this.#entries[0]?.baseOffset ?? entry.baseOffset;
    if (
      this.#builder.byteSize >= BLOCK_BYTES ||
      entry.endOffset - first > OFFSETS_MAX ||
      (this.#entries.length > 0 && type !== this.#type)
    ) {
      await this.#flush();
    }
    const base = this.#entries[0]?.baseOffset ?? entry.baseOffset;
    const before = this.#builder.recordCount;
    let count = 0;
    for (; records.next(); count++) if (isKept(records)) this.#builder.add(records, base);
    // A large block that keeps all is left as it is, unless it has been put together with others already.
    if (this.#builder.recordCount === before + count && before === 0 && this.#entries.length === 0 && entry.byteSize >= BLOCK_BYTES / 2) {
      this.#builder.reset();
      this.#byteSize += entry.byteSize;
      return;
    }
    this.#type = type;
    this.#entries.push(entry);
  }

  async #flush(): Promise<void> {
    const [first] = this.#entries;
    if (first === undefined) return;
    const { codecs, checksum } = this.#of;
    const { recordCount, maxTimestamp } = this.#builder;
    const end = this.#entries.at(-1)!.endOffset;
    const bytes = recordCount === 0 ? undefined : this.#builder.finish(first.baseOffset, end, this.#type, codecs, this.#pool, checksum);
    this.#byteSize += bytes?.length ?? 0;
    this.#replacements.push({ entries: this.#entries, bytes, maxTimestamp });
    this.#replaced += this.#entries.length;
    this.#entries = [];
    if (this.#replaced >= REPLACED_MAX) await this.#replace();
  }

  async #replace(): Promise<void> {
    const { store, topic, partition } = this.#of;
    const replacements = this.#replacements;
    this.#replacements = [];
    this.#replaced = 0;
    const done = await store.write((tables) => replace(tables, topic, partition, replacements));
    if (!done) throw new Overtaken();
  }

  async finish(): Promise<number> {
    await this.#flush();
    if (this.#replacements.length > 0) await this.#replace();
    return this.#byteSize;
  }
}

/** Within a transaction. False, without a change, where a block is not what it was. */
function replace(tables: LogTables, topic: LogTopic, partition: number, replacements: readonly Replacement[]): boolean {
  const { index, ends, blocks } = tables;
  for (const { baseOffset, block } of replacements.flatMap(({ entries }) => entries)) {
    const key = indexKey(topic.number, partition, baseOffset);
    const now = index.getBinary(key);
    if (now === undefined || readEntry(key, now).block !== block) return false;
  }
  const known = readEnds(ends.getBinary(partitionKey(topic.number, partition)));
  let { byteSize } = known;
  for (const { entries, bytes, maxTimestamp } of replacements) {
    for (const entry of entries) {
      removeBlock(tables, topic.number, partition, entry);
      byteSize -= entry.byteSize;
    }
    if (bytes === undefined) continue;
    const [{ baseOffset }, { endOffset }] = [entries[0]!, entries.at(-1)!];
    const block = nextNumber(tables, 'block');
    blocks.putSync(numberKey(block), bytes);
    const entry = { baseOffset, endOffset, maxTimestamp, byteSize: bytes.length, block };
    index.putSync(indexKey(topic.number, partition, baseOffset), writeEntry(entry));
    byteSize += bytes.length;
  }
  ends.putSync(partitionKey(topic.number, partition), writeEnds({ ...known, byteSize }));
  return true;
}
