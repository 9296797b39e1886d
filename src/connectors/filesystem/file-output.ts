/** Where the bytes of one output file go, before it has its name. */
export interface FileOutput {
  /** Writes the bytes, or copies what it keeps. Throws ConnectorError MS3036. */
  write(bytes: Uint8Array): void;
  /** Whether so much waits to be written that the caller should wait for ready(). */
  readonly full: boolean;
  /** Resolves when there is room again; rejects with what went wrong meanwhile. */
  ready(): Promise<void>;
  /**
   * Resolves with the file's size when all that was written so far is on the disk: a file cut to that size is whole, and can be added to.
   * Until then more may be written only where `full` is false. Rejects with ConnectorError MS3036.
   */
  persist(): Promise<number>;
  /** Everything is on the disk and the file is closed. Rejects with ConnectorError MS3036. */
  finish(): Promise<void>;
  /** Closes the file, whatever is in it. Never throws. */
  abandon(): void;
}
