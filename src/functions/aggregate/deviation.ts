import { avgType } from '../../data/types/arithmetic.ts';
import { isNumeric, type SqlType, types, withNullable } from '../../data/types/sql-type.ts';
import { storageOf } from '../../data/types/storage.ts';
import { castValue } from '../../data/values/cast.ts';
import type { Decimal } from '../../data/values/decimal.ts';
import type { AggregateFunction, Slot } from '../aggregate-function.ts';
import { type Code, code, type Emitter } from '../code.ts';
import { doubleOfLong } from '../long-number.ts';

export interface Deviation extends Pick<AggregateFunction, 'name' | 'aliases' | 'doc' | 'examples'> {
  /** What the number of values is made less by, to divide by: 1 for a sample. */
  readonly less: 0 | 1;
  /** Whether the root of the variance is wanted. */
  readonly root: boolean;
}

/**
 * Variances and standard deviations, by Welford's method in double precision, as in Flink. Slots: the number of values, their mean, and the sum of
 * the squared distances from it.
 */
export function deviation({ less, root, ...rest }: Deviation): AggregateFunction {
  return {
    ...rest,
    nullable: less === 1,
    result: (argument) => (argument !== undefined && isNumeric(argument) ? withNullable(avgType(argument), true) : undefined),
    slots: () => ['f64', 'f64', 'f64'],
    accumulate(e, [n, mean, squares], argument) {
      const value = e.bind('number', asDouble(e, argument!));
      e.line(`${n!.value} += 1;`);
      const distance = e.bind('distance', `${value} - ${mean!.value}`);
      e.line(`${mean!.value} += ${distance} / ${n!.value};`);
      e.line(`${squares!.value} += ${distance} * (${value} - ${mean!.value});`);
    },
    retract(e, [n, mean, squares], argument) {
      const value = e.bind('number', asDouble(e, argument!));
      e.line(`${n!.value} -= 1;`);
      const distance = e.bind('distance', `${value} - ${mean!.value}`);
      e.line(`${mean!.value} = ${n!.value} === 0 ? 0 : ${mean!.value} - ${distance} / ${n!.value};`);
      e.line(`${squares!.value} = ${n!.value} === 0 ? 0 : ${squares!.value} - ${distance} * (${value} - ${mean!.value});`);
    },
    merge(e, [n, mean, squares], [otherN, otherMean, otherSquares]) {
      e.block(`if (${otherN!.value} !== 0)`, () => {
        const all = e.bind('all', `${n!.value} + ${otherN!.value}`);
        const distance = e.bind('distance', `${otherMean!.value} - ${mean!.value}`);
        e.line(`${squares!.value} += ${otherSquares!.value} + ${distance} * ${distance} * (${n!.value} * ${otherN!.value} / ${all});`);
        e.line(`${mean!.value} += ${distance} * ${otherN!.value} / ${all};`);
        e.line(`${n!.value} = ${all};`);
      });
    },
    value: (e, slots, returns) => deviationOf(e, slots, returns, less, root),
    flink: rest.name,
  };
}

function deviationOf(e: Emitter, [n, , squares]: readonly Slot[], returns: SqlType, less: 0 | 1, root: boolean): Code {
  const isNull = `(${n!.value} <= ${less})`;
  const variance = `${squares!.value} / (${n!.value} - ${less})`;
  const result = e.bind('deviation', `${isNull} ? 0 : ${root ? `Math.sqrt(${variance})` : variance}`);
  if (returns.root === 'DOUBLE') return code(returns, result, isNull);
  const cast = e.helper('deviation_as', (value: number) => castValue(value, types.double(), returns, { timeZone: 'UTC' }));
  return e.unbox('deviation', withNullable(returns, true), `${isNull} ? null : ${cast}(${result})`);
}

function asDouble(e: Emitter, argument: Code): string {
  if (argument.type.root === 'DECIMAL') {
    const text = e.helper('decimal_as_double', (value: Decimal) => Number(value.toString()));
    return `${text}(${e.box(argument)})`;
  }
  return storageOf(argument.type) === 'i64' ? doubleOfLong(e, argument.value) : argument.value;
}
