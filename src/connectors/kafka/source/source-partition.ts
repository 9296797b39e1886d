import type { Chunk } from './record-batch.ts';
import { type PartitionPosition, partitionName } from './source-position.ts';

/** A chunk, and the offset that was asked for. */
interface FetchedChunk {
  readonly chunk: Chunk;
  readonly from: number;
  /** Whether it does not go on where the one before ended. */
  readonly isJump: boolean;
}

/** One partition that is read: how far it was fetched and handed out, and what lies between. */
export class SourcePartition {
  readonly topic: string;
  readonly partition: number;
  readonly split: number;
  /** Its name in messages. */
  readonly name: string;
  readonly topicId: string;
  /** Offset of the next record to hand out. */
  position: number;
  /** The leader's epoch there, -1 where it is not known. */
  epoch: number;
  /** Offset of the next record to fetch. */
  fetchOffset: number;
  /** The epoch of what was fetched last. */
  fetchEpoch: number;
  /** Reading ends before this offset. */
  readonly end: number;
  /** Whether nothing of it was ever read: its first record is then wherever it is. */
  isNew: boolean;
  queuedBytes = 0;
  #chunks: FetchedChunk[] = [];
  #jumps = false;

  constructor(at: PartitionPosition, split: number, isNew = false) {
    this.topic = at.topic;
    this.partition = at.partition;
    this.split = split;
    this.name = partitionName(at.topic, at.partition);
    this.topicId = at.topicId;
    this.position = at.offset;
    this.epoch = at.epoch ?? -1;
    this.fetchOffset = at.offset;
    this.fetchEpoch = this.epoch;
    this.end = at.end ?? Number.MAX_SAFE_INTEGER;
    this.isNew = isNew;
  }

  get isBounded(): boolean {
    return this.end !== Number.MAX_SAFE_INTEGER;
  }

  /** Whether all records have been handed out. */
  get isDone(): boolean {
    return this.position >= this.end;
  }

  /** Whether nothing more is to be fetched. */
  get isFetched(): boolean {
    return this.fetchOffset >= this.end;
  }

  /** What was fetched from fetchOffset on; `next` is where the next fetch begins, and `epoch` that of the last batch. */
  push(chunk: Chunk, next: number, epoch: number): void {
    this.#chunks.push({ chunk, from: this.fetchOffset, isJump: this.#jumps });
    this.queuedBytes += chunk.byteSize;
    this.fetchOffset = next;
    this.fetchEpoch = epoch;
    this.isNew = false;
    this.#jumps = false;
  }

  /** Goes on elsewhere, perhaps further back: the records here are no more. */
  jumpTo(offset: number): void {
    // Where nothing waits to be handed out, a checkpoint is to know it now.
    if (this.position === this.fetchOffset) this.position = offset;
    this.fetchOffset = offset;
    this.fetchEpoch = -1;
    this.#jumps = true;
  }

  /** Whether what was fetched next does not follow on what was taken last. */
  get isAtJump(): boolean {
    return this.#chunks[0]?.isJump === true;
  }

  /** The first chunk that was not yet taken. At a jump, all records before it must have been handed out. */
  takeChunk(): FetchedChunk | undefined {
    const next = this.#chunks.shift();
    if (next === undefined) return undefined;
    this.queuedBytes -= next.chunk.byteSize;
    if (next.isJump) this.position = next.from;
    return next;
  }

  get hasChunks(): boolean {
    return this.#chunks.length > 0;
  }

  /** All that was fetched has been handed out: the position is where the next fetch begins. */
  settle(): void {
    if (!this.hasChunks) this.position = Math.max(this.position, this.fetchOffset);
  }

  toPosition(): PartitionPosition {
    const { topic, partition, topicId, position, epoch, end } = this;
    return { topic, partition, topicId, offset: position, ...(epoch >= 0 && { epoch }), ...(this.isBounded && { end }) };
  }
}
