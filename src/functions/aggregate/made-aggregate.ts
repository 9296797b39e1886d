import type { SqlType } from '../../data/types/sql-type.ts';
import type { AggregateFunction } from '../aggregate-function.ts';

/** An aggregate function made for one call, and the values that it is to get of each row. */
export interface MadeAggregate {
  readonly function: AggregateFunction;
  /**
   * Which of the call's arguments it gets, cast to a type where one is given. 'plain': the one as it is; 'packed': all as one entry of bytes; 'present': the
   * same, and no row in which one of them is NULL.
   */
  readonly values: readonly { readonly argument: number; readonly type?: SqlType }[];
  readonly form: 'plain' | 'packed' | 'present';
  /** Whether equal values count once, although the call does not say DISTINCT. */
  readonly distinct?: boolean;
}
