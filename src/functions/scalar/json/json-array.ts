import { types } from '../../../data/types/sql-type.ts';
import type { Value } from '../../../data/values/value.ts';
import { define } from '../../plain-function.ts';
import type { Signature } from '../../scalar-function.ts';
import { symbolOf } from '../symbols.ts';
import { boxedList, canBeJson, madeWords, type PartWriter, partWriters } from './made-json.ts';

const arrayMaker =
  (writers: readonly PartWriter[]) =>
  (values: readonly Value[]): string =>
    `[${values.flatMap((value, i) => writers[i]!(value) ?? []).join(',')}]`;

const items: Signature = {
  text: '([ANY, ...] [{NULL | ABSENT} ON NULL])',
  resolve([words, ...values]) {
    if (typeof words?.literal !== 'string' || !values.every(canBeJson)) return undefined;
    return { args: [words.type, ...values.map(({ type }) => type)], returns: types.string(false) };
  },
};

/** The first argument has the words of the call. */
export const jsonArray = define({
  name: 'JSON_ARRAY',
  family: 'json',
  signatures: [items],
  nulls: 'own',
  nullable: false,
  nested: true,
  emit(e, [words, ...values], returns) {
    const writers = partWriters(
      madeWords(symbolOf(words)),
      values.map(({ type }) => type),
    );
    return { ...e.unbox('json_array', returns, `${e.helper('arrayOf', arrayMaker(writers))}(${boxedList(e, values)})`), isNull: null };
  },
  flink([words, ...values]) {
    const { isAbsent } = madeWords((words ?? '').slice(1, -1));
    return `JSON_ARRAY(${values.join(', ')} ${isAbsent ? 'ABSENT' : 'NULL'} ON NULL)`;
  },
  doc: 'JSON text of an array. Values that other functions made as JSON (JSON_OBJECT, JSON_ARRAY, JSON) are put in as they are. NULL is left out, unless NULL ON NULL keeps it.',
  examples: [
    { sql: "JSON_ARRAY(1, 'a', TRUE)", result: '[1,"a",true]' },
    { sql: 'JSON_ARRAY()', result: '[]' },
    { sql: 'JSON_ARRAY(1, CAST(NULL AS INT))', result: '[1]' },
    { sql: 'JSON_ARRAY(1, CAST(NULL AS INT) NULL ON NULL)', result: '[1,null]' },
    { sql: 'JSON_ARRAY(JSON_ARRAY(1), ARRAY[2, 3])', result: '[[1],[2,3]]' },
  ],
});
