import type { Batch } from '../data/batch.ts';
import { CellWriter } from '../data/cell-writer.ts';
import { BATCH_ROWS, type Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import { isNestedStorage, storageOf } from '../data/types/storage.ts';
import type { Code } from '../functions/code.ts';
import type { BatchArgument, BatchRows } from '../functions/scalar-function.ts';
import type { Expression, FieldExpression } from '../plan/expressions/expression.ts';
import { conjuncts, walkExpression } from '../plan/expressions/visit.ts';
import { loadCode, storeStatements } from './column-access.ts';
import { compile, type GeneratedSource, sourceText } from './compile.ts';
import type { CodegenContext } from './environment.ts';
import { type ColumnSource, ExpressionEmitter } from './expression.ts';
import { FunctionBuilder } from './function-builder.ts';
import { emitLiteral } from './literal.ts';
import { safeName } from './names.ts';

/** An output column of a calc: handed on as it is, or computed into a column of the calc's own. */
export type CalcOutput =
  | { readonly kind: 'pass'; readonly path: readonly number[] }
  | { readonly kind: 'computed'; readonly expression: Expression };

/** A calc whose loop can run: filter first, then the computed columns, row by row. */
export interface CalcPlan {
  readonly input: Schema;
  readonly condition: Expression | undefined;
  readonly outputs: readonly CalcOutput[];
  readonly names: readonly string[];
}

/** `(input, computed, selected, selectedAddress) => number of rows that passed`; writes their indexes to `selected`, which lies at
 * `selectedAddress`, when there is a condition. */
export type CalcFunction = (input: Batch, computed: readonly Column[], selected: Int32Array, selectedAddress: number) => number;

/** Tells by its path whether a column, or a field inside one, may have nulls. */
export type NullTest = (path: readonly number[]) => boolean;

/** What kind of batch a variant of the loop is for: deciding once per batch is cheaper than per row. */
export interface CalcVariant {
  /** Whether the value at a path may be null in this batch. */
  readonly nulls: NullTest;
  /** Whether the input has a selection vector. */
  readonly selected: boolean;
}

/** Column indexes, from the input's columns down into ROW fields, of an expression that only picks a value; undefined for others. */
export function pathOf(expression: Expression): readonly number[] | undefined {
  if (expression.kind === 'column') return [expression.index];
  if (expression.kind !== 'field') return undefined;
  const parent = pathOf(expression.input);
  return parent && [...parent, expression.index];
}

/** The columns and fields that a calc's loop reads, each once. */
export function pathsRead({ condition, outputs }: CalcPlan): readonly (readonly number[])[] {
  const found = new Map<string, readonly number[]>();
  const walk = (root: Expression): void =>
    walkExpression(root, (expression) => {
      const path = pathOf(expression);
      if (path !== undefined) found.set(path.join('.'), path);
      return path === undefined;
    });
  if (condition !== undefined) walk(condition);
  for (const output of outputs) if (output.kind === 'computed') walk(output.expression);
  return [...found.values()];
}

/** Source text of the loop for one variant of batch. */
export function generateCalc(context: CodegenContext, plan: CalcPlan, variant: CalcVariant): { source: GeneratedSource; env: object } {
  const b = new FunctionBuilder(context);
  const columns = new BatchColumns(b, plan.input, variant.nulls);
  const emitter = new ExpressionEmitter(b, columns);
  for (const condition of conjuncts(plan.condition)) b.line(`if (!(${emitter.emitCondition(condition)})) continue;`);
  if (plan.condition !== undefined) b.line('selected[passed++] = i;');
  const epilogue: string[] = [];
  const rows = rowsOf(plan, variant);
  computedOutputs(plan).forEach(({ expression, name }, position) => {
    if (writeBatchForm(b, columns, expression, position, rows, epilogue)) return;
    writeOutput(b, emitter.emit(expression), name, position, epilogue);
  });
  const text = b.build(safeName(context.name.split('/').at(-1)!), 'input, computed, selected, selectedAddress', {
    head: loopHead(variant),
    tail: ['  }', ...epilogue, '  return passed;'].join('\n'),
  });
  const name = `${context.name}${variant.selected ? '.selected' : ''}`;
  return { source: { name, text }, env: b.env };
}

/** The rows that count after the loop, for forms over whole columns. */
function rowsOf({ condition }: CalcPlan, { selected }: CalcVariant): BatchRows {
  if (condition !== undefined) return { selection: 'selectedAddress', count: 'passed' };
  return { selection: selected ? 'input.selection.address' : '0', count: 'rowCount' };
}

/** A result column that is a call with a form over columns is filled after the loop; false where it has none. */
function writeBatchForm(
  b: FunctionBuilder,
  columns: BatchColumns,
  expression: Expression,
  position: number,
  rows: BatchRows,
  epilogue: string[],
): boolean {
  if (expression.kind !== 'call' || expression.function.batch === undefined) return false;
  const args = expression.args.map((arg): BatchArgument | undefined => {
    const path = pathOf(arg);
    if (path !== undefined) return { kind: 'column', column: columns.columnName(path, arg), nullable: columns.mayBeNull(path, arg.type) };
    return arg.kind === 'literal' ? { kind: 'constant', code: emitLiteral(b, arg) } : undefined;
  });
  if (args.some((arg) => arg === undefined)) return false;
  const column = `computed[${position}]`;
  const call = expression.function.batch(b, args as BatchArgument[], { column }, rows);
  if (call === undefined) return false;
  epilogue.push(`  ${column}.hasNulls = ${call} !== 0;`);
  return true;
}

function loopHead({ selected }: CalcVariant): string {
  const index = selected ? ['    const i = picked[n];'] : [];
  const count = selected ? 'input.selectedCount' : 'input.rowCount';
  const picked = selected ? ['  const picked = input.selection.view;'] : [];
  return [
    ...picked,
    `  const rowCount = ${count};`,
    '  let passed = 0;',
    `  for (let ${selected ? 'n' : 'i'} = 0; ${selected ? 'n' : 'i'} < rowCount; ${selected ? 'n' : 'i'}++) {`,
    ...index,
  ].join('\n');
}

function computedOutputs(plan: CalcPlan): { expression: Expression; name: string }[] {
  return plan.outputs.flatMap((output, i) => (output.kind === 'computed' ? [{ expression: output.expression, name: plan.names[i]! }] : []));
}

function writeOutput(b: FunctionBuilder, code: Code, name: string, position: number, epilogue: string[]): void {
  if (code.isNull !== 'true' && isNestedStorage(storageOf(code.type))) return writeNested(b, code, name, position);
  const values = b.names.unique(`out_${name}`);
  const column = `computed[${position}]`;
  b.prologue(`const ${values} = ${column}.values;`);
  let aux = '';
  if (code.aux !== '') {
    aux = b.names.unique(`${values}_2`);
    b.prologue(`const ${aux} = ${column}.aux;`);
  }
  if (code.isNull === null) {
    for (const statement of storeStatements(code, values, aux, 'i')) b.line(statement);
    epilogue.push(`  ${column}.hasNulls = false;`);
    return;
  }
  if (code.isNull === 'true') {
    b.prologue(`${b.helper('allNull', markAllNull)}(${column});`);
    return;
  }
  const nulls = b.names.unique(`${values}_nulls`);
  const some = b.names.unique(`${values}_some`);
  b.prologue(`const ${nulls} = ${column}.nulls;`);
  b.prologue(`let ${some} = 0;`);
  b.line(`${some} |= ${nulls}[i] = ${code.isNull} ? 1 : 0;`);
  for (const statement of storeStatements(code, values, aux, 'i')) b.line(statement);
  epilogue.push(`  ${column}.hasNulls = ${some} !== 0;`);
}

/** Rows, arrays and maps are copied whole, each behind the one before it. */
function writeNested(b: FunctionBuilder, code: Code, name: string, position: number): void {
  const writer = b.names.unique(`out_${name}`);
  b.prologue(`const ${writer} = ${b.helper('writerOf', writerOf)}(computed[${position}]);`);
  b.prologue(`${writer}.begin();`);
  const copy = `${writer}.copy(${code.value}, ${code.aux}, i);`;
  b.line(code.isNull === null ? copy : `if (${code.isNull}) ${writer}.setNull(i); else ${copy}`);
}

const writers = new WeakMap<Column, CellWriter>();

function writerOf(column: Column): CellWriter {
  let writer = writers.get(column);
  if (writer === undefined) {
    writer = new CellWriter(column);
    writers.set(column, writer);
  }
  return writer;
}

/** The input batch's columns as names declared in the prologue, each when it is first read. */
export class BatchColumns implements ColumnSource {
  readonly #b: FunctionBuilder;
  readonly #schema: Schema;
  readonly #nulls: NullTest;
  readonly #known = new Map<string, Code>();
  readonly #columns = new Map<string, string>();

  constructor(b: FunctionBuilder, schema: Schema, nulls: NullTest) {
    this.#b = b;
    this.#schema = schema;
    this.#nulls = nulls;
  }

  column(index: number): Code {
    const { name, type } = this.#schema.fields[index]!;
    return this.#load([index], name, type);
  }

  field(expression: FieldExpression): Code {
    const path = pathOf(expression)!;
    const names = [expression.name];
    let outer: Expression = expression.input;
    for (; outer.kind === 'field'; outer = outer.input) names.unshift(outer.name);
    if (outer.kind === 'column') names.unshift(outer.name);
    return this.#load(path, names.join('_'), expression.type);
  }

  #load(path: readonly number[], name: string, type: Expression['type']): Code {
    const key = path.join('.');
    let code = this.#known.get(key);
    if (code === undefined) {
      code = this.#declare(path, name, type);
      this.#known.set(key, code);
    }
    return code;
  }

  /** Name of the Column at a path, declared when it is first asked for. */
  columnName(path: readonly number[], expression: Expression): string {
    const key = path.join('.');
    let column = this.#columns.get(key);
    if (column === undefined) {
      const [first, ...rest] = path;
      const hint = expression.kind === 'column' || expression.kind === 'field' ? expression.name : 'input';
      column = this.#b.names.unique(`${hint}_column`);
      const children = rest.map((child) => `.children[${child}]`).join('');
      this.#b.prologue(`const ${column} = input.columns[${first}]${children};`);
      this.#columns.set(key, column);
    }
    return column;
  }

  mayBeNull(path: readonly number[], type: Expression['type']): boolean {
    return type.nullable && this.#nulls(path);
  }

  #declare(path: readonly number[], name: string, type: Expression['type']): Code {
    const b = this.#b;
    const column = this.columnName(path, { kind: 'column', index: 0, name, type });
    const nullable = this.mayBeNull(path, type);
    const nulls = nullable ? b.names.unique(`${name}_nulls`) : '';
    if (nullable) b.prologue(`const ${nulls} = ${column}.hasNulls ? ${column}.nulls : ${b.helper('noNulls', NO_NULLS)};`);
    const isNull = nullable ? `(${nulls}[i] === 1)` : null;
    if (isNestedStorage(storageOf(type))) return { type, value: column, aux: 'i', isNull };
    const values = b.names.unique(name);
    const aux = b.names.unique(`${name}_2`);
    b.prologue(`const ${values} = ${column}.values;`);
    const code = loadCode(type, values, aux, 'i', isNull);
    if (code.aux !== '') b.prologue(`const ${aux} = ${column}.aux;`);
    return code;
  }
}

/** A null map without nulls. */
const NO_NULLS = new Uint8Array(BATCH_ROWS);

export function compileCalc(context: CodegenContext, plan: CalcPlan, variant: CalcVariant): CalcFunction {
  const { source, env } = generateCalc(context, plan, variant);
  return compile<CalcFunction>(source, env);
}

/** What EXPLAIN CODEGEN prints of a calc: its most general loop. */
export function explainCalc(context: CodegenContext, plan: CalcPlan): string {
  return sourceText(generateCalc(context, plan, { nulls: () => true, selected: false }).source);
}

/** Every value is NULL, and so are the fields of a ROW. */
function markAllNull(column: Column): void {
  column.nulls.fill(1);
  column.hasNulls = true;
  for (const child of column.children) markAllNull(child);
}
