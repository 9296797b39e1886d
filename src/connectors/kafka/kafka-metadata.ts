import type { MetadataColumn } from '../../catalog/connector-descriptor.ts';
import { UnsupportedError } from '../../common/errors.ts';
import type { Schema } from '../../data/schema.ts';
import { printType } from '../../data/types/print-type.ts';
import { type SqlType, types } from '../../data/types/sql-type.ts';

const headersType = types.map(types.string(false), types.bytes(true), false);

/** The metadata columns of Flink's kafka connector. */
export const KAFKA_METADATA: readonly MetadataColumn[] = [
  { key: 'topic', type: types.string(false), writable: false, doc: 'Name of the topic.' },
  { key: 'partition', type: types.int(false), writable: false, doc: 'Number of the partition.' },
  { key: 'headers', type: headersType, writable: true, doc: 'The headers by name. Of several with one name the last counts.' },
  {
    key: 'leader-epoch',
    type: types.int(true),
    writable: false,
    doc: 'How often the leader of the partition had changed, NULL where it is not known.',
  },
  { key: 'offset', type: types.bigint(false), writable: false, doc: 'Offset of the record in its partition.' },
  { key: 'timestamp', type: types.timestampLtz(3, false), writable: true, doc: "The record's time." },
  {
    key: 'timestamp-type',
    type: types.string(false),
    writable: false,
    doc: 'Whose time that is: CreateTime (the producer said it) or LogAppendTime (the broker did).',
  },
];

const FITTING: Readonly<Record<string, readonly SqlType['root'][]>> = {
  topic: ['VARCHAR'],
  partition: ['INT', 'BIGINT'],
  headers: ['MAP'],
  'leader-epoch': ['INT', 'BIGINT'],
  offset: ['BIGINT'],
  timestamp: ['TIMESTAMP_LTZ'],
  'timestamp-type': ['VARCHAR'],
};

/** Throws MS3080 for metadata that is not there, cannot be written, or is declared with a type it does not have. */
export function checkMetadata(schema: Schema, metadata: ReadonlyMap<number, string>, isWritten: boolean): void {
  for (const [index, key] of metadata) {
    const { name, type } = schema.fields[index]!;
    const known = KAFKA_METADATA.find((each) => each.key === key);
    if (known === undefined || (isWritten && !known.writable)) {
      const keys = KAFKA_METADATA.filter(({ writable }) => writable || !isWritten).map((each) => `'${each.key}'`);
      throw new UnsupportedError('MS3080', `column ${name}: there is no metadata '${key}' to ${isWritten ? 'write' : 'read'}`, {
        hint: isWritten && known !== undefined ? 'declare the column VIRTUAL, so that it is read only' : `there is ${keys.join(', ')}`,
      });
    }
    const fits = FITTING[key]!.includes(type.root) && (type.root !== 'MAP' || isHeadersType(type));
    if (fits) continue;
    throw new UnsupportedError('MS3080', `column ${name}: metadata '${key}' cannot be ${printType({ ...type, nullable: true })}`, {
      hint: `declare it as ${printType({ ...known.type, nullable: true })}`,
    });
  }
}

function isHeadersType(type: SqlType): boolean {
  return type.root === 'MAP' && type.key.root === 'VARCHAR' && type.value.root === 'VARBINARY';
}
