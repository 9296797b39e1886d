import type { Expression } from './expression.ts';

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=', 'IS NOT DISTINCT FROM', 'IS DISTINCT FROM']);

/** Whether a condition only compares columns, their fields and constants: it cannot fail, costs little, and is the same each time. */
export function isSimpleTest(part: Expression): boolean {
  if (part.kind === 'call') return COMPARISONS.has(part.function.name) && part.args.every(isPlain);
  if (part.kind === 'and' || part.kind === 'or') return part.args.every(isSimpleTest);
  if (part.kind === 'not') return isSimpleTest(part.input);
  return (part.kind === 'in' || part.kind === 'is') && isPlain(part.input);
}

function isPlain(value: Expression): boolean {
  return value.kind === 'column' || value.kind === 'literal' || (value.kind === 'field' && isPlain(value.input));
}
