import type { LinearMemory } from '../../data/memory.ts';

/** What FileInput.read answers when bytes will come, but none are there yet. */
export const PENDING = -1;

/** The bytes of one file, decompressed, in order. */
export interface FileInput {
  /**
   * Copies up to `byteSize` bytes to `address`. Returns their number, 0 at the end of the file, or PENDING.
   * Throws ConnectorError MS3030 or MS3031, DataError MS3033 (damaged compressed file).
   */
  read(memory: LinearMemory, address: number, byteSize: number): number;
  /** Resolves when read() has an answer again after PENDING; also when `signal` is aborted. Never rejects. */
  ready(signal: AbortSignal): Promise<void>;
  /** Whether the next bytes may be long in coming (a pipe), so that those at hand should not wait for more. */
  readonly live: boolean;
  /** Bytes of the file itself, compressed, that were read so far. */
  readonly diskBytesRead: number;
  close(): void;
}
