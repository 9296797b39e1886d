import type { FormatDescriptor } from '../../catalog/connector-descriptor.ts';
import { SqlError, UnsupportedError } from '../../common/errors.ts';
import type { Schema } from '../../data/schema.ts';
import { printNullableType } from '../../data/types/print-type.ts';

/** Options as on Flink's page "Raw Format"; names come without `raw.`. */
export const rawDescriptor: FormatDescriptor = {
  name: 'raw',
  doc: 'A line is the value of the only column: text, bytes, or a number in binary form.',
  decodes: true,
  encodes: true,
  options: [
    { name: 'charset', kind: 'string', default: 'UTF-8', doc: 'The encoding of text.' },
    { name: 'endianness', kind: ['big-endian', 'little-endian'], default: 'big-endian', doc: 'The order of the bytes of numbers.' },
  ],
};

const TYPES = new Set(['CHAR', 'VARCHAR', 'BINARY', 'VARBINARY', 'BOOLEAN', 'TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE']);

/** Throws MS1304 unless there is one column, and MS2103 where its type has no raw form. */
export function checkRawSchema(schema: Schema): void {
  const [field, second] = schema.fields;
  if (field === undefined || second !== undefined) {
    throw new SqlError('MS1304', `the raw format has a single column, and the table declares ${schema.fields.length}`);
  }
  if (!TYPES.has(field.type.root)) {
    throw new UnsupportedError(
      'MS2103',
      `the raw format has no form for ${printNullableType(field.type)}, the type of column ${field.name}`,
    );
  }
}

/** Whether a charset's name means UTF-8 (or ASCII, which is part of it). */
export const isUtf8Name = (charset: string): boolean => /^(utf-?8|us-ascii|ascii)$/i.test(charset);
