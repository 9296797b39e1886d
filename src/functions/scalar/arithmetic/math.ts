import { types } from '../../../data/types/sql-type.ts';
import { type Code, code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { param, signature } from '../../signatures.ts';

type Examples = ScalarFunction['examples'];

/** A function of one DOUBLE that is an expression of JavaScript: `of` gets the argument's text. */
export function mathFunction(name: string, of: (x: string) => string, doc: string, examples: Examples): ScalarFunction {
  return define({
    name,
    family: 'arithmetic',
    signatures: [signature([param.double], types.double())],
    total: true,
    emit: (e, [x], returns) => code(returns, e.bind(name.toLowerCase(), of(x!.value))),
    doc,
    examples,
  });
}

/** A constant without arguments. */
export function constantFunction(name: string, value: number, doc: string, examples: Examples): ScalarFunction {
  const emit = (_e: unknown, _args: readonly Code[], returns: Code['type']): Code => code(returns, String(value));
  return define({ name, family: 'arithmetic', signatures: [signature([], types.double())], emit, doc, examples });
}
