import type { Options } from '../../catalog/option-spec.ts';
import { SqlError } from '../../common/errors.ts';

/** The key of a record is the primary key of the table, where it has one. Throws MS3090 for other options of keys. */
export function checkPrimaryKey(options: Options, tableName: string): void {
  if (options.get('key.format') === undefined) {
    throw new SqlError('MS3090', `table ${tableName} has a primary key, which needs a 'key.format'`);
  }
  if (options.get('key.fields') !== undefined) {
    throw new SqlError('MS3090', `table ${tableName} has a primary key, which is the records' key: leave 'key.fields' out`);
  }
}
