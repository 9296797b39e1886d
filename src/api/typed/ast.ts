import type { Span } from '../../common/errors.ts';
import type * as sql from '../../sql/ast/index.ts';

/** The place of nodes that no text was read for. Printers of errors show a place only where there is a text. */
export const NOWHERE: Span = { start: 0, end: 0, line: 0, column: 0 };

const span = NOWHERE;

export const identifier = (name: string): sql.Identifier => ({ kind: 'identifier', name, quoted: false, span });

export const qualifiedName = (...names: readonly string[]): sql.QualifiedName => ({
  kind: 'qualifiedName',
  parts: names.map(identifier),
  span,
});

export const column = (...path: readonly string[]): sql.ColumnReference => ({ kind: 'column', parts: path.map(identifier), span });

export const text = (value: string): sql.StringLiteral => ({ kind: 'string', value, charset: undefined, span });

export const nothing: sql.NullLiteral = { kind: 'null', span };

export const star: sql.Star = { kind: 'star', qualifier: [], span };

export const symbol = (name: string): sql.SymbolArgument => ({ kind: 'symbol', name, span });

/** A number without a sign; a negative one is a `unary` over it, as the parser reads it. */
export function number(digits: string, form: sql.NumberLiteral['form']): sql.Expression {
  if (!digits.startsWith('-')) return { kind: 'number', form, text: digits, span };
  return { kind: 'unary', operator: '-', operand: { kind: 'number', form, text: digits.slice(1), span }, span };
}

export const binary = (operator: sql.BinaryOperator, left: sql.Expression, right: sql.Expression): sql.BinaryExpression => ({
  kind: 'binary',
  operator,
  left,
  right,
  span,
});

/** `a AND b`: operands that are AND themselves become part of one flat node, as in the parser's tree. */
export function logical(operator: 'AND' | 'OR', operands: readonly sql.Expression[]): sql.Expression {
  const flat = operands.flatMap((operand) => (operand.kind === 'logical' && operand.operator === operator ? operand.operands : [operand]));
  return flat.length === 1 ? flat[0]! : { kind: 'logical', operator, operands: flat, span };
}

export const not = (operand: sql.Expression): sql.UnaryExpression => ({ kind: 'unary', operator: 'NOT', operand, span });

export const negate = (operand: sql.Expression): sql.UnaryExpression => ({ kind: 'unary', operator: '-', operand, span });

export const is = (operand: sql.Expression, test: sql.IsTest, negated: boolean): sql.IsExpression => ({
  kind: 'is',
  operand,
  test,
  negated,
  span,
});

export const cast = (operand: sql.Expression, type: sql.TypeName, tryCast = false): sql.CastExpression => ({
  kind: 'cast',
  tryCast,
  operand,
  type,
  span,
});

export interface CallParts {
  readonly distinct?: boolean;
  readonly filter?: sql.Expression | undefined;
}

export function call(name: string, args: readonly sql.Expression[], { distinct = false, filter }: CallParts = {}): sql.FunctionCall {
  const none = { orderBy: [], nulls: undefined, withinGroup: undefined, over: undefined };
  return { kind: 'call', name: qualifiedName(name), bare: false, distinct, args, filter, ...none, span };
}

/** `expression AS name`; without AS where the expression is a column of that name already. */
export function selectItem(expression: sql.Expression, name: string): sql.SelectItem {
  const own =
    expression.kind === 'column' ? expression.parts.at(-1)!.name : expression.kind === 'field' ? expression.field.name : undefined;
  return { kind: 'selectItem', expression, alias: own === name ? undefined : identifier(name), span };
}

export const allColumns: sql.SelectItem = { kind: 'selectItem', expression: star, alias: undefined, span };

export const tableReference = (name: string): sql.TableReference => ({
  kind: 'table',
  name: qualifiedName(name),
  hints: [],
  systemTime: undefined,
  alias: undefined,
  span,
});

export const derivedTable = (query: sql.Query): sql.DerivedTable => ({
  kind: 'derivedTable',
  lateral: false,
  query,
  alias: undefined,
  span,
});

/** A query that is its body alone. */
export const queryOf = (body: sql.QueryBody): sql.Query => ({
  kind: 'query',
  recursive: false,
  with: [],
  body,
  orderBy: [],
  offset: undefined,
  fetch: undefined,
  span,
});

export function insertInto(table: string, columns: readonly string[], query: sql.Query): sql.InsertStatement {
  const names = columns.map((name) => qualifiedName(name));
  const none = { hints: [], partition: undefined, onConflict: undefined };
  return { kind: 'insert', overwrite: false, target: qualifiedName(table), columns: names, query, ...none, span };
}
