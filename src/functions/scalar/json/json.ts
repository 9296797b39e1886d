import { DataError } from '../../../common/errors.ts';
import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { readJson } from './read-json.ts';
import { writeJson } from './write-json.ts';

function normalized(text: string): string | null {
  // Java's trim takes away all control characters, too.
  const trimmed = text.replace(/^[\u0000- ]+|[\u0000- ]+$/g, '');
  if (trimmed === '') return null;
  const node = readJson(trimmed);
  if (node !== undefined) return writeJson(node);
  throw new DataError('MS2052', `${JSON.stringify(text.slice(0, 100))} is no JSON`);
}

export const json = plainFunction({
  name: 'JSON',
  family: 'json',
  signatures: [signature([param.text], types.string())],
  nullable: true,
  call: normalized,
  doc: 'A text that is JSON already, as a value of JSON_OBJECT and JSON_ARRAY: it is put in as it is, not as a text. NULL where the text is empty.',
  examples: [
    { sql: `JSON_OBJECT('a' VALUE JSON('{"c": 1, "b": [2]}'))`, result: '{"a":{"b":[2],"c":1}}' },
    { sql: "JSON_ARRAY(JSON('1'), JSON(' \"x\" '))", result: '[1,"x"]' },
    { sql: "JSON_OBJECT('a' VALUE JSON(''))", result: '{"a":null}' },
  ],
});
