import type { Schema } from '../data/schema.ts';
import { printType } from '../data/types/print-type.ts';
import { types } from '../data/types/sql-type.ts';

/** What a dead-letter table gets of each bad record, by position: its columns may have other names. */
export const deadLetterSchema: Schema = {
  fields: [
    { name: 'source', type: types.string(false) },
    { name: 'line', type: types.bigint(false) },
    { name: 'byte_offset', type: types.bigint(false) },
    { name: 'reason', type: types.string(false) },
    { name: 'record', type: types.bytes(false) },
  ],
};

/** The columns as CREATE TABLE would declare them. */
export const deadLetterColumns = deadLetterSchema.fields
  .map(({ name, type }) => `${name} ${printType({ ...type, nullable: true })}`)
  .join(', ');

/** What keeps a table whose columns to write are these from taking bad records, in words; undefined when nothing does. */
export function deadLetterMismatch({ fields: written }: Schema): string | undefined {
  const { fields } = deadLetterSchema;
  if (written.length !== fields.length)
    return `it has ${written.length} ${written.length === 1 ? 'column' : 'columns'} to write, not ${fields.length}`;
  const at = fields.findIndex(
    ({ type }, i) => printType({ ...written[i]!.type, nullable: true }) !== printType({ ...type, nullable: true }),
  );
  if (at < 0) return undefined;
  const { name, type } = written[at]!;
  return `its column ${name} is ${printType({ ...type, nullable: true })}, not ${printType({ ...fields[at]!.type, nullable: true })}`;
}
