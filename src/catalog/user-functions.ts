import type { AggregateFunction } from '../functions/aggregate-function.ts';
import type { ScalarFunction } from '../functions/scalar-function.ts';
import type { TableFunction } from '../functions/table-function.ts';
import { userAggregate } from '../functions/user/user-aggregate.ts';
import type { UserFunction } from '../functions/user/user-function.ts';
import { userScalar } from '../functions/user/user-scalar.ts';
import { userTable } from '../functions/user/user-table.ts';
import { inTheirClasses } from '../functions/user/value-classes.ts';

/** Where a function's code is, so that other threads can load it, too. Plain data. */
export interface FunctionModule {
  /** A URL that import() takes. */
  readonly url: string;
  readonly exportName: string;
}

/** What CREATE FUNCTION says, as another thread can repeat it. Plain data. */
export interface FunctionEntry {
  /** As it was written; names of functions are the same in upper and lower case. */
  readonly name: string;
  readonly scope: 'CATALOG' | 'TEMPORARY' | 'TEMPORARY SYSTEM';
  /** Undefined for a function that is a value of the program. */
  readonly module: FunctionModule | undefined;
}

export interface KnownFunction extends FunctionEntry {
  readonly declared: UserFunction;
  /** What it is, in the form of built-in functions. */
  readonly scalar: ScalarFunction | undefined;
  readonly table: TableFunction | undefined;
  readonly aggregate: AggregateFunction | undefined;
}

/** The program's functions, by name. */
export class UserFunctions {
  readonly #known = new Map<string, KnownFunction>();

  get(name: string): KnownFunction | undefined {
    return this.#known.get(name.toUpperCase());
  }

  set(entry: FunctionEntry, given: UserFunction): void {
    const declared = inTheirClasses(given);
    const key = entry.name.toUpperCase();
    const program = entry.module === undefined;
    const scalar = declared.kind === 'scalar' ? userScalar(key, declared, program) : undefined;
    const table = declared.kind === 'table' ? userTable(key, declared, program) : undefined;
    const aggregate = declared.kind === 'aggregate' ? userAggregate(key, declared, program) : undefined;
    this.#known.set(key, { ...entry, declared, scalar, table, aggregate });
  }

  delete(name: string): boolean {
    return this.#known.delete(name.toUpperCase());
  }

  /** Names in upper case, sorted. */
  names(): readonly string[] {
    return [...this.#known.keys()].sort();
  }

  /** Functions that other threads can load. */
  modules(): readonly (FunctionEntry & { readonly module: FunctionModule })[] {
    return [...this.#known.values()].flatMap(({ name, scope, module }) => (module === undefined ? [] : [{ name, scope, module }]));
  }
}
