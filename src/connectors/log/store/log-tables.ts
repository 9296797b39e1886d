import { ConnectorError } from '../../../common/errors.ts';
import type { LmdbRoot, LmdbTable } from '../../../common/lmdb.ts';
import { nameKey, numberKey, readNumber } from './keys.ts';

const VERSION = 1;
const FORMAT = nameKey('format');

/**
 * The tables of a log folder, version 1 of its layout:
 * - `meta`: the version, and the next numbers of topics, blocks and writers;
 * - `topics`: a topic's number, partitions and retention, by its name;
 * - `ends`: where each partition begins and ends;
 * - `index`: the blocks of each partition by their first offsets;
 * - `blocks`: the blocks by number, each one a record batch as Kafka has it (magic 2, base offset 0);
 * - `groups`: the offset up to which a group has read a partition, by group, topic's id and partition;
 * - `cleaned`: up to where each partition is compacted, and the bytes it had then;
 * - `writers`: who writes in transactions, by name; `pending`: the blocks of transactions that are not committed.
 */
export interface LogTables {
  readonly meta: LmdbTable;
  readonly topics: LmdbTable;
  readonly ends: LmdbTable;
  readonly index: LmdbTable;
  readonly blocks: LmdbTable;
  readonly groups: LmdbTable;
  readonly cleaned: LmdbTable;
  readonly writers: LmdbTable;
  readonly pending: LmdbTable;
}

export const TABLE_COUNT = 9;

/** Throws ConnectorError MS3092 for a folder of a later version. */
export function openTables(root: LmdbRoot, path: string): LogTables {
  const table = (name: string): LmdbTable => root.openDB({ name, encoding: 'binary', keyEncoding: 'binary' });
  const tables = {
    meta: table('meta'),
    topics: table('topics'),
    ends: table('ends'),
    index: table('index'),
    blocks: table('blocks'),
    groups: table('groups'),
    cleaned: table('cleaned'),
    writers: table('writers'),
    pending: table('pending'),
  };
  const known = tables.meta.getBinary(FORMAT);
  if (known === undefined) root.transactionSync(() => tables.meta.putSync(FORMAT, numberKey(VERSION)));
  else if (readNumber(known) !== VERSION) {
    throw new ConnectorError('MS3092', `the log ${path} has version ${readNumber(known)}, this release reads ${VERSION}`);
  }
  return tables;
}

/** The next number of a kind of thing, from 1 on. Within a transaction. */
export function nextNumber({ meta }: LogTables, kind: 'topic' | 'block' | 'writer', count = 1): number {
  const key = nameKey(`next-${kind}`);
  const known = meta.getBinary(key);
  const next = known === undefined ? 1 : readNumber(known);
  meta.putSync(key, numberKey(next + count));
  return next;
}
