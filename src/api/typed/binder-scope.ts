import { ExpressionBinder } from '../../binder/expression-binder.ts';
import { FunctionRegistry } from '../../binder/functions.ts';
import { Scope, type ScopeColumn } from '../../binder/scope.ts';
import { SqlError } from '../../common/errors.ts';
import { printType } from '../../data/types/print-type.ts';
import { type SqlType, withNullable } from '../../data/types/sql-type.ts';
import { aggregateFunctions } from '../../functions/aggregate/index.ts';
import { scalarFunctions } from '../../functions/scalar/index.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import type * as sql from '../../sql/ast/index.ts';
import { identifier, NOWHERE } from './ast.ts';
import { type TypeScope, withoutPlaces } from './type-scope.ts';

/** Constants stay visible to functions that look at them. */
const LITERALS: ReadonlySet<string> = new Set(['string', 'number', 'bytes', 'boolean', 'null', 'datetime', 'interval', 'unary', 'symbol']);

/**
 * The columns that expressions of one pipeline step can name. Types are found by the binder, so that a mistake is found where the
 * expression is made. They are kept, so that a long chain costs no more than its links.
 */
export class BinderScope implements TypeScope {
  readonly #columns: readonly ScopeColumn[];
  readonly #functions: FunctionRegistry;
  readonly #timeZone: string;
  readonly #types = new WeakMap<sql.Expression, SqlType>();

  constructor(columns: readonly ScopeColumn[], functions: FunctionRegistry, timeZone: string) {
    this.#columns = columns;
    this.#functions = functions;
    this.#timeZone = timeZone;
  }

  /** The scope of built-in functions of constants. */
  static ofConstants(): BinderScope {
    return new BinderScope([], new FunctionRegistry(scalarFunctions, aggregateFunctions), 'UTC');
  }

  get names(): readonly string[] {
    return this.#columns.map(({ name }) => name);
  }

  checkColumn(name: string): void {
    withoutPlaces(() => new Scope(this.#columns).resolve([identifier(name)], NOWHERE));
  }

  typeOf(node: sql.Expression): SqlType {
    const known = this.#types.get(node);
    if (known !== undefined) return known;
    const type = withoutPlaces(() => this.#aggregateType(node) ?? this.#binder(node).bind(node).type);
    if (!LITERALS.has(node.kind)) this.#types.set(node, type);
    return type;
  }

  /** `node` itself is bound anew; the parts of it whose types are known are not. */
  #binder(node: sql.Expression | undefined): ExpressionBinder {
    const replace = (part: sql.Expression): Expression | undefined => {
      const type = part === node ? undefined : (this.#types.get(part) ?? this.#aggregateType(part));
      return type && { kind: 'column', index: 0, name: '', type };
    };
    return new ExpressionBinder({ scope: new Scope(this.#columns), functions: this.#functions, timeZone: this.#timeZone, replace });
  }

  /** The type of an aggregate call; undefined for everything else. */
  #aggregateType(node: sql.Expression): SqlType | undefined {
    if (node.kind !== 'call') return undefined;
    const fn = this.#functions.aggregate(node.name.parts.at(-1)!.name);
    const [argument] = node.args;
    if (fn === undefined || argument === undefined || (node.args.length > 1 && this.#functions.scalar(fn.name) !== undefined))
      return undefined;
    if (node.filter !== undefined) this.#binder(undefined).bindCondition(node.filter, 'FILTER');
    const argumentType = argument.kind === 'star' ? undefined : this.typeOf(argument);
    const type = fn.result(argumentType);
    if (type !== undefined) return type;
    throw new SqlError(
      'MS1213',
      `${fn.name} does not take ${argumentType === undefined ? '*' : printType(withNullable(argumentType, true))}`,
    );
  }
}
