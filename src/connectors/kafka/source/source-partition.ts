import type { Chunk } from './record-batch.ts';

/** What a position says of one partition, in plain JSON. */
export interface PartitionPosition {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the next record to hand out. */
  readonly offset: number;
  /** Where reading ends, for bounded tables. */
  readonly end?: number | undefined;
}

/** A chunk, and the offset that was asked for. */
interface FetchedChunk {
  readonly chunk: Chunk;
  readonly from: number;
}

/** One partition that is read: how far it was fetched and handed out, and what lies between. */
export class SourcePartition {
  readonly topic: string;
  readonly partition: number;
  readonly split: number;
  /** Its name in messages. */
  readonly name: string;
  topicId: string;
  /** Offset of the next record to hand out. */
  position: number;
  /** Offset of the next record to fetch. */
  fetchOffset: number;
  /** Reading ends before this offset. */
  readonly end: number;
  queuedBytes = 0;
  #chunks: FetchedChunk[] = [];

  constructor(at: PartitionPosition, split: number, topicId: string) {
    this.topic = at.topic;
    this.partition = at.partition;
    this.split = split;
    this.name = `${at.topic}/${at.partition}`;
    this.topicId = topicId;
    this.position = at.offset;
    this.fetchOffset = at.offset;
    this.end = at.end ?? Number.MAX_SAFE_INTEGER;
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

  /** What was fetched from fetchOffset on; `next` is where the next fetch begins. */
  push(chunk: Chunk, next: number): void {
    this.#chunks.push({ chunk, from: this.fetchOffset });
    this.queuedBytes += chunk.byteSize;
    this.fetchOffset = next;
  }

  /** The first chunk that was not yet taken. */
  takeChunk(): FetchedChunk | undefined {
    const next = this.#chunks.shift();
    if (next !== undefined) this.queuedBytes -= next.chunk.byteSize;
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
    const { topic, partition, position } = this;
    return { topic, partition, offset: position, ...(this.isBounded && { end: this.end }) };
  }
}
