import type {
  CommonTable,
  FrameBound,
  GroupBy,
  GroupItem,
  Hint,
  HintArgument,
  OrderItem,
  Query,
  QueryBody,
  Select,
  SetOperation,
  WindowFrame,
  WindowSpecification,
} from '../ast/queries.ts';
import { expressionList, expressionText, subqueryText } from './expressions.ts';
import { tableText } from './from.ts';
import { blockText, columnList, identifierText, newline, qualifiedNameText, stringText } from './text.ts';

/** A query as SQL text, one clause a line. */
export function queryText(query: Query, indent: number): string {
  const common = query.with.length === 0 ? '' : withText(query, indent) + newline(indent);
  return common + bodyText(query.body, indent) + tailText(query, indent);
}

function withText({ recursive, with: tables }: Query, indent: number): string {
  const texts = tables.map((table) => commonTableText(table, indent));
  return `WITH ${recursive ? 'RECURSIVE ' : ''}${texts.join(`,${newline(indent)}`)}`;
}

function commonTableText({ name, columns, query }: CommonTable, indent: number): string {
  const list = columns.length === 0 ? '' : ` ${columnList(columns)}`;
  return `${identifierText(name)}${list} AS ${subqueryText(query, indent)}`;
}

function tailText({ orderBy, offset, fetch }: Query, indent: number): string {
  const order = orderBy.length === 0 ? '' : `${newline(indent)}ORDER BY ${orderText(orderBy, indent)}`;
  const limit = fetch === undefined ? '' : `${newline(indent)}LIMIT ${expressionText(fetch, indent)}`;
  const skip = offset === undefined ? '' : `${newline(indent)}OFFSET ${expressionText(offset, indent)}`;
  return order + limit + skip;
}

export function orderText(items: readonly OrderItem[], indent: number): string {
  return items.map((item) => orderItemText(item, indent)).join(', ');
}

function orderItemText({ expression, descending, nulls }: OrderItem, indent: number): string {
  const direction = descending ? ' DESC' : '';
  return expressionText(expression, indent) + direction + (nulls === undefined ? '' : ` NULLS ${nulls}`);
}

function bodyText(body: QueryBody, indent: number): string {
  switch (body.kind) {
    case 'select':
      return selectText(body, indent);
    case 'setOperation':
      return setOperationText(body, indent);
    case 'values':
      return blockText(
        'VALUES',
        body.rows.map((row) => expressionText(row, indent + 1)),
        indent,
      );
    case 'explicitTable':
      return `TABLE ${qualifiedNameText(body.name)}`;
    case 'query':
      return subqueryText(body, indent);
  }
}

function setOperationText(node: SetOperation, indent: number): string {
  const operator = `${newline(indent)}${node.operator}${node.all ? ' ALL' : ''}${newline(indent)}`;
  return node.inputs.map((input, i) => setInputText(node, input, i === 0, indent)).join(operator);
}

/** An input needs parentheses where reading it without them would join it to another operator. */
function setInputText(parent: SetOperation, input: QueryBody, first: boolean, indent: number): string {
  const text = bodyText(input, indent);
  if (input.kind !== 'setOperation' || !needsParentheses(parent, input, first)) return text;
  return `(${newline(indent + 1)}${bodyText(input, indent + 1)}${newline(indent)})`;
}

function needsParentheses(parent: SetOperation, input: SetOperation, first: boolean): boolean {
  const outer = parent.operator === 'INTERSECT' ? 2 : 1;
  const inner = input.operator === 'INTERSECT' ? 2 : 1;
  if (inner !== outer) return inner < outer;
  return !first || (input.operator === parent.operator && input.all === parent.all);
}

function selectText(select: Select, indent: number): string {
  const head = `SELECT${hintsText(select.hints)}${select.distinct ? ' DISTINCT' : ''}`;
  const items = select.items.map(
    ({ expression, alias }) => expressionText(expression, indent + 1) + (alias === undefined ? '' : ` AS ${identifierText(alias)}`),
  );
  const line = newline(indent);
  const windows = select.windows.map(({ name, window }) => `${identifierText(name)} AS ${windowText(window, indent)}`);
  return [
    blockText(head, items, indent),
    select.from === undefined ? '' : `${line}FROM ${tableText(select.from, indent)}`,
    select.where === undefined ? '' : `${line}WHERE ${expressionText(select.where, indent)}`,
    select.groupBy === undefined ? '' : `${line}GROUP BY ${groupByText(select.groupBy, indent)}`,
    select.having === undefined ? '' : `${line}HAVING ${expressionText(select.having, indent)}`,
    windows.length === 0 ? '' : `${line}WINDOW ${windows.join(`,${newline(indent + 1)}`)}`,
    select.qualify === undefined ? '' : `${line}QUALIFY ${expressionText(select.qualify, indent)}`,
  ].join('');
}

/** The hints of a table or a SELECT, with a blank before them. */
export function hintsText(hints: readonly Hint[]): string {
  if (hints.length === 0) return '';
  return ` /*+ ${hints.map(hintText).join(', ')} */`;
}

function hintText({ name, args }: Hint): string {
  return identifierText(name) + (args.length === 0 ? '' : `(${args.map(hintArgumentText).join(', ')})`);
}

function hintArgumentText({ key, value }: HintArgument): string {
  return key === undefined ? hintValueText(value) : `${hintValueText(key)} = ${hintValueText(value)}`;
}

function hintValueText(value: HintArgument['value']): string {
  switch (value.kind) {
    case 'string':
      return stringText(value);
    case 'number':
      return value.text;
    case 'identifier':
      return identifierText(value);
  }
}

function groupByText({ distinct, items }: GroupBy, indent: number): string {
  return (distinct ? 'DISTINCT ' : '') + items.map((item) => groupItemText(item, indent)).join(', ');
}

function groupItemText(item: GroupItem, indent: number): string {
  switch (item.kind) {
    case 'groupingSet':
      return `(${expressionList(item.items, indent)})`;
    case 'rollup':
    case 'cube':
      return `${item.kind.toUpperCase()} (${item.items.map((inner) => groupItemText(inner, indent)).join(', ')})`;
    case 'groupingSets':
      return `GROUPING SETS (${item.items.map((inner) => groupItemText(inner, indent)).join(', ')})`;
    default:
      return expressionText(item, indent);
  }
}

/** A window in parentheses. */
export function windowText(window: WindowSpecification, indent: number): string {
  const parts = [
    window.base === undefined ? '' : identifierText(window.base),
    window.partitionBy.length === 0 ? '' : `PARTITION BY ${expressionList(window.partitionBy, indent)}`,
    window.orderBy.length === 0 ? '' : `ORDER BY ${orderText(window.orderBy, indent)}`,
    window.frame === undefined ? '' : frameText(window.frame, indent),
    window.allowPartial === undefined ? '' : window.allowPartial ? 'ALLOW PARTIAL' : 'DISALLOW PARTIAL',
  ];
  return `(${parts.filter((part) => part !== '').join(' ')})`;
}

function frameText({ unit, start, end }: WindowFrame, indent: number): string {
  if (end === undefined) return `${unit} ${boundText(start, indent)}`;
  return `${unit} BETWEEN ${boundText(start, indent)} AND ${boundText(end, indent)}`;
}

function boundText({ bound, offset }: FrameBound, indent: number): string {
  // Parentheses keep the AND of the frame apart from one inside the offset.
  return offset === undefined ? bound : `${expressionText(offset, indent, 25)} ${bound}`;
}
