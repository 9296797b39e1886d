import type { FormatDescriptor } from '../../catalog/connector-descriptor.ts';
import { SqlError } from '../../common/errors.ts';

/** Options as on Flink's page "JSON Format"; names come without `json.`. */
export const jsonDescriptor: FormatDescriptor = {
  name: 'json',
  doc: 'One JSON object a line (NDJSON). Fields are found by name, case-sensitively; a missing field is NULL.',
  decodes: true,
  encodes: true,
  check: (options) => {
    if (!options.boolean('fail-on-missing-field') || !options.boolean('ignore-parse-errors')) return;
    throw new SqlError('MS2104', 'fail-on-missing-field and ignore-parse-errors of the json format cannot both be true');
  },
  options: [
    {
      name: 'fail-on-missing-field',
      kind: 'boolean',
      default: 'false',
      doc: 'Whether a record without one of the fields is a bad record.',
    },
    {
      name: 'ignore-parse-errors',
      kind: 'boolean',
      default: 'false',
      doc: 'Makes NULL of a value that is none of its column type, and skips a record whose form is broken, instead of failing.',
    },
    {
      name: 'timestamp-format.standard',
      kind: ['SQL', 'ISO-8601'],
      default: 'SQL',
      doc: 'SQL: 2020-12-30 12:13:14.123, with Z for TIMESTAMP_LTZ. ISO-8601: the same with T between date and time.',
    },
    {
      name: 'map-null-key.mode',
      kind: ['FAIL', 'DROP', 'LITERAL'],
      default: 'FAIL',
      doc: 'What writing a map with a NULL key does: fail, leave the entry out, or write map-null-key.literal as its key.',
    },
    { name: 'map-null-key.literal', kind: 'string', default: 'null', doc: 'The key that stands for NULL under map-null-key.mode LITERAL.' },
    {
      name: 'encode.decimal-as-plain-number',
      kind: 'boolean',
      default: 'false',
      doc: 'Writes DECIMAL with all digits of its scale, instead of without trailing zeros and with exponents (1E+2).',
    },
    { name: 'encode.ignore-null-fields', kind: 'boolean', default: 'false', doc: 'Leaves fields that are NULL out of what is written.' },
    {
      name: 'decode.json-parser.enabled',
      kind: 'boolean',
      default: 'true',
      doc: 'Which of its two parsers Flink uses.',
      note: 'there is one parser here',
    },
  ],
};
