import { importModule } from './platform.ts';

/** What is used of the package lmdb: memory-mapped tables of bytes by ordered keys of bytes, changed in transactions that all processes of a machine see. */
export interface LmdbLibrary {
  open(options: LmdbOptions): LmdbRoot;
}

export interface LmdbOptions {
  /** A folder. */
  readonly path: string;
  readonly noSubdir: false;
  readonly maxDbs: number;
  readonly encoding: 'binary';
  readonly keyEncoding: 'binary';
  /** Whether a commit is visible before it is on the disk. */
  readonly overlappingSync: boolean;
  readonly noSync?: boolean;
}

export interface LmdbRange {
  readonly start?: Uint8Array;
  /** Not in the range. */
  readonly end?: Uint8Array;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export interface LmdbTable {
  /** A copy of a value. */
  getBinary(key: Uint8Array): Uint8Array | undefined;
  /** A value that the next read overwrites. Only its `length` is right: as a typed array it is larger, and is copied as such. */
  getBinaryFast(key: Uint8Array): Uint8Array | undefined;
  getRange(range: LmdbRange): Iterable<{ readonly key: Uint8Array; readonly value: Uint8Array }>;
  /** Within a transaction. */
  putSync(key: Uint8Array, value: Uint8Array): void;
  /** Within a transaction. */
  removeSync(key: Uint8Array): boolean;
}

export interface LmdbRoot extends LmdbTable {
  openDB(options: { readonly name: string; readonly encoding: 'binary'; readonly keyEncoding: 'binary' }): LmdbTable;
  /** Runs `action` when this process may write; resolves when what it wrote is on the disk. Nothing is kept of one that throws. */
  childTransaction<T>(action: () => T): Promise<T>;
  transactionSync<T>(action: () => T): T;
  /** Lets the reads that follow see what was committed meanwhile. */
  resetReadTxn(): void;
  close(): Promise<void>;
}

let loaded: Promise<LmdbLibrary> | undefined;

/** The library, loaded when something is first stored in it. Rejects with what importing it rejects with. */
export function loadLmdb(): Promise<LmdbLibrary> {
  loaded ??= importModule('lmdb').then((library) => library as LmdbLibrary);
  return loaded;
}
