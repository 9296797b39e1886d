import { type KnownFunction, UserFunctions } from '../catalog/user-functions.ts';
import { type Span, SqlError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import { printType } from '../data/types/print-type.ts';
import { withNullable } from '../data/types/sql-type.ts';
import type { AggregateFunction } from '../functions/aggregate-function.ts';
import type { Argument, Resolution, ScalarFunction, Signature } from '../functions/scalar-function.ts';
import { signatureOf } from '../functions/user/user-scalar.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { castTo, nullArgument, refuseNested } from './coerce.ts';

/** The functions a query can call, by upper-case name. */
export class FunctionRegistry {
  readonly #scalar = new Map<string, ScalarFunction>();
  readonly #aggregate = new Map<string, AggregateFunction>();
  /** Functions of the program. */
  readonly user = new UserFunctions();

  constructor(scalar: readonly ScalarFunction[], aggregate: readonly AggregateFunction[]) {
    for (const fn of scalar) for (const name of [fn.name, ...(fn.aliases ?? [])]) this.#scalar.set(name, fn);
    for (const fn of aggregate) for (const name of [fn.name, ...(fn.aliases ?? [])]) this.#aggregate.set(name, fn);
  }

  /** The program's system functions go before built-in ones, its others behind them, as in Flink. */
  scalar(name: string): ScalarFunction | undefined {
    const user = this.user.get(name);
    if (user?.scope === 'TEMPORARY SYSTEM') return user.scalar;
    return this.#scalar.get(name.toUpperCase()) ?? (this.#aggregate.has(name.toUpperCase()) ? undefined : user?.scalar);
  }

  aggregate(name: string): AggregateFunction | undefined {
    const user = this.user.get(name);
    if (user?.scope === 'TEMPORARY SYSTEM') return user.aggregate;
    return this.#aggregate.get(name.toUpperCase()) ?? (this.#scalar.has(name.toUpperCase()) ? undefined : user?.aggregate);
  }

  /** Whether there is a built-in function of the name, which goes before the program's own unless that is a system function. */
  isBuiltIn(name: string): boolean {
    return this.#scalar.has(name.toUpperCase()) || this.#aggregate.has(name.toUpperCase());
  }

  /** Names of all functions, sorted, operators left out. */
  names(): readonly string[] {
    const names = new Set([...this.#scalar.keys(), ...this.#aggregate.keys(), ...this.user.names()]);
    return [...names].filter((name) => /^[A-Z_]/.test(name)).sort();
  }

  /** A call of a scalar function: arguments cast to its parameters. Throws MS1106 (unknown) or MS1213 (no signature fits). */
  call(name: string, args: readonly Expression[], span: Span): Expression {
    const fn = this.scalar(name);
    if (fn === undefined && this.user.get(name)?.table !== undefined) {
      throw new SqlError('MS1204', `the table function ${name.toUpperCase()} cannot stand here`, {
        span,
        hint: `it stands in FROM: CROSS JOIN LATERAL TABLE(${name.toUpperCase()}(...))`,
      });
    }
    if (fn === undefined) {
      throw new SqlError('MS1106', `there is no function ${name.toUpperCase()}`, { span, hint: didYouMean(name, this.names()) });
    }
    return callFunction(fn, args, span);
  }
}

/** The table function of the program with its arguments cast to its parameters. Throws MS1213 where they do not fit. */
export function bindTableCall({ table, declared }: KnownFunction, args: readonly Expression[], span: Span): readonly Expression[] {
  const { name } = table!;
  const { nulls, args: types } = declared;
  refuseNested(name, args, span);
  const signature = signatureOf(name, types, declared.kind === 'scalar' ? declared.returns : types[0]!, nulls);
  const resolution = resolveAt(signature, args, span);
  if (resolution !== undefined) return args.map((arg, i) => castTo(arg, resolution.args[i]!));
  const given = args.map(({ type }) => printType(withNullable(type, true))).join(', ');
  throw new SqlError('MS1213', `${name} does not take (${given})`, { span, hint: `it takes ${name}${signature.text}` });
}

function isNullable({ nulls, nullable = nulls === 'own' }: ScalarFunction, args: readonly Expression[]): boolean {
  if (nullable === 'by-type' || nullable === true) return true;
  if (nullable === false && nulls === 'own') return false;
  if (nullable === 'as-first') return args[0]!.type.nullable;
  return args.some((arg) => arg.type.nullable);
}

/** What refuses an argument itself says so at the call. */
function resolveAt(signature: Signature, given: readonly Argument[], span: Span): Resolution | undefined {
  try {
    return signature.resolve(given);
  } catch (error) {
    if (error instanceof SqlError) error.span ??= span;
    throw error;
  }
}

/** As FunctionRegistry.call, of a function at hand. */
export function callFunction(fn: ScalarFunction, args: readonly Expression[], span: Span): Expression {
  if (fn.nested !== true) refuseNested(fn.name, args, span);
  const bare = fn.bareNull === true ? undefined : args.find(({ type }) => type.root === 'NULL');
  if (bare !== undefined) throw nullArgument(fn.name, bare.span ?? span);
  const given = args.map((arg) => (arg.kind === 'literal' ? { type: arg.type, literal: arg.value } : { type: arg.type }));
  for (const signature of fn.signatures) {
    const resolution = resolveAt(signature, given, span);
    if (resolution === undefined) continue;
    const cast = args.map((arg, i) => castTo(arg, resolution.args[i]!));
    return { kind: 'call', function: fn, args: cast, type: withNullable(resolution.returns, isNullable(fn, cast)), span };
  }
  const types = args.map((arg) => printType(withNullable(arg.type, true))).join(', ');
  const takes = fn.signatures.map((signature) => `${fn.name}${signature.text}`).join(' or ');
  throw new SqlError('MS1213', `${fn.name} does not take (${types})`, { span, hint: `it takes ${takes}` });
}
