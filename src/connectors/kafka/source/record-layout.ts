import type { Options } from '../../../catalog/option-spec.ts';
import { SqlError } from '../../../common/errors.ts';
import type { Field, Schema } from '../../../data/schema.ts';
import type { RecordPart } from '../../../runtime/source.ts';

/** Which columns of a table are in a record's key, and which in its value. A column may be in both. */
export interface RecordLayout {
  readonly key: LayoutPart | undefined;
  readonly value: LayoutPart;
}

export interface LayoutPart {
  readonly part: RecordPart;
  /** Indexes in the schema of the columns of `part.schema`, in order. */
  readonly columns: readonly number[];
}

interface Layout {
  readonly options: Options;
  /** Columns to read or write. */
  readonly schema: Schema;
  readonly tableSchema: Schema;
  /** Columns that are beside the record. */
  readonly isMetadata: (name: string) => boolean;
  /** The columns of the key where the options name none: the primary key of upsert-kafka. */
  readonly keyFields?: readonly string[];
}

/**
 * Divides a table's columns as Flink does: `key.fields` are in the key, without `key.fields-prefix` before their names; all are in the
 * value, unless `value.fields-include` is EXCEPT_KEY. Throws MS3078.
 */
export function recordLayout({ options, schema, tableSchema, isMetadata, keyFields }: Layout): RecordLayout {
  const prefix = options.get('key.fields-prefix')?.toString() ?? '';
  const names = keyFields ?? namesOf(options.get('key.fields')?.toString());
  const inRecord = tableSchema.fields.filter(({ name }) => !isMetadata(name));
  for (const name of names) checkKeyField(name, prefix, inRecord);
  const exceptKey = options.string('value.fields-include').toUpperCase() === 'EXCEPT_KEY';
  if (!exceptKey && prefix !== '') {
    throw new SqlError('MS3078', "'key.fields-prefix' needs 'value.fields-include' = 'EXCEPT_KEY'", {
      hint: 'otherwise the prefixed names would be those in the value, too',
    });
  }
  const divide = (of: 'key' | 'value', isIn: (name: string) => boolean): LayoutPart => {
    const rename = ({ name, type }: Field): Field => ({ name: of === 'key' ? name.slice(prefix.length) : name, type });
    const columns = schema.fields.flatMap(({ name }, i) => (!isMetadata(name) && isIn(name) ? [i] : []));
    return {
      columns,
      part: {
        of,
        schema: { fields: columns.map((i) => rename(schema.fields[i]!)) },
        tableSchema: { fields: inRecord.filter(({ name }) => isIn(name)).map(rename) },
      },
    };
  };
  return {
    key: options.get('key.format') === undefined || names.length === 0 ? undefined : divide('key', (name) => names.includes(name)),
    // A column that is in both is read from the value, as in Flink.
    value: divide('value', (name) => !exceptKey || !names.includes(name)),
  };
}

function namesOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function checkKeyField(name: string, prefix: string, fields: readonly Field[]): void {
  if (!fields.some((field) => field.name === name)) {
    throw new SqlError('MS3078', `'key.fields' names ${name}, which is no physical column of the table`, {
      hint: `its columns are ${fields.map((field) => field.name).join(', ')}`,
    });
  }
  if (name.startsWith(prefix) && name.length > prefix.length) return;
  throw new SqlError('MS3078', `column ${name} of 'key.fields' does not begin with '${prefix}', which 'key.fields-prefix' says`);
}
