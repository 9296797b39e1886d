import { InternalError } from '../../common/errors.ts';
import type { AggregateFunction } from '../aggregate-function.ts';

function unmade(): never {
  throw new InternalError('MS9001', 'the function is made for its call');
}

/** A function under whose name others are made, one for each call. */
export function madeByCall(
  definition: Required<Pick<AggregateFunction, 'name' | 'make' | 'takes' | 'doc' | 'examples'>> & Pick<AggregateFunction, 'aliases'>,
): AggregateFunction {
  return {
    ...definition,
    result: () => undefined,
    slots: unmade,
    accumulate: unmade,
    merge: unmade,
    value: unmade,
    flink: definition.name,
  };
}
