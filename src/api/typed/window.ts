import { SqlError } from '../../common/errors.ts';
import type { Field } from '../../data/schema.ts';
import { isTimeAttribute } from '../../data/types/sql-type.ts';
import type * as sql from '../../sql/ast/index.ts';
import { call, NOWHERE, qualifiedName } from './ast.ts';
import type { Columns, NotNull, Nullable } from './column-types.ts';
import { type Duration, intervalLiteral } from './duration.ts';
import type { TimestampColumn } from './operations.ts';

export interface WindowOptions {
  /** Moves the windows' borders, which else lie at multiples of the size since 1970-01-01 00:00:00. */
  readonly offset?: Duration;
  /** The time attribute to go by, where there are several. */
  readonly on?: string;
}

/** A way to cut a stream into windows. */
export interface Window {
  readonly kind: 'TUMBLE' | 'HOP';
  readonly size: Duration;
  readonly slide: Duration;
  readonly options: WindowOptions;
}

/** Windows of one size, one after the other: each row is in one. */
export const tumble = (size: Duration, options: WindowOptions = {}): Window => ({ kind: 'TUMBLE', size, slide: size, options });

/** Windows of one size that begin every `slide`, of which the size must be a multiple: each row is in size / slide of them. */
export const hop = (size: Duration, slide: Duration, options: WindowOptions = {}): Window => ({ kind: 'HOP', size, slide, options });

/** The columns that windows add: from `window_start` (included) to `window_end` (not included); `window_time`, the last millisecond, is a time attribute for further windows. */
export type WindowColumns<C extends Columns> = {
  window_start: 'TIMESTAMP NOT NULL';
  window_end: 'TIMESTAMP NOT NULL';
  window_time: TimeOf<C>;
};

/** The kind of the time attribute: that of the timestamps there are. */
type TimeOf<C extends Columns> = C[keyof C] extends infer T ? (T extends TimestampColumn ? NotNull<Nullable<T>> : never) : never;

/** `TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)`. `data` is the first argument. */
export function windowFunction(window: Window, data: sql.Expression, fields: readonly Field[]): sql.TableFunction {
  const { kind, size, slide, options } = window;
  const time: sql.Descriptor = { kind: 'descriptor', columns: [qualifiedName(timeColumn(window, fields))], span: NOWHERE };
  const durations = [...(kind === 'HOP' ? [slide] : []), size, ...(options.offset === undefined ? [] : [options.offset])];
  const args = [data, time, ...durations.map(intervalLiteral)];
  return { kind: 'tableFunction', lateral: false, wrapped: false, call: call(kind, args), alias: undefined, span: NOWHERE };
}

/** The column that a window goes by. Throws MS1203 where there is none, MS1104 where there are several. */
function timeColumn({ kind, options }: Window, fields: readonly Field[]): string {
  if (options.on !== undefined) return options.on;
  const [first, ...others] = fields.filter(({ type }) => isTimeAttribute(type)).map(({ name }) => name);
  if (first === undefined) {
    throw new SqlError('MS1203', `${kind.toLowerCase()}() needs a time attribute, and the stream has none`, {
      hint: "declare it where the stream begins: ms.from(...).watermark('ts', seconds(5)); a TIMESTAMP(3) column has to be handed on by every select",
    });
  }
  if (others.length === 0) return first;
  throw new SqlError('MS1104', `there are several time attributes: ${[first, ...others].join(', ')}`, {
    hint: `name one: ${kind.toLowerCase()}(..., { on: '${first}' })`,
  });
}
