import type {
  BinaryExpression,
  CaseExpression,
  DateTimeLiteral,
  Expression,
  InExpression,
  IntervalLiteral,
  LikeExpression,
  QuantifiedExpression,
  TableArgument,
} from '../ast/expressions.ts';
import type { Query } from '../ast/queries.ts';
import { power } from '../parser/power.ts';
import { callText } from './calls.ts';
import { jsonText } from './json-calls.ts';
import { orderText, queryText } from './queries.ts';
import { identifierText, listText, nameParts, newline, qualifiedNameText, stringText } from './text.ts';
import { qualifierText, typeText } from './types.ts';

/** The power of what has an index or a field, and of everything that is one piece. */
const primaryPower = 100;
export const atomPower = 101;

/** An expression as SQL text, in parentheses if it binds less tightly than `powerMin`. */
export function expressionText(node: Expression, indent: number, powerMin = 0): string {
  const text = bareText(node, indent);
  return powerOf(node) < powerMin ? `(${text})` : text;
}

export function expressionList(items: readonly Expression[], indent: number): string {
  return listText(
    items.map((item) => expressionText(item, indent + 1)),
    indent + 1,
  );
}

/** A query in parentheses. */
export function subqueryText(query: Query, indent: number): string {
  return `(${newline(indent + 1)}${queryText(query, indent + 1)}${newline(indent)})`;
}

function powerOf(node: Expression): number {
  switch (node.kind) {
    case 'logical':
      return node.operator === 'OR' ? power.or : power.and;
    case 'unary':
      return node.operator === 'NOT' ? power.not : power.sign;
    case 'binary':
      return binaryPower(node);
    case 'is':
      return power.is;
    case 'between':
    case 'in':
    case 'like':
      return power.range;
    case 'quantified':
      return power.comparison;
    case 'element':
    case 'field':
      return primaryPower;
    default:
      return atomPower;
  }
}

function binaryPower({ operator }: BinaryExpression): number {
  switch (operator) {
    case '+':
    case '-':
      return power.additive;
    case '*':
    case '/':
    case '%':
    case '||':
      return power.multiplicative;
    default:
      if (!operator.startsWith('MULTISET')) return power.comparison;
      return operator.startsWith('MULTISET INTERSECT') ? power.multisetIntersect : power.multisetUnion;
  }
}

function bareText(node: Expression, indent: number): string {
  switch (node.kind) {
    case 'string':
      return stringText(node);
    case 'number':
      return node.text;
    case 'bytes':
      return `X'${node.hex}'`;
    case 'boolean':
      return node.value === undefined ? 'UNKNOWN' : node.value ? 'TRUE' : 'FALSE';
    case 'null':
      return 'NULL';
    case 'default':
      return 'DEFAULT';
    case 'symbol':
      return node.name;
    case 'datetime':
      return dateTimeText(node);
    case 'interval':
      return intervalText(node);
    case 'intervalValue':
      return `INTERVAL ${intervalOperand(node.operand, indent)} ${qualifierText(node.qualifier)}`;
    case 'column':
      return nameParts(node.parts);
    case 'star':
      return node.qualifier.length === 0 ? '*' : `${nameParts(node.qualifier)}.*`;
    case 'unary':
      return unaryText(node.operator, expressionText(node.operand, indent, node.operator === 'NOT' ? power.not : power.sign));
    case 'binary':
      return binaryText(node, indent);
    default:
      return compositeText(node, indent);
  }
}

/** Only a number and a name stand without parentheses behind INTERVAL. */
function intervalOperand(operand: Expression, indent: number): string {
  if (operand.kind === 'unary' && operand.operator === '-') return `-${intervalAmount(operand.operand, indent)}`;
  return intervalAmount(operand, indent);
}

function intervalAmount(operand: Expression, indent: number): string {
  const text = expressionText(operand, indent);
  return operand.kind === 'number' || operand.kind === 'column' ? text : `(${text})`;
}

/** Two minus signs in a row would begin a comment. */
function unaryText(operator: '+' | '-' | 'NOT', operand: string): string {
  return operator === 'NOT' || operand.startsWith(operator) ? `${operator} ${operand}` : operator + operand;
}

function dateTimeText({ type, text }: DateTimeLiteral): string {
  return `${type === 'TIMESTAMP_LTZ' ? 'TIMESTAMP WITH LOCAL TIME ZONE' : type} '${text}'`;
}

export function intervalText({ negative, text, qualifier }: IntervalLiteral): string {
  return `INTERVAL ${negative ? '-' : ''}'${text.replaceAll("'", "''")}' ${qualifierText(qualifier)}`;
}

function binaryText(node: BinaryExpression, indent: number): string {
  const own = binaryPower(node);
  return `${expressionText(node.left, indent, own)} ${node.operator} ${expressionText(node.right, indent, own + 1)}`;
}

type Composite = Exclude<
  Expression,
  {
    kind:
      | 'string'
      | 'number'
      | 'bytes'
      | 'boolean'
      | 'null'
      | 'default'
      | 'symbol'
      | 'datetime'
      | 'interval'
      | 'intervalValue'
      | 'column'
      | 'star'
      | 'unary'
      | 'binary';
  }
>;

