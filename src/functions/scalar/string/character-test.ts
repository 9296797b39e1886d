import { types } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { param, signature } from '../../signatures.ts';

/** A test of a text against a pattern, FALSE for NULL. */
export function characterTest(name: string, pattern: RegExp, doc: string, examples: ScalarFunction['examples']): ScalarFunction {
  const test = (text: string): boolean => pattern.test(text);
  return define({
    name,
    family: 'string',
    signatures: [signature([param.text], types.boolean())],
    nulls: 'own',
    nullable: false,
    emit(e, [text], returns) {
      const holds = `${e.helper(name.toLowerCase(), test)}(${e.box(text!)})`;
      return code(returns, e.bind('holds', text!.isNull === null ? holds : `!${text!.isNull} && ${holds}`));
    },
    doc,
    examples,
  });
}
