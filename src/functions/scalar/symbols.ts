import { badConstant } from '../bad-argument.ts';
import type { Code } from '../code.ts';
import type { Argument } from '../scalar-function.ts';
import type { Parameter } from '../signatures.ts';

/**
 * A parameter that takes a word of the grammar, such as the unit of EXTRACT. The binder hands the word over as a text literal in
 * upper case; the argument's type stays what it is.
 */
export function symbolParameter(text: string, words: readonly string[]): Parameter {
  const accepts = ({ literal }: Argument): boolean => typeof literal === 'string' && words.includes(literal);
  return { text, accept: (argument) => (accepts(argument) ? argument.type : undefined) };
}

/** The word of such an argument. */
export function symbolOf(argument: Code | undefined): string {
  return typeof argument?.constant === 'string' ? argument.constant : badConstant('the word must be a constant');
}
