import { types } from '../../../data/types/sql-type.ts';
import { callPlain, define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { followPath, parseJsonPath } from './json-path.ts';
import { readJson } from './read-json.ts';

const ANSWERS: Readonly<Record<string, boolean | null>> = { TRUE: true, FALSE: false, UNKNOWN: null };

function exists(text: string, pathText: string, onError: string): boolean | null {
  const path = parseJsonPath(pathText);
  const otherwise = ANSWERS[onError]!;
  const root = readJson(text);
  if (root === undefined || root.kind === 'null') return otherwise;
  const found = followPath(root, path);
  if (found !== undefined && found.kind !== 'null') return true;
  return path.isLax ? false : otherwise;
}

/** The third argument says what an error comes to: TRUE, FALSE or UNKNOWN. */
export const jsonExists = define({
  name: 'JSON_EXISTS',
  family: 'json',
  signatures: [signature([param.text, param.text, param.text], types.boolean())],
  nullable: true,
  emit: (e, args, returns) => callPlain(e, 'JSON_EXISTS', exists, args, returns, true),
  flink: ([text, path, onError]) => `JSON_EXISTS(${text}, ${path} ${onError!.slice(1, -1)} ON ERROR)`,
  doc: 'Whether there is a value that is not null at a path: `JSON_EXISTS(text, path [{TRUE | FALSE | UNKNOWN} ON ERROR])`. A path is made of names and places; a strict one, which is the default, is an error where it leads nowhere, a lax one is not.',
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
    { sql: `JSON_EXISTS('x', '$.b' UNKNOWN ON ERROR)`, result: null },
  ],
});