function compositeText(node: Composite, indent: number): string {
  switch (node.kind) {
    case 'logical':
      return logicalText(node.operands, node.operator, indent);
    case 'is':
      return `${expressionText(node.operand, indent, power.is)} IS ${not(node.negated)}${node.test}`;
    case 'between':
      return betweenText(node, indent);
    case 'in':
      return inText(node, indent);
    case 'like':
      return likeText(node, indent);
    case 'quantified':
      return quantifiedText(node, indent);
    case 'exists':
      return `EXISTS ${subqueryText(node.query, indent)}`;
    case 'unique':
      return `UNIQUE ${subqueryText(node.query, indent)}`;
    case 'subquery':
      return subqueryText(node.query, indent);
    case 'case':
      return caseText(node, indent);
    case 'cast':
      return `${node.tryCast ? 'TRY_CAST' : 'CAST'}(${expressionText(node.operand, indent)} AS ${typeText(node.type)})`;
    case 'row':
      return `${node.explicit ? 'ROW' : ''}(${expressionList(node.items, indent)})`;
    case 'collection':
      return `${node.type}[${expressionList(node.items, indent)}]`;
    case 'map':
      return `MAP[${expressionList(node.items, indent)}]`;
    case 'queryConstructor':
      return `${node.type}${subqueryText(node.query, indent)}`;
    case 'element':
      return `${expressionText(node.operand, indent, primaryPower)}[${expressionText(node.index, indent)}]`;
    case 'field':
      return `${fieldOperand(node.operand, indent)}.${identifierText(node.field)}`;
    case 'call':
      return callText(node, indent);
    case 'matchCall':
      return `${node.semantics} ${expressionText(node.call, indent)}`;
    case 'namedArgument':
      return `${identifierText(node.name)} => ${expressionText(node.value, indent)}`;
    case 'tableArgument':
      return tableArgumentText(node, indent);
    case 'modelArgument':
      return `MODEL ${qualifiedNameText(node.name)}`;
    case 'descriptor':
      return `DESCRIPTOR(${node.columns.map(qualifiedNameText).join(', ')})`;
    default:
      return jsonText(node, indent);
  }
}

const not = (negated: boolean): string => (negated ? 'NOT ' : '');

/** A number before a point would take the point into itself, and a name would make one longer name with the field. */
function fieldOperand(operand: Expression, indent: number): string {
  const own = expressionText(operand, indent, primaryPower);
  return operand.kind === 'number' || operand.kind === 'column' ? `(${own})` : own;
}

function logicalText(operands: readonly Expression[], operator: 'AND' | 'OR', indent: number): string {
  const own = operator === 'OR' ? power.or : power.and;
  const texts = operands.map((operand) => expressionText(operand, indent, own + 1));
  const flat = texts.join(` ${operator} `);
  if (flat.length <= 100 && !flat.includes('\n')) return flat;
  return texts.join(`${newline(indent + 1)}${operator} `);
}

function betweenText(node: Expression & { kind: 'between' }, indent: number): string {
  const operand = expressionText(node.operand, indent, power.range + 1);
  const low = expressionText(node.low, indent, power.and + 1);
  const high = expressionText(node.high, indent, power.range + 1);
  return `${operand} ${not(node.negated)}BETWEEN ${node.symmetric ? 'SYMMETRIC ' : ''}${low} AND ${high}`;
}

function inText(node: InExpression, indent: number): string {
  const operand = expressionText(node.operand, indent, power.range + 1);
  return `${operand} ${not(node.negated)}IN ${listOrQueryText(node, indent)}`;
}

function listOrQueryText(node: InExpression | QuantifiedExpression, indent: number): string {
  return node.query === undefined ? `(${expressionList(node.items ?? [], indent)})` : subqueryText(node.query, indent);
}

function likeText(node: LikeExpression, indent: number): string {
  const operand = expressionText(node.operand, indent, power.range + 1);
  const pattern = expressionText(node.pattern, indent, power.range + 1);
  const escapeText = node.escape === undefined ? '' : ` ESCAPE ${expressionText(node.escape, indent, power.range + 1)}`;
  return `${operand} ${not(node.negated)}${node.operator} ${pattern}${escapeText}`;
}

function quantifiedText(node: QuantifiedExpression, indent: number): string {
  const left = expressionText(node.left, indent, power.comparison);
  return `${left} ${node.operator} ${node.quantifier} ${listOrQueryText(node, indent)}`;
}

function caseText({ operand, branches, otherwise }: CaseExpression, indent: number): string {
  const head = operand === undefined ? 'CASE' : `CASE ${expressionText(operand, indent)}`;
  const parts = branches.map(
    ({ conditions, result }) =>
      `WHEN ${conditions.map((condition) => expressionText(condition, indent + 1)).join(', ')} THEN ${expressionText(result, indent + 1)}`,
  );
  if (otherwise !== undefined) parts.push(`ELSE ${expressionText(otherwise, indent + 1)}`);
  const flat = [head, ...parts, 'END'].join(' ');
  if (flat.length <= 100 && !flat.includes('\n')) return flat;
  return `${[head, ...parts].join(newline(indent + 1))}${newline(indent)}END`;
}

function tableArgumentText(node: TableArgument, indent: number): string {
  const source =
    node.query === undefined ? `TABLE ${node.name === undefined ? '' : qualifiedNameText(node.name)}` : subqueryText(node.query, indent);
  const partition = node.partitionBy.length === 0 ? '' : ` PARTITION BY (${expressionList(node.partitionBy, indent)})`;
  const order = node.orderBy.length === 0 ? '' : ` ORDER BY (${orderText(node.orderBy, indent)})`;
  return source + partition + order;
}
