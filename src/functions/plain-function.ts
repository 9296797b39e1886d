import type { Value } from '../data/values/value.ts';
import type { Code, Emitter } from './code.ts';
import type { ScalarFunction } from './scalar-function.ts';

/** The usual form of a call in Flink SQL: `NAME(a, b)`. */
export const flinkCall =
  (name: string) =>
  (args: readonly string[]): string =>
    `${name}(${args.join(', ')})`;

/** A function as a definition gives it; its form in Flink is the usual one unless said otherwise. */
export type Definition = Omit<ScalarFunction, 'flink' | 'nulls'> & Partial<Pick<ScalarFunction, 'flink' | 'nulls'>>;

/** A function that is NULL where an argument is, unless said otherwise. */
export function define(definition: Definition): ScalarFunction {
  return { nulls: 'propagate', flink: flinkCall(definition.name), ...definition };
}

/** A plain function over exact values (see data/values). Null as a result is NULL. */
export type Plain = (...args: never[]) => Value;

/**
 * A function computed by plain JavaScript on exact values, at some 100 ns a call: for what no benchmark waits for.
 * `call` sees arguments that are not null; it may return null only where `nullable` is true.
 */
export function plainFunction(definition: Omit<Definition, 'emit' | 'nulls'> & { readonly call: Plain }): ScalarFunction {
  const { call, ...rest } = definition;
  return define({ ...rest, emit: (e, args, returns) => callPlain(e, rest.name, call, args, returns, rest.nullable === true) });
}

/** The code of a call of a plain JavaScript function. */
export function callPlain(e: Emitter, name: string, call: Plain, args: readonly Code[], returns: Code['type'], nullable: boolean): Code {
  const hint = name.toLowerCase();
  const result = e.unbox(hint, returns, `${e.helper(`${hint}_of`, call)}(${args.map((arg) => e.box(arg)).join(', ')})`);
  return nullable ? result : { ...result, isNull: null };
}

/** A code whose parts are names or literals, so that writing them several times computes them once. */
export function named(e: Emitter, hint: string, { value, aux, ...rest }: Code): Code {
  const isSimple = (text: string): boolean => /^[\w$.-]*$/.test(text);
  return {
    ...rest,
    value: isSimple(value) ? value : e.bind(hint, value),
    aux: isSimple(aux) ? aux : e.bind(`${hint}_length`, aux),
  };
}
