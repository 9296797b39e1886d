import { types } from '../../../data/types/sql-type.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { atPath, pathArgument, refuseResult } from './at-path.ts';
import type { JsonPath } from './path/json-path.ts';

const ANSWERS: Readonly<Record<string, boolean | null>> = { TRUE: true, FALSE: false, UNKNOWN: null };

function exists(text: string, path: JsonPath, onError: string): boolean | null {
  const found = atPath(text, path);
  if (found !== 'error') return found !== 'empty';
  return onError === 'ERROR' ? refuseResult('JSON_EXISTS', 'error', path.text) : ANSWERS[onError]!;
}

/** The third argument says what an error comes to: TRUE, FALSE, UNKNOWN or ERROR. */
export const jsonExists = define({
  name: 'JSON_EXISTS',
  family: 'json',
  signatures: [
    {
      ...signature([param.text, param.text, param.text], types.boolean()),
      text: '(STRING, STRING [{TRUE | FALSE | UNKNOWN | ERROR} ON ERROR])',
    },
  ],
  nullable: true,
  emit: (e, [text, path, onError], returns) =>
    e.unbox('json_exists', returns, `${e.helper('jsonExists', exists)}(${e.box(text!)}, ${pathArgument(e, path!)}, ${e.box(onError!)})`),
  flink: ([text, path, onError]) => `JSON_EXISTS(${text}, ${path} ${onError!.slice(1, -1)} ON ERROR)`,
  doc: 'Whether there is a value that is not null at a path. A strict path, which is the default, is an error where it leads nowhere, a lax one is not.',
  examples: [
    { sql: `JSON_EXISTS('{"a": 1}', '$.a')`, result: 'TRUE' },
    { sql: `JSON_EXISTS('{"a": 1}', '$.b')`, result: 'FALSE' },
    { sql: `JSON_EXISTS('{"a": null}', '$.a')`, result: 'FALSE' },
    { sql: `JSON_EXISTS('{"a": null}', '$.a' TRUE ON ERROR)`, result: 'TRUE' },
    { sql: `JSON_EXISTS('{"a": null}', 'lax $.a' TRUE ON ERROR)`, result: 'FALSE' },
    { sql: `JSON_EXISTS('null', 'lax $' TRUE ON ERROR)`, result: 'TRUE' },
    { sql: `JSON_EXISTS('{"a": [1]}', 'lax $.a[0]')`, result: 'TRUE' },
    { sql: `JSON_EXISTS('{}', 'strict $.b' TRUE ON ERROR)`, result: 'TRUE' },
    { sql: `JSON_EXISTS('{}', 'lax $.b' TRUE ON ERROR)`, result: 'FALSE' },
    { sql: `JSON_EXISTS('{"a": [{"b": 1}, {"c": 2}]}', '$.a[*].c')`, result: 'TRUE' },
    { sql: `JSON_EXISTS('x', '$.b' UNKNOWN ON ERROR)`, result: null },
  ],
});
