import type * as sql from '../../sql/ast/index.ts';
import { allColumns, derivedTable, logical, NOWHERE, queryOf } from './ast.ts';

/**
 * A query in the making, as a pipeline's steps build it. Steps go into one SELECT as long as their order is that of SQL (FROM, WHERE,
 * GROUP BY, SELECT, DISTINCT, ORDER BY, LIMIT); the next step makes a sub-query of what there is.
 */
export interface Draft {
  readonly from: sql.TableExpression;
  readonly where: readonly sql.Expression[];
  /** Undefined without GROUP BY. */
  readonly groupBy: readonly sql.Expression[] | undefined;
  /** Undefined for all columns of FROM. */
  readonly items: readonly sql.SelectItem[] | undefined;
  readonly distinct: boolean;
  readonly orderBy: readonly sql.OrderItem[];
  readonly offset: sql.Expression | undefined;
  readonly fetch: sql.Expression | undefined;
  /** Whether FROM is a windowing function, whose windows aggregates in SELECT are grouped by. */
  readonly windowed: boolean;
}

export const draftFrom = (from: sql.TableExpression, windowed = false): Draft => ({
  from,
  where: [],
  groupBy: undefined,
  items: undefined,
  distinct: false,
  orderBy: [],
  offset: undefined,
  fetch: undefined,
  windowed,
});

/** Whether WHERE and SELECT can still be said of FROM. */
export const isOpen = ({ items, distinct, orderBy, offset, fetch }: Draft): boolean =>
  items === undefined && !distinct && orderBy.length === 0 && offset === undefined && fetch === undefined;

/**
 * Whether columns without aggregates can be selected of a draft that is sorted or cut already: as in SQL, where ORDER BY names columns
 * of FROM unless one of the result has the name.
 */
export function isSelectable(draft: Draft, items: readonly sql.SelectItem[]): boolean {
  const { orderBy, distinct } = draft;
  if (draft.items !== undefined || distinct) return false;
  const taken = items.filter(({ alias }) => alias !== undefined).map(({ alias }) => alias!.name);
  return orderBy.every(({ expression }) => !taken.some((name) => names(expression, name)));
}

/** The draft itself while it is open, else one that reads its result. */
export const opened = (draft: Draft): Draft => (isOpen(draft) ? draft : draftFrom(derivedTable(draftQuery(draft))));

/** The draft's query. */
export function draftQuery(draft: Draft): sql.Query {
  const { from, items, groupBy, distinct, orderBy, offset, fetch } = draft;
  const isWhole = items === undefined && draft.where.length === 0 && !distinct && from.kind === 'derivedTable';
  const body: sql.QueryBody = isWhole ? bodyOf(from.query) : selectOf(draft, items, groupBy);
  return { ...queryOf(body), orderBy, offset, fetch };
}

/** A query in parentheses needs none when it is its body alone. */
const bodyOf = (query: sql.Query): sql.QueryBody =>
  query.orderBy.length === 0 && query.offset === undefined && query.fetch === undefined ? query.body : query;

function selectOf({ from, where, distinct }: Draft, items: Draft['items'], groupBy: Draft['groupBy']): sql.Select {
  return {
    kind: 'select',
    hints: [],
    distinct,
    items: items ?? [allColumns],
    from,
    where: where.length === 0 ? undefined : logical('AND', where),
    groupBy:
      groupBy === undefined || groupBy.length === 0 ? undefined : { kind: 'groupBy', distinct: false, items: groupBy, span: NOWHERE },
    having: undefined,
    windows: [],
    qualify: undefined,
    span: NOWHERE,
  };
}

/** The name of the table that the draft reads as it is; undefined when it does anything to it. */
export function plainTable(draft: Draft): sql.QualifiedName | undefined {
  return isOpen(draft) && draft.where.length === 0 && draft.from.kind === 'table' && draft.groupBy === undefined
    ? draft.from.name
    : undefined;
}

/** Whether a tree names a column of this name, sub-queries included. */
export function names(node: unknown, column: string): boolean {
  if (Array.isArray(node)) return node.some((item) => names(item, column));
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node && node.kind === 'column') return (node as sql.ColumnReference).parts[0]?.name === column;
  return Object.values(node).some((child) => names(child, column));
}
