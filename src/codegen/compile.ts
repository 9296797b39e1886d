import { InternalError } from '../common/errors.ts';

/** A generated function before it is compiled: its source is the body of a function of one argument, the environment. */
export interface GeneratedSource {
  /** `<query>/<operator>`, shown by debuggers and profilers. */
  readonly name: string;
  /** JavaScript that returns the function; refers to nothing but `env`. */
  readonly text: string;
}

/** Text of what is compiled, sourceURL included: what EXPLAIN CODEGEN prints. */
export function sourceText(source: GeneratedSource): string {
  // The name may hold what the user called the job: nothing that could end the comment goes in.
  const name = source.name.replace(/[^A-Za-z0-9_./-]+/g, '_');
  return `'use strict';\n${source.text}\n//# sourceURL=millstream/${name}.js\n`;
}

/**
 * Compiles generated code: the only place that does (invariant 9), so that a host with a strict content policy can be served
 * from precompiled functions. The text holds no user text: names are made safe, and constants come in through `env`.
 */
export function compile<T>(source: GeneratedSource, env: object): T {
  try {
    return new Function('env', sourceText(source))(env) as T;
  } catch (cause) {
    throw new InternalError('MS9001', `generated code of ${source.name} does not compile`, { cause, detail: source.text });
  }
}
