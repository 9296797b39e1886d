import { printType } from '../../data/types/print-type.ts';
import { type SqlType, withNullable } from '../../data/types/sql-type.ts';
import { storageOf } from '../../data/types/storage.ts';
import { comparisonType } from '../../functions/scalar/comparison/compare.ts';
import type { Expression } from './expression.ts';

/** Two expressions that are compared for equality, brought to one type: then equal values are equal keys. Undefined where there is none. */
export function asKeys(a: Expression, b: Expression): readonly [Expression, Expression] | undefined {
  if (isAlike(a, b)) return [a, b];
  const common = comparisonType(a.type, b.type);
  return common === undefined ? undefined : [castOf(a, common), castOf(b, common)];
}

const castOf = (input: Expression, common: SqlType): Expression => {
  const type = withNullable(common, input.type.nullable);
  return printType(type) === printType(input.type) ? input : { kind: 'cast', input, safe: false, type };
};

function isAlike({ type: a }: Expression, { type: b }: Expression): boolean {
  if (storageOf(a) !== storageOf(b)) return false;
  if (a.root === 'DECIMAL' || b.root === 'DECIMAL') return a.root === b.root && 'scale' in a && 'scale' in b && a.scale === b.scale;
  const texts = ['CHAR', 'VARCHAR'];
  if (texts.includes(a.root) && texts.includes(b.root)) return true;
  if (a.root !== b.root) return false;
  return !('precision' in a && 'precision' in b && a.precision !== b.precision && isTimed(a.root));
}

const isTimed = (root: string): boolean => root === 'TIMESTAMP' || root === 'TIMESTAMP_LTZ' || root === 'TIME';
