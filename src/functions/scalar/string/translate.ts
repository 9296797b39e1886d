import { types } from '../../../data/types/sql-type.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

/** By code points. What has no counterpart is left out; of equal characters the first counts. */
function translateText(text: string, from: string | null, to: string | null): string {
  if (from === null || from === '') return text;
  const targets = [...(to ?? '')];
  const map = new Map<string, string>();
  for (const [i, sign] of [...from].entries()) if (!map.has(sign)) map.set(sign, targets[i] ?? '');
  let result = '';
  for (const sign of text) result += map.get(sign) ?? sign;
  return result;
}

export const translate = define({
  name: 'TRANSLATE',
  aliases: ['TRANSLATE3'],
  family: 'string',
  bareNull: true,
  signatures: [signature([param.text, param.text, param.text], types.string())],
  nulls: 'own',
  nullable: 'as-first',
  emit(e, args, returns) {
    const [value, from, to] = args.map((arg) => (arg.isNull === null ? e.box(arg) : `${arg.isNull} ? null : ${e.box(arg)}`));
    const call = `${e.helper('translate_text', (subject: string | null, a: string | null, b: string | null) =>
      subject === null ? null : translateText(subject, a, b),
    )}(${value}, ${from}, ${to})`;
    const result = e.unbox('translated', returns, call);
    return args[0]!.isNull === null ? { ...result, isNull: null } : result;
  },
  doc: 'A text with each character that stands in the second one replaced by the one at the same place of the third, or left out where that is shorter. A NULL as second text changes nothing, as third one it is empty.',
  examples: [
    { sql: "TRANSLATE('abcba', 'ab', 'xy')", result: 'xycyx' },
    { sql: "TRANSLATE('abcba', 'ab', 'x')", result: 'xcx' },
    { sql: "TRANSLATE('abc', 'aa', 'xy')", result: 'xbc' },
    { sql: "TRANSLATE('🐟', '🐟', 'zy')", result: 'z' },
    { sql: "TRANSLATE('abc', CAST(NULL AS STRING), 'x')", result: 'abc' },
    { sql: "TRANSLATE('abc', 'ab', CAST(NULL AS STRING))", result: 'c' },
    { sql: "TRANSLATE(CAST(NULL AS STRING), 'ab', 'x')", result: null },
  ],
});
