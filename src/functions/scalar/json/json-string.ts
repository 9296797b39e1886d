import { types } from '../../../data/types/sql-type.ts';
import { callPlain, define } from '../../plain-function.ts';
import { hasJson, jsonWriter } from './value-json.ts';

export const jsonString = define({
  name: 'JSON_STRING',
  family: 'json',
  signatures: [
    {
      text: '(ANY)',
      resolve: ([value, ...rest]) =>
        value === undefined || rest.length > 0 || !hasJson(value.type) ? undefined : { args: [value.type], returns: types.string() },
    },
  ],
  nested: true,
  emit: (e, args, returns) => callPlain(e, 'JSON_STRING', jsonWriter(args[0]!.type), args, returns, false),
  doc: 'JSON text of a value. Members come in the order of their names; bytes are written in base64.',
  examples: [
    { sql: 'JSON_STRING(1)', result: '1' },
    { sql: 'JSON_STRING(TRUE)', result: 'true' },
    { sql: "JSON_STRING('a\"b')", result: '"a\\"b"' },
    { sql: "JSON_STRING(ARRAY['a', CAST(NULL AS STRING)])", result: '["a",null]' },
    { sql: "JSON_STRING(MAP['b', 1, 'a', 2])", result: '{"a":2,"b":1}' },
    { sql: 'JSON_STRING(CAST(NULL AS INT))', result: null },
  ],
});
