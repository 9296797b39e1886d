import type { Clock } from '../common/clock.ts';
import type { Column } from '../data/column.ts';
import type { LinearMemory } from '../data/memory.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { Code, Emitter, ForeignFunction } from '../functions/code.ts';
import type { BatchArgument, BatchResult, BatchRows } from '../functions/scalar-function.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { boxCode, unboxCode } from './boxing.ts';
import { loadFrom } from './column-access.ts';
import type { CodegenContext } from './environment.ts';
import { foreignBatch } from './foreign-batch.ts';
import { foreignCall } from './foreign-call.ts';
import { NameScope } from './names.ts';

/** Elements of the array that holds a function's 64-bit variables. */
const LONGS_MAX = 1024;

/**
 * Writes one generated function: a prologue (views, taken anew at each call), a body, and the environment of helpers.
 * Expressions that stand in several places are computed once per block that needs them.
 */
export class FunctionBuilder implements Emitter {
  readonly context: CodegenContext;
  readonly names = new NameScope();
  readonly env: Record<string, unknown>;
  readonly arena = 'arena';
  readonly kernels = 'k';
  readonly memory = 'memory';
  readonly #prologue: string[] = [];
  readonly #body: string[] = [];
  readonly #epilogue: string[] = [];
  readonly #scopes: Map<Expression, Code>[] = [new Map()];
  readonly #helperNames = new Map<unknown, string>();
  readonly #longs = new BigInt64Array(LONGS_MAX);
  #longCount = 0;
  #depth: number;

  constructor(context: CodegenContext, depth = 2) {
    this.context = context;
    this.#depth = depth;
    this.env = { k: context.kernels, memory: context.memory, arena: context.arena };
  }

  get timeZone(): string {
    return this.context.timeZone;
  }

  get linear(): LinearMemory {
    return this.context.memory;
  }

  get operator(): string {
    return this.context.name;
  }

  get clock(): Clock {
    return this.context.clock;
  }

  bind(hint: string, init: string): string {
    const name = this.names.unique(hint);
    this.line(`const ${name} = ${init};`);
    return name;
  }

  once(hint: string, init: string): string {
    const name = this.names.unique(hint);
    this.prologue(`const ${name} = ${init};`);
    return name;
  }

  variable(hint: string, init: string): string {
    const name = this.names.unique(hint);
    this.line(`let ${name} = ${init};`);
    return name;
  }

  /**
   * A variable of a 64-bit integer. It lies in an array: where branches meet, the JIT would box a bigint that is a local variable,
   * which costs some 30 ns a row, and keeps an element of a BigInt64Array as a machine word.
   */
  longVariable(): string {
    const array = this.helper('L', this.#longs);
    return this.#longCount < LONGS_MAX ? `${array}[${this.#longCount++}]` : this.variable('long', '0n');
  }

  line(text: string): void {
    this.#body.push('  '.repeat(this.#depth) + text);
  }

  block(head: string, body: () => void): void {
    this.line(`${head} {`);
    this.#depth++;
    this.#scopes.push(new Map());
    body();
    this.#scopes.pop();
    this.#depth--;
    this.line('}');
  }

  epilogue(text: string): void {
    this.#epilogue.push(`  ${text}`);
  }

  /** Writes a statement that runs once per call, before the loop. */
  prologue(text: string): void {
    this.#prologue.push(`  ${text}`);
  }

  helper(name: string, value: unknown): string {
    const known = this.#helperNames.get(value);
    if (known !== undefined) return known;
    const unique = this.names.unique(name);
    this.#helperNames.set(value, unique);
    this.env[unique] = value;
    return unique;
  }

  bytes(value: string | Uint8Array): { value: string; aux: string } {
    const { constants } = this.context;
    const address = constants.put(value);
    return { value: String(address), aux: String(constants.byteLength) };
  }

  second(): string {
    return `I32[${this.context.kernels.secondResult() >>> 2}]`;
  }

  box(value: Code): string {
    return boxCode(this, value);
  }

  unbox(hint: string, type: SqlType, value: string): Code {
    return unboxCode(this, hint, type, value);
  }

  foreign(fn: ForeignFunction, args: readonly Code[], returns: SqlType): Code {
    return foreignCall(this, fn, args, returns);
  }

  foreignBatch(fn: ForeignFunction, args: readonly BatchArgument[], out: BatchResult, rows: BatchRows): string {
    return foreignBatch(this, fn, args, out, rows);
  }

  scratch(type: SqlType): Column {
    return this.context.scratch(type);
  }

  load(type: SqlType, column: string, index: string): Code {
    return loadFrom(type, column, index, null);
  }

  /** The code of an expression that was already written in this block or one around it. */
  known(expression: Expression): Code | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#scopes[i]!.get(expression);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  remember(expression: Expression, code: Code): Code {
    this.#scopes.at(-1)!.set(expression, code);
    return code;
  }

  /** The text of `return function name(parameters) {...}` with the environment taken apart in front. */
  build(name: string, parameters: string, loop: { readonly head: string; readonly tail: string }): string {
    return [
      `const { ${Object.keys(this.env).join(', ')} } = env;`,
      `return function ${name}(${parameters}) {`,
      '  const { u8: U8, i8: I8, i32: I32, i64: I64, f64: F64 } = memory;',
      ...this.#prologue,
      loop.head,
      ...this.#body,
      loop.tail,
      ...this.#epilogue,
      '};',
    ].join('\n');
  }
}
