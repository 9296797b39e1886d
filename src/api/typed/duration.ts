import { SqlError } from '../../common/errors.ts';
import type { IntervalLiteral, IntervalUnit } from '../../sql/ast/index.ts';
import { NOWHERE } from './ast.ts';

const UNITS: readonly (readonly [IntervalUnit, number])[] = [
  ['DAY', 86_400_000],
  ['HOUR', 3_600_000],
  ['MINUTE', 60_000],
  ['SECOND', 1000],
];

/** A length of time in whole milliseconds: INTERVAL DAY TO SECOND in SQL. Immutable. */
export class Duration {
  readonly ms: number;

  /** Throws MS1205 for what is no whole number of milliseconds. */
  constructor(ms: number) {
    if (!Number.isSafeInteger(ms)) throw new SqlError('MS1205', `a duration is a whole number of milliseconds, not ${ms}`);
    this.ms = ms;
  }

  /** As an option's text: `1500 ms`. */
  toString(): string {
    return `${this.ms} ms`;
  }

  toJSON(): number {
    return this.ms;
  }
}

/** A duration of so many milliseconds, which must be a whole number. */
export const milliseconds = (count: number): Duration => new Duration(count);
/** A duration of so many seconds, to whole milliseconds: `seconds(0.5)`. */
export const seconds = (count: number): Duration => new Duration(count * 1000);
export const minutes = (count: number): Duration => new Duration(count * 60_000);
export const hours = (count: number): Duration => new Duration(count * 3_600_000);
export const days = (count: number): Duration => new Duration(count * 86_400_000);

/**
 * The duration as SQL writes it, in its largest whole unit: `INTERVAL '5' MINUTE`. Flink takes two digits unless the unit says how
 * many there are.
 */
export function intervalLiteral({ ms }: Duration): IntervalLiteral {
  const size = Math.abs(ms);
  const [unit, unitMs] = UNITS.find(([, unitSize]) => size % unitSize === 0 && size >= unitSize) ?? UNITS.at(-1)!;
  const whole = Math.floor(size / unitMs);
  const fraction = size % unitMs === 0 ? '' : `.${String(size % unitMs).padStart(3, '0')}`;
  const digits = String(whole).length;
  const precision = digits > 2 ? digits : undefined;
  const qualifier = { kind: 'intervalQualifier', from: unit, to: undefined, precision, fraction: undefined, span: NOWHERE } as const;
  return { kind: 'interval', negative: ms < 0, text: `${whole}${fraction}`, qualifier, span: NOWHERE };
}
