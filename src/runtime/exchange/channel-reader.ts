import { InternalError } from '../../common/errors.ts';
import type { Batch } from '../../data/batch.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { BatchUnpacker } from './batch-unpacker.ts';
import { MESSAGE } from './message-kind.ts';
import type { Ring } from './ring.ts';

/** A message as it lay in a ring when a checkpoint was made. */
export interface SavedMessage {
  readonly kind: number;
  readonly bytes: Uint8Array;
}

/** What a checkpoint keeps of a channel whose sender had ended. */
export const ENDED: readonly SavedMessage[] = [{ kind: MESSAGE.ended, bytes: new Uint8Array(0) }];

/** What poll() answers: rows, event time or idleness of the sender, nothing just now, or nothing any more. */
export type ChannelResult =
  | Batch
  | { readonly kind: 'watermark'; readonly time: bigint }
  | { readonly kind: 'idle'; readonly isIdle: boolean }
  | 'nothing'
  | 'end';

/**
 * Reads what one other worker sends through one exchange. A marker says that the sender has captured its state for a checkpoint: from
 * this worker's own capture until the marker comes, what is read belongs to the checkpoint as well, and is kept for it
 * (K. M. Chandy and L. Lamport, Distributed Snapshots, 1985). So no worker waits for another.
 */
export class ChannelReader {
  readonly #ring: Ring;
  readonly #unpacker: BatchUnpacker;
  readonly #onMarker: (checkpoint: number, halts: boolean) => void;
  /** What was in the ring when the checkpoint was made that the job goes on from. */
  #restored: SavedMessage[] = [];
  /** Pieces of rows that are not whole yet. */
  #parts: Uint8Array[] = [];
  /** The last marker that came. */
  #marked = 0;
  /** The last checkpoint that this worker has captured. */
  #captured = 0;
  #recording: { readonly messages: SavedMessage[]; readonly done: (messages: readonly SavedMessage[]) => void } | undefined;
  #hasEnded = false;

  /** `onMarker` is called when the marker of a checkpoint comes that this worker has not captured: nothing is read on until it has. */
  constructor(ring: Ring, kernels: Kernels, types: readonly SqlType[], onMarker: (checkpoint: number, halts: boolean) => void) {
    this.#ring = ring;
    this.#unpacker = new BatchUnpacker(kernels, types);
    this.#onMarker = onMarker;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether the marker of a checkpoint has come: the sender was captured before what comes now. */
  isMarked(checkpoint: number): boolean {
    return this.#marked >= checkpoint;
  }

  /** The next message. A batch is valid until the next call. */
  poll(): ChannelResult {
    for (;;) {
      if (this.#marked > this.#captured || this.#hasEnded) return this.#hasEnded ? 'end' : 'nothing';
      const message = this.#restored.shift() ?? this.#read();
      if (message === undefined) return 'nothing';
      const result = this.#open(message);
      if (result !== undefined) return result;
    }
  }

  #read(): SavedMessage | undefined {
    const message = this.#ring.read();
    if (message !== undefined && message.kind !== MESSAGE.marker) this.#recording?.messages.push(copyOf(message));
    return message;
  }

  /** Undefined for what is no news to the graph. */
  #open({ kind, bytes }: SavedMessage): ChannelResult | undefined {
    switch (kind) {
      case MESSAGE.batch:
        return this.#unpack(bytes);
      case MESSAGE.part:
        this.#parts.push(bytes.slice());
        return undefined;
      case MESSAGE.watermark:
        return { kind: 'watermark', time: viewOf(bytes).getBigInt64(0, true) };
      case MESSAGE.idle:
        return { kind: 'idle', isIdle: bytes[0] === 1 };
      case MESSAGE.end:
        this.#hasEnded = true;
        this.#endRecording();
        return 'end';
      case MESSAGE.marker:
        this.#mark(viewOf(bytes).getFloat64(0, true), viewOf(bytes).getFloat64(8, true) === 1);
        return undefined;
      default:
        throw new InternalError('MS9001', `a message of kind ${kind} from another worker`);
    }
  }

  #unpack(bytes: Uint8Array): Batch {
    if (this.#parts.length === 0) return this.#unpacker.unpack(bytes);
    const parts = [...this.#parts, bytes];
    this.#parts = [];
    return this.#unpacker.unpack(concatenated(parts));
  }

  #mark(checkpoint: number, halts: boolean): void {
    this.#marked = Math.max(this.#marked, checkpoint);
    if (checkpoint > this.#captured) this.#onMarker(checkpoint, halts);
    else if (checkpoint === this.#captured) this.#endRecording();
  }

  /**
   * This worker captures its state for a checkpoint. Resolves, when the sender's marker has come, with what was sent before it and had
   * not been read.
   */
  record(checkpoint: number): Promise<readonly SavedMessage[]> {
    this.abandon();
    this.#captured = checkpoint;
    const messages: SavedMessage[] = [...this.#parts.map((bytes) => ({ kind: MESSAGE.part, bytes })), ...this.#restored];
    if (this.#hasEnded) {
      // Markers come still, which nobody needs: they must not fill the ring.
      while (this.#ring.read() !== undefined) {}
      return Promise.resolve(ENDED);
    }
    if (this.#marked >= checkpoint) return Promise.resolve(messages);
    return new Promise((done) => {
      this.#recording = { messages, done };
    });
  }

  #endRecording(): void {
    this.#recording?.done(this.#recording.messages);
    this.#recording = undefined;
  }

  /** The recording that goes on is not wanted any more. */
  abandon(): void {
    this.#recording?.done([]);
    this.#recording = undefined;
  }

  /** What is read before the ring: the messages of a checkpoint. */
  restore(messages: readonly SavedMessage[]): void {
    this.#hasEnded = messages.some(({ kind }) => kind === MESSAGE.ended);
    this.#restored = this.#hasEnded ? [] : [...messages];
  }

  /** Resolves when poll() may have something; early, perhaps. */
  async wait(): Promise<void> {
    if (this.#restored.length > 0 || this.#hasEnded) return;
    await this.#ring.readable();
  }

  close(): void {
    this.#unpacker.free();
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView => new DataView(buffer, byteOffset, byteLength);

const copyOf = ({ kind, bytes }: SavedMessage): SavedMessage => ({ kind, bytes: bytes.slice() });

export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
