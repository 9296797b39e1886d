import { SqlError, UnsupportedError } from '../common/errors.ts';
import { isTimeAttribute, withNullable } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import type { WindowSpec } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import type { QueryBinder } from './query-binder.ts';
import type { Relation } from './relation.ts';
import { checkMultiple, duration, windowNode } from './table-functions.ts';

/** The older syntax of windows: a function in GROUP BY, and functions of the same arguments for what is known of the window. */
const FUNCTIONS = { TUMBLE: 'tumble', HOP: 'hop', SESSION: 'session' } as const;
const PROPERTIES = { START: 0, END: 1, ROWTIME: 2, PROCTIME: 2 } as const;

type Name = keyof typeof FUNCTIONS;

/** A window in GROUP BY: the input with the window's columns, and the three of them. */
export interface GroupWindow {
  readonly input: Relation;
  /** Start, end and time. */
  readonly keys: readonly Expression[];
  /** Which of the keys `TUMBLE_START(...)` and the like ask for; undefined for another expression. Throws MS1235 where there is no such window. */
  readonly keyOf: (node: sql.Expression) => number | undefined;
  readonly typeOf: (key: number) => Expression['type'];
}

const nameOf = (node: sql.Expression): string => (node.kind === 'call' ? node.name.parts.at(-1)!.name.toUpperCase() : '');

/** Whether a grouping key is a window. */
export const isGroupWindow = (node: sql.Expression): node is sql.FunctionCall =>
  node.kind === 'call' && nameOf(node) in FUNCTIONS && node.args[0]?.kind !== 'tableArgument';

/** The window among the items of GROUP BY, if there is one. Throws MS1235 for two, MS1203 without a time attribute, MS1209 for wrong arguments. */
export function bindGroupWindow(binder: QueryBinder, input: Relation, groupBy: readonly sql.Expression[]): GroupWindow | undefined {
  const [call, other] = groupBy.filter(isGroupWindow);
  if (call === undefined) return undefined;
  if (other !== undefined)
    throw new SqlError('MS1235', 'GROUP BY has two windows', { span: other.span, hint: 'a query groups by one window' });
  const window = windowOf(binder, input, call);
  const node = windowNode(input.node, window);
  const width = input.node.schema.fields.length;
  const added = node.schema.fields.slice(width);
  const keys = added.map(({ name, type }, i): Expression => ({ kind: 'column', index: width + i, name, type, span: call.span }));
  const hidden = added.map(({ name, type }) => ({ name: `$${name}`, type, table: undefined, isHidden: true }));
  return {
    input: { node, columns: [...input.columns, ...hidden] },
    keys,
    keyOf: (item) => propertyOf(binder, input, window, item),
    // As in Flink, the time of a window of events may be NULL for all that its type says.
    typeOf: (key) => withNullable(keys[key]!.type, key === 2 && window.eventTime),
  };
}

/** TUMBLE(time, size), HOP(time, slide, size), SESSION(time, gap). */
function windowOf(binder: QueryBinder, input: Relation, call: sql.FunctionCall): WindowSpec {
  const name = nameOf(call).replace(/_.*/, '') as Name;
  const count = name === 'HOP' ? 3 : 2;
  if (call.args.length > count)
    throw new UnsupportedError('MS1402', `${name} with an offset is not supported in GROUP BY`, {
      span: call.args[count]!.span,
      hint: `the table function takes one: FROM ${name}(TABLE t, DESCRIPTOR(time), ..., INTERVAL ...)`,
    });
  const time = call.args[0] === undefined ? undefined : binder.expressions(input.columns).bind(call.args[0]);
  if (time?.kind !== 'column' || !isTimeAttribute(time.type))
    throw new SqlError('MS1203', `${name} in GROUP BY needs a time attribute`, {
      span: call.args[0]?.span ?? call.span,
      hint: 'take a TIMESTAMP(3) column for which CREATE TABLE declares a WATERMARK, or one AS PROCTIME()',
    });
  const slide = name === 'HOP' ? 'SLIDE' : name === 'SESSION' ? 'GAP' : 'SIZE';
  const slideMs = duration(call.args[1], slide, call.span);
  const sizeMs = name === 'HOP' ? duration(call.args[2], 'SIZE', call.span) : slideMs;
  checkMultiple(sizeMs, slideMs, slide, call.span);
  return { kind: FUNCTIONS[name], sizeMs, slideMs, offsetMs: 0, timeColumn: time.index, eventTime: time.type.timeAttribute === 'rowtime' };
}

function propertyOf(binder: QueryBinder, input: Relation, window: WindowSpec, node: sql.Expression): number | undefined {
  const [name = '', property = '', ...rest] = nameOf(node).split('_');
  if (node.kind !== 'call' || !(name in FUNCTIONS) || !(property in PROPERTIES) || rest.length > 0) return undefined;
  const asked = windowOf(binder, input, node);
  const isSame = (['kind', 'sizeMs', 'slideMs', 'timeColumn'] as const).every((part) => asked[part] === window[part]);
  if (!isSame)
    throw new SqlError('MS1235', `GROUP BY has no ${name} that ${name}_${property} could belong to`, {
      span: node.span,
      hint: `its arguments must be those of ${name} in GROUP BY`,
    });
  if (property === 'ROWTIME' && !window.eventTime)
    throw new SqlError('MS1235', `${name}_ROWTIME of a window of processing time`, { span: node.span, hint: `take ${name}_PROCTIME` });
  if (property === 'PROCTIME' && window.eventTime)
    throw new UnsupportedError('MS1402', `${name}_PROCTIME of a window of event time is not supported`, {
      span: node.span,
      hint: `take ${name}_ROWTIME, or PROCTIME()`,
    });
  return PROPERTIES[property as keyof typeof PROPERTIES];
}
