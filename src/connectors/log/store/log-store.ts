import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConnectorError } from '../../../common/errors.ts';
import { type LmdbRoot, loadLmdb } from '../../../common/lmdb.ts';
import { messageOf } from '../../../common/message-of.ts';
import { addToIndex, entriesFrom, type NewBlock, storeBlocks } from './append-blocks.ts';
import { Bell } from './bell.ts';
import {
  type BlockEntry,
  type Cleaned,
  groupKey,
  numberKey,
  type PartitionEnds,
  partitionKey,
  readCleaned,
  readEnds,
  readNumber,
} from './keys.ts';
import { type LogTables, openTables, TABLE_COUNT } from './log-tables.ts';
import { declareTopic, type LogTopic, readTopic, type TopicSettings } from './log-topic.ts';

interface Shared {
  readonly opening: Promise<LogStore>;
  users: number;
}

/** The logs that this process has open, by their folders: a folder is opened once. */
const open = new Map<string, Shared>();

/**
 * Opens a log folder; close() is owed. Throws ConnectorError MS3070 where the package lmdb cannot be loaded, MS3091 for a folder that cannot be
 * used, or that is not there although `mustExist`, MS3092 for one of a later version.
 */
export async function openLog(folder: string, mustExist: boolean): Promise<LogStore> {
  const path = folderOf(folder, mustExist);
  let shared = open.get(path);
  if (shared === undefined) {
    shared = { opening: LogStore.open(path, () => closed(path)), users: 0 };
    open.set(path, shared);
  }
  shared.users++;
  try {
    return await shared.opening;
  } catch (error) {
    open.delete(path);
    throw error;
  }
}

/** Whether nobody in this process uses the folder any more. */
function closed(path: string): boolean {
  const shared = open.get(path);
  if (shared === undefined || --shared.users > 0) return false;
  open.delete(path);
  return true;
}

function folderOf(folder: string, mustExist: boolean): string {
  try {
    if (mustExist) statSync(join(folder, 'data.mdb'));
    else mkdirSync(folder, { recursive: true });
    return realpathSync(folder);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ConnectorError('MS3091', isMissing ? `there is no log in ${folder}` : unusable(folder, cause), {
      cause,
      ...(isMissing && { hint: 'a log is made by the first table that writes to it; a relative path counts from the working directory' }),
    });
  }
}

/** LMDB says in words what the system said in a number. */
const isFull = (cause: unknown): boolean => /no space left|MDB_MAP_FULL|quota/i.test(messageOf(cause));

const unusable = (folder: string, cause: unknown): string => `the log ${folder} cannot be used: ${messageOf(cause)}`;

/** Topics in a folder: read from memory-mapped files, written in transactions, one process at a time. */
export class LogStore {
  readonly path: string;
  readonly bell: Bell;
  readonly tables: LogTables;
  readonly #root: LmdbRoot;
  readonly #isLast: () => boolean;

  private constructor(path: string, root: LmdbRoot, tables: LogTables, isLast: () => boolean) {
    this.path = path;
    this.#root = root;
    this.tables = tables;
    this.bell = new Bell(path);
    this.#isLast = isLast;
  }

  /** @internal By openLog. */
  static async open(path: string, isLast: () => boolean): Promise<LogStore> {
    const { open: openRoot } = await loadLmdb().catch((cause: unknown) => {
      throw new ConnectorError('MS3070', `connector 'log' needs the package lmdb, which cannot be loaded: ${messageOf(cause)}`, {
        hint: 'npm install lmdb',
        cause,
      });
    });
    try {
      const options = { path, noSubdir: false, encoding: 'binary', keyEncoding: 'binary', overlappingSync: false } as const;
      const root = openRoot({ ...options, maxDbs: TABLE_COUNT + 1 });
      return new LogStore(path, root, openTables(root, path), isLast);
    } catch (cause) {
      if (cause instanceof ConnectorError) throw cause;
      throw new ConnectorError('MS3091', unusable(path, cause), { cause });
    }
  }

  /** Lets what follows see what was committed meanwhile. Reads between two events of the process see one state otherwise. */
  refresh(): void {
    this.#root.resetReadTxn();
  }

  topic(name: string): LogTopic | undefined {
    return readTopic(this.tables, name);
  }

  ends({ number }: LogTopic, partition: number): PartitionEnds {
    return readEnds(this.tables.ends.getBinaryFast(partitionKey(number, partition)));
  }

  /** Up to `limit` blocks, from the one that holds `offset`, or the first one after it, on. */
  entries({ number }: LogTopic, partition: number, offset: number, limit: number): BlockEntry[] {
    return entriesFrom(this.tables, number, partition, offset, limit);
  }

  /** A block's bytes, valid until the next read; undefined where it was removed. */
  block(block: number): Uint8Array | undefined {
    const bytes = this.tables.blocks.getBinaryFast(numberKey(block));
    // What the library lends is larger than its length says.
    return bytes?.subarray(0, bytes.length);
  }

  /** The offset up to which a group has read a partition; undefined where it has said nothing. */
  groupOffset(group: string, { id }: LogTopic, partition: number): number | undefined {
    const bytes = this.tables.groups.getBinary(groupKey(group, id, partition));
    return bytes && readNumber(bytes);
  }

  commitGroup(
    group: string,
    offsets: readonly { readonly topicId: string; readonly partition: number; readonly offset: number }[],
  ): Promise<void> {
    return this.write(({ groups }) => {
      for (const { topicId, partition, offset } of offsets) groups.putSync(groupKey(group, topicId, partition), numberKey(offset));
    });
  }

  cleaned({ number }: LogTopic, partition: number): Cleaned {
    return readCleaned(this.tables.cleaned.getBinaryFast(partitionKey(number, partition)));
  }

  declareTopic(name: string, settings: TopicSettings): Promise<LogTopic> {
    return this.write((tables) => declareTopic(tables, name, settings));
  }

  /** Stores blocks where they are seen at once. */
  append(topic: LogTopic, blocks: readonly NewBlock[], nowMs: number): Promise<void> {
    return this.write((tables) => addToIndex(tables, topic, storeBlocks(tables, blocks), nowMs));
  }

  /**
   * Changes the tables, all or nothing, and tells those who wait. Resolves when the changes are on the disk. Throws what `act` throws, and
   * MS3091 where the disk does not take them.
   */
  async write<T>(act: (tables: LogTables) => T): Promise<T> {
    let result: T;
    try {
      result = await this.#root.childTransaction(() => act(this.tables));
    } catch (cause) {
      if (cause instanceof ConnectorError) throw cause;
      throw new ConnectorError('MS3091', unusable(this.path, cause), { cause, retry: isFull(cause) });
    }
    this.bell.ring();
    return result;
  }

  async close(): Promise<void> {
    if (!this.#isLast()) return;
    this.bell.close();
    await this.#root.close();
  }
}
