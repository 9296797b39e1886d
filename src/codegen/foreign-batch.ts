import { BATCH_ROWS, type Column } from '../data/column.ts';
import { clearNulls } from '../data/nulls.ts';
import { descriptorOf } from '../data/types/descriptors.ts';
import type { ForeignFunction } from '../functions/code.ts';
import type { BatchArgument, BatchResult, BatchRows } from '../functions/scalar-function.ts';
import { type UserCall, userFailure } from '../functions/user/user-errors.ts';
import { ArgumentColumn, clearResult, ResultColumn, skipNulls, type VectorCode } from '../functions/user/vector.ts';
import { storeStatements } from './column-access.ts';
import { compile } from './compile.ts';
import type { CodegenContext } from './environment.ts';
import type { FunctionBuilder } from './function-builder.ts';

const ALL_ROWS = Int32Array.from({ length: BATCH_ROWS }, (_, row) => row);

/** Calls a vectorized function for the rows of a batch; the result says whether one of the results is NULL. */
class VectorCall {
  readonly #fn: ForeignFunction;
  readonly #context: CodegenContext;
  readonly #kept = new Int32Array(BATCH_ROWS);
  readonly #columns = new Map<Column, ArgumentColumn>();
  readonly #results = new Map<Column, ResultColumn>();

  constructor(context: CodegenContext, fn: ForeignFunction) {
    this.#fn = fn;
    this.#context = context;
  }

  /** `constants` has a bit for each argument that is one. */
  run(args: readonly Column[], constants: number, out: Column, selection: number, count: number): number {
    clearResult(out);
    const { i32 } = this.#context.memory;
    const given = selection === 0 ? ALL_ROWS.subarray(0, count) : i32.subarray(selection >>> 2, (selection >>> 2) + count);
    const rows = this.#fn.nulls === 'skip' ? skipNulls(args, out, given, this.#kept) : given;
    if (rows.length > 0) this.#call(args, constants, out, rows);
    if (out.type.root === 'BOOLEAN') normalize(out, rows);
    return out.hasNulls ? 1 : 0;
  }

  #call(args: readonly Column[], constants: number, out: Column, rows: Int32Array): void {
    const columns = args.map((column, i) => this.#argument(column, ((constants >>> i) & 1) === 1));
    try {
      (this.#fn.call as VectorCode)(columns, this.#result(out), rows);
    } catch (error) {
      const place: UserCall = { name: this.#fn.name, operator: this.#context.name };
      throw userFailure(place, error, [`rows ${rows[0]} to ${rows[rows.length - 1]} of a batch`]);
    }
  }

  #argument(column: Column, isConstant: boolean): ArgumentColumn {
    const known = this.#columns.get(column);
    if (known !== undefined) return known;
    if (this.#columns.size >= 64) this.#columns.clear();
    const made = new ArgumentColumn(column, isConstant);
    this.#columns.set(column, made);
    return made;
  }

  #result(column: Column): ResultColumn {
    const made = this.#results.get(column) ?? new ResultColumn(column, this.#fn.returns, this.#context.arena);
    this.#results.set(column, made);
    return made;
  }
}

/** Generated code takes a BOOLEAN to be 0 or 1. */
function normalize({ values }: Column, rows: Int32Array): void {
  for (let n = 0; n < rows.length; n++) if (values[rows[n]!] !== 0) values[rows[n]!] = 1;
}

/** JavaScript of the call of a vectorized function for a batch. */
export function foreignBatch(
  b: FunctionBuilder,
  fn: ForeignFunction,
  args: readonly BatchArgument[],
  out: BatchResult,
  rows: BatchRows,
): string {
  const call = b.helper(`${fn.name.toLowerCase()}_call`, new VectorCall(b.context, fn));
  let constants = 0;
  const columns = args.map((arg, i) => {
    if (arg.kind === 'column') return arg.column;
    constants |= 1 << i;
    return b.helper('constant', constantColumn(b.context, arg.code));
  });
  return `${call}.run([${columns.join(', ')}], ${constants}, ${out.column}, ${rows.selection}, ${rows.count})`;
}

/** A column that has the constant in every row. */
function constantColumn(context: CodegenContext, code: Extract<BatchArgument, { kind: 'constant' }>['code']): Column {
  const column = context.scratch(code.type, BATCH_ROWS);
  clearNulls(column);
  if (code.isNull !== null) {
    column.nulls.fill(1);
    column.hasNulls = true;
    return column;
  }
  const text = `return function fill(values, aux) { ${storeStatements(code, 'values', 'aux', '0').join(' ')} };`;
  compile<(values: unknown, aux: unknown) => void>({ name: `${context.name}/constant`, text }, {})(column.values, column.aux);
  (column.values as Int32Array).fill(column.values[0] as never);
  column.aux.fill(column.aux[0] as never);
  return column;
}

/** A vectorized function as one of single rows, for places where there is no column: inside other expressions, and in conditions. */
export function rowByRow(context: CodegenContext, fn: ForeignFunction): (...args: unknown[]) => unknown {
  const columns = fn.args.map((type) => context.scratch({ ...type, nullable: true }));
  const out = context.scratch(fn.returns);
  const call = fn.call as VectorCode;
  const given = columns.map((column) => new ArgumentColumn(column, false));
  const result = new ResultColumn(out, fn.returns, context.arena);
  return (...args) => {
    columns.forEach((column, i) => {
      clearNulls(column);
      descriptorOf(column.type).write(column, 0, args[i], context.arena);
    });
    clearResult(out);
    call(given, result, ALL_ROWS.subarray(0, 1));
    return descriptorOf(out.type).read(out, 0);
  };
}
