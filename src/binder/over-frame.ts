import { SqlError, UnsupportedError } from '../common/errors.ts';
import { printType } from '../data/types/print-type.ts';
import { isInteger, type SqlType, withNullable } from '../data/types/sql-type.ts';
import { storageOf, timestampUnitsPerSecond } from '../data/types/storage.ts';
import type { OverFrame } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { bindLiteral } from './literals.ts';

const ALL: OverFrame = { unit: 'range', start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
/** What counts if an order is given and no frame: all rows up to the row and those equal to it. */
const UP_TO_PEERS: OverFrame = { unit: 'range', start: Number.NEGATIVE_INFINITY, end: 0 };

/** The frame of a window whose order's keys have these types. Throws MS1220 for one that makes no sense. */
export function bindFrame(frame: sql.WindowFrame | undefined, order: readonly SqlType[], timeZone: string): OverFrame {
  if (frame === undefined) return order.length === 0 ? ALL : UP_TO_PEERS;
  const unit = frame.unit === 'ROWS' ? 'rows' : 'range';
  const distance = (bound: sql.FrameBound): number => distanceOf(bound, unit, order, timeZone);
  const start = distance(frame.start);
  const end = frame.end === undefined ? 0 : distance(frame.end);
  if (start === Number.POSITIVE_INFINITY || end === Number.NEGATIVE_INFINITY || start > end) {
    throw new SqlError('MS1220', 'the frame ends before it begins', {
      span: frame.span,
      hint: 'for instance ROWS BETWEEN 2 PRECEDING AND CURRENT ROW',
    });
  }
  return { unit, start, end };
}

function distanceOf({ bound, offset, span }: sql.FrameBound, unit: OverFrame['unit'], order: readonly SqlType[], timeZone: string): number {
  switch (bound) {
    case 'UNBOUNDED PRECEDING':
      return Number.NEGATIVE_INFINITY;
    case 'UNBOUNDED FOLLOWING':
      return Number.POSITIVE_INFINITY;
    case 'CURRENT ROW':
      return 0;
    default: {
      const far = unit === 'rows' ? rowsOf(offset!) : rangeOf(offset!, order, span, timeZone);
      return bound === 'PRECEDING' ? -far : far;
    }
  }
}

function rowsOf(offset: sql.Expression): number {
  if (offset.kind === 'number' && offset.form === 'integer' && Number(offset.text) <= Number.MAX_SAFE_INTEGER) return Number(offset.text);
  throw new SqlError('MS1220', 'ROWS takes a whole number of rows that is not negative', { span: offset.span });
}

/** A distance in the units of the order's column. */
function rangeOf(offset: sql.Expression, order: readonly SqlType[], span: sql.FrameBound['span'], timeZone: string): number {
  const [type] = order;
  if (type === undefined || order.length > 1) {
    throw new SqlError('MS1220', 'RANGE with a distance needs an order of one column', { span });
  }
  const isTime = type.root === 'TIMESTAMP' || type.root === 'TIMESTAMP_LTZ';
  if (isTime && offset.kind === 'interval' && storageOf(type) === 'i64') {
    const { value, type: given } = bindLiteral(offset, timeZone);
    const ms = Number(value as bigint);
    if (given.root === 'INTERVAL_DAY_TIME' && ms >= 0) return (ms * timestampUnitsPerSecond(type.precision)) / 1000;
  }
  if (isInteger(type) && offset.kind === 'number' && offset.form === 'integer') return Number(offset.text);
  const wanted = isTime ? 'an interval of days to seconds' : isInteger(type) ? 'a whole number' : undefined;
  const shown = printType(withNullable(type, true));
  if (wanted === undefined) {
    throw new UnsupportedError('MS1402', `RANGE with a distance over an order by ${shown} is not supported yet`, {
      span,
      hint: 'it is of whole numbers and times to the microsecond; ROWS goes with any order',
    });
  }
  throw new SqlError('MS1220', `RANGE over an order by ${shown} takes ${wanted} that is not negative`, { span: offset.span });
}
