import { StreamError } from '../../common/errors.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type * as sql from '../../sql/ast/index.ts';
import { NOWHERE } from './ast.ts';

/** What expressions ask about the columns that they can name. The engine answers, by the binder that will bind them later. */
export interface TypeScope {
  /** In order; names may repeat. */
  readonly names: readonly string[];
  /** Throws MS1103, with the nearest name, where there is no such column. */
  checkColumn(name: string): void;
  /** The type of an expression. Throws what binding throws: MS11xx for names, MS12xx for types. */
  typeOf(node: sql.Expression): SqlType;
}

let makeConstantScope: (() => TypeScope) | undefined;
let constants: TypeScope | undefined;

/** Tells how to find the types of expressions without columns. Called when an engine is opened: expressions can be made before. */
export function provideConstantScope(make: () => TypeScope): void {
  makeConstantScope ??= make;
}

/** The scope of expressions that name no column: constants, and functions of them. Undefined before an engine was opened. */
export function constantScope(): TypeScope | undefined {
  constants ??= makeConstantScope?.();
  return constants;
}

/** Runs `action`; errors lose places that are in no text. */
export function withoutPlaces<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof StreamError && error.span?.line === NOWHERE.line) error.span = undefined;
    throw error;
  }
}
