import type { Expression } from './expression.ts';

const OPERATOR = /^[^A-Za-z]+$/;

/** A constant as SQL would write it, near enough to be read. */
function literalText(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (value instanceof Uint8Array) return `X'${[...value].map((byte) => byte.toString(16).padStart(2, '0')).join('')}'`;
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return String(value);
}

/**
 * Text of an expression for EXPLAIN, and its identity: two expressions over the same input with the same text compute the same.
 * `column` gives the text of a column; `printType` that of a cast's target.
 */
export function printExpression(
  expression: Expression,
  printType: (type: Expression['type']) => string,
  column: (index: number, name: string) => string,
): string {
  const print = (node: Expression): string => {
    switch (node.kind) {
      case 'column':
        return column(node.index, node.name);
      case 'outer':
        return `outer(${node.level}, ${node.index})`;
      case 'literal':
        return literalText(node.value);
      case 'call':
        return OPERATOR.test(node.function.name) && node.args.length === 2
          ? `(${print(node.args[0]!)} ${node.function.name} ${print(node.args[1]!)})`
          : `${node.function.name}(${node.args.map(print).join(', ')})`;
      case 'cast':
        return `${node.safe ? 'TRY_CAST' : 'CAST'}(${print(node.input)} AS ${printType(node.type)})`;
      case 'and':
      case 'or':
        return `(${node.args.map(print).join(` ${node.kind.toUpperCase()} `)})`;
      case 'not':
        return `NOT ${print(node.input)}`;
      case 'is':
        return `${print(node.input)} IS ${node.negated ? 'NOT ' : ''}${node.test.toUpperCase()}`;
      case 'case':
        return `CASE ${node.branches.map(({ when, value }) => `WHEN ${print(when)} THEN ${print(value)}`).join(' ')} ELSE ${print(node.otherwise)} END`;
      case 'coalesce':
        return `COALESCE(${node.args.map(print).join(', ')})`;
      case 'in':
        return `${print(node.input)} IN (${node.values.map(print).join(', ')})`;
      case 'field':
        return `${print(node.input)}.${node.name}`;
      case 'row':
        return `ROW(${node.args.map(print).join(', ')})`;
    }
  };
  return print(expression);
}
