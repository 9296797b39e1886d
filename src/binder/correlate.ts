import type { KnownFunction } from '../catalog/user-functions.ts';
import { SqlError, UnsupportedError } from '../common/errors.ts';
import { printNullableType } from '../data/types/print-type.ts';
import { unnest } from '../functions/table/unnest.ts';
import type { TableFunction } from '../functions/table-function.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { calc, columnsOfNode, correlate, filter, ONE_ROW } from '../plan/make.ts';
import type { PlanNode } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { bindTableCall } from './functions.ts';
import type { QueryBinder } from './query-binder.ts';
import { type Relation, relationOf } from './relation.ts';
import type { ScopeColumn } from './scope.ts';

/** What stands in FROM and reads the columns of what stands before it. */
type Lateral = sql.Unnest | sql.TableFunction;

/** Windows are table functions, too, but stand by themselves. */
export function isLateral(binder: QueryBinder, from: sql.TableExpression): from is Lateral {
  return from.kind === 'unnest' || (from.kind === 'tableFunction' && isUserTable(binder, from.call));
}

export const isUserTable = (binder: QueryBinder, call: sql.FunctionCall): boolean => userTableOf(binder, call) !== undefined;

function userTableOf(binder: QueryBinder, call: sql.FunctionCall): KnownFunction | undefined {
  const known = binder.context.functions.user.get(call.name.parts.at(-1)!.name);
  return known?.table === undefined ? undefined : known;
}

/** A call of a table function: the function for the types of its arguments, these, and the names of its columns. */
interface TableCall {
  readonly function: TableFunction;
  readonly args: readonly Expression[];
  readonly names: readonly string[];
  readonly table: string | undefined;
}

/** `left CROSS JOIN UNNEST(...)`, also behind a comma, with JOIN ... ON, or with LEFT JOIN ... ON TRUE. Throws MS1241 for other joins. */
export function bindCorrelate(binder: QueryBinder, node: sql.Join, right: Lateral): Relation {
  const left = binder.bindFrom(node.left);
  const isLeft = node.type === 'LEFT';
  if (node.natural || node.using !== undefined || node.type === 'RIGHT' || node.type === 'FULL' || (isLeft && !isTrue(node.on))) {
    throw new SqlError('MS1241', 'a table function is not joined like this', {
      span: node.span,
      hint: 'write CROSS JOIN, JOIN ... ON a condition, or LEFT JOIN ... ON TRUE',
    });
  }
  const joined = correlated(left, bindLateral(binder, left, right), isLeft);
  if (node.on === undefined || isLeft) return joined;
  return { ...joined, node: filter(joined.node, binder.expressions(joined.columns).bindCondition(node.on, 'ON')) };
}

/** UNNEST, or a table function, without a table before it. */
export function bindAlone(binder: QueryBinder, node: Lateral): Relation {
  const nothing = relationOf(ONE_ROW, undefined);
  return correlated(nothing, bindLateral(binder, nothing, node), false);
}

function bindLateral(binder: QueryBinder, left: Relation, node: Lateral): TableCall {
  return node.kind === 'unnest' ? bindUnnestCall(binder, left.columns, node) : bindUserCall(binder, left, node);
}

/** `LATERAL TABLE(f(...))` of a function of the program. Throws MS1257 where rows could not be taken back. */
function bindUserCall(binder: QueryBinder, left: Relation, { call, alias, span }: sql.TableFunction): TableCall {
  const known = userTableOf(binder, call)!;
  const fn = known.table!;
  if (known.declared.kind === 'table' && !known.declared.deterministic && !left.node.insertOnly) {
    throw new UnsupportedError('MS1257', `${fn.name} is not deterministic, and rows of its input are updated`, {
      span: call.span,
      hint: 'what it made of a row could not be taken back: call it below the aggregate or join, or declare it deterministic',
    });
  }
  const expressions = binder.expressions(left.columns);
  const args = call.args.map((arg) => expressions.bind(arg));
  return { function: fn, args: bindTableCall(known, args, call.span), names: namesOf(fn, alias, false, span), table: alias?.name.name };
}

const isTrue = (condition: sql.Expression | undefined): boolean => condition?.kind === 'boolean' && condition.value === true;

function bindUnnestCall(
  binder: QueryBinder,
  columns: readonly ScopeColumn[],
  { expressions, ordinality, alias, span }: sql.Unnest,
): TableCall {
  const [first, second] = expressions;
  if (second !== undefined) throw new UnsupportedError('MS1402', 'UNNEST of several collections is not supported', { span: second.span });
  const arg = binder.expressions(columns).bindTyped(first!, 'UNNEST');
  const fn = unnest(arg.type, ordinality);
  if (fn === undefined) {
    throw new SqlError('MS1240', `UNNEST takes an ARRAY, a MAP or a MULTISET, not ${printNullableType(arg.type)}`, { span: first!.span });
  }
  const isPlain = arg.type.root === 'ARRAY' && arg.type.element.root !== 'ROW' && !ordinality;
  return { function: fn, args: [arg], names: namesOf(fn, alias, isPlain, span), table: alias?.name.name };
}

/** The names that an alias gives; the only column of an array's elements takes the alias's own name, as in Flink. */
function namesOf({ fields }: TableFunction, alias: sql.Alias | undefined, isPlain: boolean, span: sql.Alias['span']): readonly string[] {
  const given = alias?.columns ?? [];
  if (given.length === 0) return isPlain && alias !== undefined ? [alias.name.name] : fields.map(({ name }) => name);
  if (given.length === fields.length) return given.map(({ name }) => name);
  const message = `${given.length} names for ${fields.length} columns: ${fields.map(({ name }) => name).join(', ')}`;
  throw new SqlError('MS1206', message, { span: given[0]?.span ?? span });
}

/** The rows of `left` beside those of the call; arguments that are no columns are computed before. */
function correlated(left: Relation, call: TableCall, outer: boolean): Relation {
  const width = left.columns.length;
  const computed = call.args.filter((arg) => arg.kind !== 'column');
  const input = computed.length === 0 ? left.node : withColumns(left.node, computed);
  const args = call.args.map((arg) => (arg.kind === 'column' ? arg.index : width + computed.indexOf(arg)));
  const whole = correlate(input, call.function, args, outer);
  const kept = whole.output.filter((column) => column < width || column >= input.schema.fields.length);
  const fields = kept.map((column, i) => ({
    ...whole.schema.fields[column]!,
    name: call.names[i - width] ?? whole.schema.fields[column]!.name,
  }));
  const node = { ...whole, output: kept, schema: { fields } };
  const made = fields.slice(width).map(({ name, type }) => ({ name, type, table: call.table }));
  return { node, columns: [...left.columns, ...made] };
}

function withColumns(node: PlanNode, more: readonly Expression[]): PlanNode {
  const names = [...node.schema.fields.map(({ name }) => name), ...more.map((_, i) => `argument${i}`)];
  return calc(node, undefined, [...columnsOfNode(node), ...more], names);
}
