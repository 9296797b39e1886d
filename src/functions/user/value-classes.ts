import type { SqlType } from '../../data/types/sql-type.ts';
import { Decimal } from '../../data/values/decimal.ts';
import { LocalDate } from '../../data/values/local-date.ts';
import { LocalTime } from '../../data/values/local-time.ts';
import { Timestamp } from '../../data/values/timestamp.ts';
import { TimestampLtz } from '../../data/values/timestamp-ltz.ts';
import type { UserCode, UserFunction } from './user-function.ts';

/** The classes of exact values, by type. A declaration has those of the build that made it: the ones that its module knows. */
export const valueClasses = { DECIMAL: Decimal, DATE: LocalDate, TIME: LocalTime, TIMESTAMP: Timestamp, TIMESTAMP_LTZ: TimestampLtz };

export type ValueClasses = typeof valueClasses;

type Convert = (value: unknown) => unknown;

/**
 * The declaration of a function with code that gets values of its own build's classes, so that `instanceof` holds in a module that has another
 * build of this package than the one that runs, as on the command line. A declaration of this build stays as it is.
 */
export function inTheirClasses(declared: UserFunction): UserFunction {
  const { classes } = declared;
  if (classes === undefined || classes.DECIMAL === Decimal) return declared;
  const converts = declared.args.map(({ root }) => convertTo(root, classes));
  if (converts.every((convert) => convert === undefined)) return declared;
  if (declared.kind === 'aggregate') {
    const { accumulate, retract } = declared;
    // The accumulator comes before the arguments.
    const ofRow = [undefined, ...converts];
    return { ...declared, accumulate: converted(accumulate, ofRow), retract: retract && converted(retract, ofRow) };
  }
  return declared.kind === 'scalar' && declared.vectorized ? declared : { ...declared, call: converted(declared.call, converts) };
}

const converted =
  (code: UserCode, converts: readonly (Convert | undefined)[]): UserCode =>
  (...args: never[]) =>
    code(...(args.map((value, i) => (value === null ? null : (converts[i]?.(value) ?? value))) as never[]));

function convertTo(root: SqlType['root'], { DECIMAL, DATE, TIME, TIMESTAMP, TIMESTAMP_LTZ }: ValueClasses): Convert | undefined {
  switch (root) {
    case 'DECIMAL':
      return (value) => new DECIMAL((value as Decimal).unscaled, (value as Decimal).scale);
    case 'DATE':
      return (value) => new DATE((value as LocalDate).epochDay);
    case 'TIME':
      return (value) => new TIME((value as LocalTime).msOfDay);
    case 'TIMESTAMP':
      return (value) => pointOf(TIMESTAMP, value as Timestamp);
    case 'TIMESTAMP_LTZ':
      return (value) => pointOf(TIMESTAMP_LTZ, value as TimestampLtz);
    default:
      return undefined;
  }
}

const pointOf = <T extends Timestamp | TimestampLtz>(
  made: new (epochMs: number, nanoOfMs: number, precision: number) => T,
  { epochMs, nanoOfMs, precision }: T,
): T => new made(epochMs, nanoOfMs, precision);
