import type { Expression } from '../ast/expressions.ts';
import type { Identifier } from '../ast/node.ts';
import type { GroupBy, GroupItem, GroupingSet, Hint, Select, SelectItem } from '../ast/queries.ts';
import type { Token } from '../token.ts';
import { unexpected } from './errors.ts';
import { expression } from './expressions.ts';
import { fromClause } from './from.ts';
import { optionalHints } from './hints.ts';
import { identifier, identifierOf, isName } from './names.ts';
import type { TokenStream } from './token-stream.ts';
import { namedWindow } from './windows.ts';

/** One SELECT, up to its QUALIFY. */
export function select(stream: TokenStream): Select {
  const start = stream.expect('SELECT');
  const hints = optionalHints(stream);
  const distinct = stream.accept('DISTINCT');
  if (!distinct) stream.accept('ALL');
  const items = stream.list(selectItem);
  const from = stream.accept('FROM') ? fromClause(stream) : undefined;
  if (from === undefined) return bareSelect(stream, start, hints, distinct, items);
  const where = stream.accept('WHERE') ? expression(stream) : undefined;
  const groupBy = stream.is('GROUP') ? groupClause(stream) : undefined;
  const having = stream.accept('HAVING') ? expression(stream) : undefined;
  const windows = stream.accept('WINDOW') ? stream.list(namedWindow) : [];
  const qualify = stream.accept('QUALIFY') ? expression(stream) : undefined;
  return { kind: 'select', hints, distinct, items, from, where, groupBy, having, windows, qualify, span: stream.spanFrom(start) };
}

const fromWords: ReadonlySet<string> = new Set(['WHERE', 'GROUP', 'HAVING', 'WINDOW', 'QUALIFY']);

/** Without FROM there are no other clauses either. */
function bareSelect(stream: TokenStream, start: Token, hints: Hint[], distinct: boolean, items: SelectItem[]): Select {
  if (fromWords.has(stream.token.code)) throw unexpected(stream, ['FROM']);
  const none = { from: undefined, where: undefined, groupBy: undefined, having: undefined, windows: [], qualify: undefined };
  return { kind: 'select', hints, distinct, items, ...none, span: stream.spanFrom(start) };
}

function selectItem(stream: TokenStream): SelectItem {
  const start = stream.token;
  const value = starItem(stream) ?? expression(stream);
  const alias = optionalAlias(stream);
  return { kind: 'selectItem', expression: value, alias, span: stream.spanFrom(start) };
}

/** `AS name`, or a name that cannot be anything else. */
export function optionalAlias(stream: TokenStream): Identifier | undefined {
  if (stream.accept('AS')) return identifier(stream);
  return isName(stream.token) ? identifier(stream) : undefined;
}

/** `*`, `t.*`, `db.t.*` */
function starItem(stream: TokenStream): Expression | undefined {
  const start = stream.token;
  if (start.code === '*') {
    stream.next();
    return { kind: 'star', qualifier: [], span: stream.spanFrom(start) };
  }
  let length = 0;
  while (isName(stream.peek(length)) && stream.peek(length + 1).code === '.') length += 2;
  if (length === 0 || stream.peek(length).code !== '*') return undefined;
  const qualifier: Identifier[] = [];
  for (let i = 0; i < length; i += 2) {
    qualifier.push(identifierOf(stream, stream.next()));
    stream.expect('.');
  }
  stream.expect('*');
  return { kind: 'star', qualifier, span: stream.spanFrom(start) };
}

function groupClause(stream: TokenStream): GroupBy {
  const start = stream.expect('GROUP');
  stream.expect('BY');
  const distinct = stream.accept('DISTINCT');
  if (!distinct) stream.accept('ALL');
  const items = stream.list(groupItem);
  return { kind: 'groupBy', distinct, items, span: stream.spanFrom(start) };
}

function groupItem(stream: TokenStream): GroupItem {
  const start = stream.token;
  if (stream.acceptAll('GROUPING', 'SETS')) {
    const outer = stream.enter();
    const items = stream.parenthesized(groupItem);
    stream.leave(outer);
    return { kind: 'groupingSets', items, span: stream.spanFrom(start) };
  }
  const word = stream.acceptOneOf(['ROLLUP', 'CUBE'] as const);
  if (word === undefined) return groupingSetOrExpression(stream);
  const items = stream.parenthesized(groupingSetOrExpression);
  return { kind: word === 'ROLLUP' ? 'rollup' : 'cube', items, span: stream.spanFrom(start) };
}

/** `()` and `(a, b)` are sets; `(a)` is the same as a. */
function groupingSetOrExpression(stream: TokenStream): Expression | GroupingSet {
  const start = stream.token;
  if (stream.acceptAll('(', ')')) return { kind: 'groupingSet', items: [], span: stream.spanFrom(start) };
  const item = expression(stream);
  if (item.kind === 'row' && !item.explicit) return { kind: 'groupingSet', items: item.items, span: item.span };
  return item;
}
