import { SqlError, UnsupportedError } from '../common/errors.ts';
import { printType } from '../data/types/print-type.ts';
import { isNumeric, type SqlType, withNullable } from '../data/types/sql-type.ts';
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

/** A distance in the units of the order's column, rounded down where these are whole: as far as a value can be away. */
function rangeOf(offset: sql.Expression, order: readonly SqlType[], span: sql.FrameBound['span'], timeZone: string): number {
  const [type] = order;
  if (type === undefined || order.length > 1) {
    throw new SqlError('MS1220', 'RANGE with a distance needs an order of one column', { span });
  }
  const msPerUnit = timeUnitMs(type);
  const far = msPerUnit === undefined ? numberOf(offset, type) : intervalOf(offset, msPerUnit, timeZone);
  if (far !== undefined && far >= 0) return far;
  const wanted = msPerUnit !== undefined ? 'an interval of days to seconds' : isNumeric(type) ? 'a number' : undefined;
  const shown = printType(withNullable(type, true));
  if (wanted === undefined) {
    throw new UnsupportedError('MS1402', `RANGE with a distance over an order by ${shown} is not supported`, {
      span,
      hint: 'it is of numbers, dates and times; ROWS goes with any order',
    });
  }
  throw new SqlError('MS1220', `RANGE over an order by ${shown} takes ${wanted} that is not negative`, { span: offset.span });
}

/** Milliseconds of a unit in which a column of times lies in memory; undefined for other types. */
function timeUnitMs(type: SqlType): number | undefined {
  switch (type.root) {
    case 'DATE':
      return 86_400_000;
    case 'TIME':
      return 1;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return storageOf(type) === 'ts96' ? 1e-6 : 1000 / timestampUnitsPerSecond(type.precision);
    default:
      return undefined;
  }
}

function intervalOf(offset: sql.Expression, msPerUnit: number, timeZone: string): number | undefined {
  if (offset.kind !== 'interval') return undefined;
  const { value, type } = bindLiteral(offset, timeZone);
  if (type.root !== 'INTERVAL_DAY_TIME') return undefined;
  const ms = Number(value as bigint);
  return msPerUnit >= 1 ? Math.floor(ms / msPerUnit) : ms * Math.round(1 / msPerUnit);
}

function numberOf(offset: sql.Expression, type: SqlType): number | undefined {
  if (offset.kind !== 'number' || !isNumeric(type)) return undefined;
  if (type.root === 'FLOAT' || type.root === 'DOUBLE') return Number(offset.text);
  if (offset.form === 'approximate') return undefined;
  const [whole, fraction = ''] = offset.text.split('.') as [string, string?];
  const scale = type.root === 'DECIMAL' ? type.scale : 0;
  const far = Number(`${whole}${fraction.slice(0, scale).padEnd(scale, '0')}`);
  return far <= Number.MAX_SAFE_INTEGER ? far : undefined;
}
