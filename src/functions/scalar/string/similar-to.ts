import { types } from '../../../data/types/sql-type.ts';
import { badConstant, badValue } from '../../bad-argument.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import { type CompiledRegex, compileRegex, firstMatch } from '../../regex/regex.ts';
import { javaPatternOfSimilar } from '../../regex/similar-pattern.ts';
import { param, signature } from '../../signatures.ts';

function compileSimilar(pattern: string, escaped: string | undefined, fail: (message: string) => never): CompiledRegex {
  const java = javaPatternOfSimilar(pattern, escaped, fail);
  return compileRegex(`^(?:${java})\\z`) ?? fail(`invalid regular expression '${pattern}'`);
}

const isSimilar = (text: string, pattern: string, escaped?: string): boolean =>
  firstMatch(compileSimilar(pattern, escaped, badValue), text) !== null;

export const similarTo = define({
  name: 'SIMILAR TO',
  family: 'string',
  signatures: [signature([param.text, param.text, param.text], types.boolean(), { optional: 1 })],
  emit(e, [text, pattern, escaped], returns) {
    if (typeof pattern?.constant === 'string' && (escaped === undefined || typeof escaped.constant === 'string')) {
      const compiled = compileSimilar(pattern.constant, escaped?.constant as string | undefined, badConstant);
      const test = e.helper('isSimilar', (value: string) => firstMatch(compiled, value) !== null);
      return code(returns, e.bind('is_similar', `${test}(${e.box(text!)})`));
    }
    const args = [text!, pattern!, ...(escaped === undefined ? [] : [escaped])].map((arg) => e.box(arg));
    return code(returns, e.bind('is_similar', `${e.helper('isSimilar', isSimilar)}(${args.join(', ')})`));
  },
  flink: ([text, pattern, escaped]) => `(${text} SIMILAR TO ${pattern}${escaped === undefined ? '' : ` ESCAPE ${escaped}`})`,
  doc: 'Whether all of a text matches a pattern of SQL: % and _ as in LIKE, and | ( ) [ ] * + ? { } as in regular expressions.',
  examples: [
    { sql: "'abc' SIMILAR TO '%(b|d)%'", result: 'TRUE' },
    { sql: "'abc' SIMILAR TO 'b'", result: 'FALSE' },
    { sql: "'a%c' SIMILAR TO 'a!%c' ESCAPE '!'", result: 'TRUE' },
    { sql: "'aBc' SIMILAR TO 'a[[:ALPHA:]]c'", result: 'TRUE' },
    { sql: "'a$' SIMILAR TO 'a$'", result: 'TRUE' },
  ],
});
