import { types } from '../../../data/types/sql-type.ts';
import type { Value } from '../../../data/values/value.ts';
import { badConstant } from '../../bad-argument.ts';
import { define } from '../../plain-function.ts';
import type { Signature } from '../../scalar-function.ts';
import { symbolOf } from '../symbols.ts';
import { boxedList, canBeJson, madeWords, type PartWriter, partWriters } from './made-json.ts';
import { objectText } from './write-json.ts';

function objectMaker(names: readonly string[], writers: readonly PartWriter[]): (values: readonly Value[]) => string {
  return (values) => {
    const members = new Map<string, string>();
    values.forEach((value, i) => {
      const text = writers[i]!(value);
      if (text !== null) members.set(names[i]!, text);
    });
    return objectText(members);
  };
}

const members: Signature = {
  text: '([[KEY] STRING VALUE ANY, ...] [{NULL | ABSENT} ON NULL])',
  resolve([words, ...members]) {
    if (typeof words?.literal !== 'string' || members.length % 2 !== 0) return undefined;
    const isMember = (i: number): boolean =>
      i % 2 === 1 ? canBeJson(members[i]!) : members[i]!.type.root === 'CHAR' || members[i]!.type.root === 'VARCHAR';
    if (!members.every((_, i) => isMember(i))) return undefined;
    return { args: [words.type, ...members.map(({ type }) => type)], returns: types.string(false) };
  },
};

/** The first argument has the words of the call; then come names and values in turns. Names are constants. */
export const jsonObject = define({
  name: 'JSON_OBJECT',
  family: 'json',
  signatures: [members],
  nulls: 'own',
  nullable: false,
  nested: true,
  emit(e, [words, ...members], returns) {
    const values = members.filter((_, i) => i % 2 === 1);
    const names = members.flatMap((arg, i) => (i % 2 === 1 ? [] : [nameOf(arg.constant)]));
    const writers = partWriters(
      madeWords(symbolOf(words)),
      values.map(({ type }) => type),
    );
    return {
      ...e.unbox('json_object', returns, `${e.helper('objectOf', objectMaker(names, writers))}(${boxedList(e, values)})`),
      isNull: null,
    };
  },
  flink([words, ...members]) {
    const { isAbsent } = madeWords((words ?? '').slice(1, -1));
    const texts = members.flatMap((arg, i) => (i % 2 === 1 ? [] : [`KEY ${arg} VALUE ${members[i + 1]}`]));
    return `JSON_OBJECT(${texts.join(', ')} ${isAbsent ? 'ABSENT' : 'NULL'} ON NULL)`;
  },
  doc: 'JSON text of an object. Names are constants; members come in the order of their names. Values that other functions made as JSON (JSON_OBJECT, JSON_ARRAY, JSON) are put in as they are. NULL is null, unless ABSENT ON NULL leaves it out.',
  examples: [
    { sql: "JSON_OBJECT('b' VALUE 1, KEY 'a' VALUE 'x\"y')", result: '{"a":"x\\"y","b":1}' },
    { sql: 'JSON_OBJECT()', result: '{}' },
    { sql: "JSON_OBJECT('a' VALUE CAST(NULL AS INT))", result: '{"a":null}' },
    { sql: "JSON_OBJECT('a' VALUE CAST(NULL AS INT) ABSENT ON NULL)", result: '{}' },
    { sql: "JSON_OBJECT('a' VALUE JSON_OBJECT('b' VALUE TRUE), 'c' VALUE JSON_ARRAY(1, 2))", result: '{"a":{"b":true},"c":[1,2]}' },
    { sql: "JSON_OBJECT('a' VALUE ARRAY[1, 2], 'b' VALUE ROW(1, 'x'))", result: '{"a":[1,2],"b":{"EXPR$0":1,"EXPR$1":"x"}}' },
    { sql: "JSON_OBJECT('a' VALUE 1.50, 'b' VALUE 1e10)", result: '{"a":1.50,"b":1.0E+10}' },
  ],
});

const nameOf = (constant: unknown): string =>
  typeof constant === 'string' ? constant : badConstant('the name of a member of JSON_OBJECT must be a constant text that is not NULL');
