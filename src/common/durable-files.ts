/**
 * The files in which a job keeps what outlives it, by names relative to one folder and with `/` between their parts. What the
 * platform's own implementation promises: bytes of `write` are on the disk when it resolves, names are when `sync` has resolved. All
 * reject with the platform's own errors.
 */
export interface DurableFiles {
  /** Names of the files and folders in a folder, in no order; none where there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** The bytes of a file; undefined where there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Opens a file to be read without waiting, before a job begins; undefined where there is none. Absent where the platform cannot. */
  openSync?(name: string): ReadableFile | undefined;
  /** Makes a file, or replaces its bytes; a crash before it resolves may leave any part of them. */
  write(name: string, parts: readonly Uint8Array[]): Promise<void>;
  /** Makes a file, or empties it, that gets its bytes part by part. */
  create(name: string): Promise<GrowingFile>;
  /** Gives a file another name, in place of what has it: a crash leaves the one or the other. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with all that is in it. It may be gone already. */
  remove(name: string): Promise<void>;
  /** Makes a folder, and those around it. */
  makeFolder(folder: string): Promise<void>;
  /** Brings the names in a folder to the disk: files made, renamed and removed in it. */
  sync(folder: string): Promise<void>;
}

/** A file that is being written. One call at a time. */
export interface GrowingFile {
  /** Adds bytes, which stay as they are until it resolves. */
  append(parts: readonly Uint8Array[]): Promise<void>;
  /** Closes it; its bytes are on the disk then. */
  finish(): Promise<void>;
  /** Closes it; what becomes of its bytes does not matter. */
  abandon(): Promise<void>;
}

/** A file that is being read. */
export interface ReadableFile {
  readonly byteSize: number;
  /** Fills `into` with the bytes from `offset` on; returns how many there were. */
  read(into: Uint8Array, offset: number): number;
  close(): void;
}
