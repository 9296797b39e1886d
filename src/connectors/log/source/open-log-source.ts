import { ConnectorError, SqlError } from '../../../common/errors.ts';
import type { SourceContext, SourceReader } from '../../../runtime/source.ts';
import { Codecs } from '../../kafka/codecs/codecs.ts';
import { checkMetadata } from '../../kafka/kafka-metadata.ts';
import { endOf, startOf, topicsOf } from '../../kafka/source/source-settings.ts';
import { checkPrimaryKey } from '../check-primary-key.ts';
import { openLog } from '../store/log-store.ts';
import { LogSource } from './log-source.ts';

/**
 * Opens a table for reading. With a primary key a record is the newest row of its key, and one without a value deletes it. Throws SqlError MS3078 and MS3090, UnsupportedError MS3080, ConnectorError MS3070, MS3091, MS3092 and MS3095.
 */
export async function openLogSource(context: SourceContext): Promise<SourceReader> {
  const { options, primaryKey } = context;
  const isUpsert = primaryKey.length > 0;
  if (isUpsert) checkUpsert(context);
  checkMetadata(context.schema, context.metadata, false);
  const store = await openLog(options.string('path'), true);
  try {
    store.refresh();
    const names = topicsOf(options);
    const missing = names.find((name) => store.topic(name) === undefined);
    if (missing !== undefined) {
      throw new ConnectorError('MS3095', `there is no topic ${missing} in ${options.string('path')}`, {
        hint: 'a topic is made by the first table that writes it; names are case-sensitive',
      });
    }
    const missingOffset = options.string('scan.missing-offset').toLowerCase() as 'fail' | 'earliest' | 'latest';
    const codecs = new Codecs();
    for (const name of names) for (const type of store.topic(name)?.compressions ?? []) await codecs.load(type);
    const groupId = options.get('properties.group.id')?.toString();
    const settings = { topics: names, start: startOf(options), end: endOf(options), missingOffset, groupId };
    return new LogSource(context, store, settings, codecs, isUpsert);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The newest row of a key may be anywhere. */
function checkUpsert({ options, tableName }: SourceContext): void {
  checkPrimaryKey(options, tableName);
  if (options.string('scan.startup.mode') === 'earliest-offset') return;
  throw new SqlError('MS3090', `table ${tableName} has a primary key: it is read from its first record on`, {
    hint: "leave 'scan.startup.mode' out, or declare the table without a primary key: it then gives every record as an insert",
  });
}
