import { types } from '../../../data/types/sql-type.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { readJson } from './read-json.ts';

function isJson(text: string | null, kind: string): boolean {
  const node = text === null ? undefined : readJson(text);
  if (node === undefined || kind === 'VALUE') return node !== undefined;
  const isNested = node.kind === 'object' || node.kind === 'array';
  return kind === 'SCALAR' ? !isNested : node.kind === kind.toLowerCase();
}

/** The second argument is VALUE, OBJECT, ARRAY or SCALAR. */
export const isJsonFunction = define({
  name: 'IS JSON',
  family: 'json',
  signatures: [signature([param.text, param.text], types.boolean(false))],
  nulls: 'own',
  nullable: false,
  emit(e, [text, kind], returns) {
    const boxed = text!.isNull === null ? e.box(text!) : `${text!.isNull} ? null : ${e.box(text!)}`;
    return { ...e.unbox('is_json', returns, `${e.helper('isJson', isJson)}(${boxed}, ${e.box(kind!)})`), isNull: null };
  },
  flink: ([text, kind]) => `${text} IS JSON ${kind!.slice(1, -1)}`,
  doc: 'Whether a text begins with JSON, or with an OBJECT, ARRAY or SCALAR of JSON. FALSE of NULL. What stands behind the first value does not count, as in Flink.',
  examples: [
    { sql: '\'{"a": [1, null]}\' IS JSON', result: 'TRUE' },
    { sql: "'1' IS JSON SCALAR", result: 'TRUE' },
    { sql: "'[]' IS JSON OBJECT", result: 'FALSE' },
    { sql: "'{} x' IS JSON", result: 'TRUE' },
    { sql: "'[1,]' IS JSON", result: 'FALSE' },
    { sql: "'01' IS JSON", result: 'FALSE' },
    { sql: "'.5' IS JSON VALUE", result: 'FALSE' },
    { sql: "'{a: 1}' IS NOT JSON ARRAY", result: 'TRUE' },
    { sql: "'' IS JSON", result: 'FALSE' },
    { sql: 'CAST(NULL AS STRING) IS JSON', result: 'FALSE' },
  ],
});
