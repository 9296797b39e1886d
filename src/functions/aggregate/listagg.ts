import { isText, types } from '../../data/types/sql-type.ts';
import { keptFunction } from './kept/kept-function.ts';
import { joinedResults } from './kept/kept-texts.ts';
import { madeByCall } from './made-by-call.ts';

export const listagg = madeByCall({
  name: 'LISTAGG',
  takes: "LISTAGG(STRING) or LISTAGG(STRING, 'separator'), where the separator is a constant",
  make({ args: [text, separator, ...others] }) {
    if (text === undefined || !isText(text.type) || others.length > 0) return undefined;
    if (separator !== undefined && typeof separator.literal !== 'string') return undefined;
    const between = separator === undefined ? ',' : (separator.literal as string);
    const results = joinedResults({ before: '', between, after: '', isNullOfNone: true });
    const parameters = `, '${between.replaceAll("'", "''")}'`;
    return {
      function: keptFunction({ name: 'LISTAGG', parameters, returns: types.string(), results }),
      values: [{ argument: 0 }],
      form: 'plain',
    };
  },
  doc: 'The texts that are not NULL in the order in which they came, with a comma or the given text between them; NULL when there is none.',
  examples: [
    { sql: "SELECT LISTAGG(x) FROM (VALUES ('a'), (CAST(NULL AS STRING)), ('b')) AS t(x)", result: 'a,b' },
    { sql: "SELECT LISTAGG(x, '; ') FROM (VALUES ('a'), ('b')) AS t(x)", result: 'a; b' },
  ],
});
