import type { ScalarFunction } from '../scalar-function.ts';
import { add } from './arithmetic/add.ts';
import { divide } from './arithmetic/divide.ts';
import { modulo } from './arithmetic/modulo.ts';
import { multiply } from './arithmetic/multiply.ts';
import { negate } from './arithmetic/negate.ts';
import { subtract } from './arithmetic/subtract.ts';
import { equals } from './comparison/equals.ts';
import { greaterThan } from './comparison/greater.ts';
import { greaterOrEqual } from './comparison/greater-or-equal.ts';
import { lessThan } from './comparison/less.ts';
import { lessOrEqual } from './comparison/less-or-equal.ts';
import { notEquals } from './comparison/not-equals.ts';

/** Every built-in scalar function; a new one is one file and one line here. */
export const scalarFunctions: readonly ScalarFunction[] = [
  add,
  divide,
  equals,
  greaterOrEqual,
  greaterThan,
  lessOrEqual,
  lessThan,
  modulo,
  multiply,
  negate,
  notEquals,
  subtract,
];
