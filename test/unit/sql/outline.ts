import type { Expression } from '../../../src/sql/index.ts';

/** An expression with parentheses around every operation, to show how its text is read. */
export function outline(node: Expression): string {
  switch (node.kind) {
    case 'column':
      return node.parts.map((part) => part.name).join('.');
    case 'number':
      return node.text;
    case 'string':
      return `'${node.value}'`;
    case 'unary':
      return `(${node.operator} ${outline(node.operand)})`;
    case 'binary':
      return `(${outline(node.left)} ${node.operator} ${outline(node.right)})`;
    case 'logical':
      return `(${node.operands.map(outline).join(` ${node.operator} `)})`;
    case 'is':
      return `(${outline(node.operand)} IS ${node.negated ? 'NOT ' : ''}${node.test})`;
    case 'between':
      return `(${outline(node.operand)} ${node.negated ? 'NOT ' : ''}BETWEEN ${outline(node.low)} AND ${outline(node.high)})`;
    case 'in':
      return `(${outline(node.operand)} ${node.negated ? 'NOT ' : ''}IN [${(node.items ?? []).map(outline).join(', ')}])`;
    case 'like': {
      const escapeBy = node.escape === undefined ? '' : ` ESCAPE ${outline(node.escape)}`;
      return `(${outline(node.operand)} ${node.negated ? 'NOT ' : ''}${node.operator} ${outline(node.pattern)}${escapeBy})`;
    }
    case 'element':
      return `${outline(node.operand)}[${outline(node.index)}]`;
    case 'field':
      return `${outline(node.operand)}->${node.field.name}`;
    case 'call':
      return `${node.name.parts.map((part) => part.name).join('.')}(${node.args.map(outline).join(', ')})`;
    case 'symbol':
      return node.name;
    case 'row':
      return `row(${node.items.map(outline).join(', ')})`;
    default:
      return node.kind;
  }
}
