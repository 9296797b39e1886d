import { CalcVariants } from '../../../src/codegen/calc-variants.ts';
import { CodegenContext } from '../../../src/codegen/environment.ts';
import { IntVector } from '../../../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../../../src/data/column.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { Expression } from '../../../src/plan/expressions/expression.ts';
import type { Row } from '../../conformance/operator-run.ts';
import { KeyBatch, valueAt } from '../../conformance/state-model.ts';

export const kernels = await loadKernels();

/** The raw values that generated code computes: a column of results for each expression. At most 4,096 rows. */
export function compute(expressions: readonly Expression[], schema: Schema, rows: readonly Row[]): Row[] {
  const context = new CodegenContext(kernels, 'UTC', 'test/compute');
  const input = filled(schema, rows);
  const outputs = expressions.map((expression) => ({ kind: 'computed', expression }) as const);
  const columns = expressions.map(({ type }) => new Column(kernels.memory, type));
  const names = expressions.map((_, i) => `out${i}`);
  kernels.memory.ensureHeadroom(1 << 24);
  const loop = new CalcVariants(context, { input: schema, condition: undefined, outputs, names }).for(input.batch);
  loop(input.batch, columns, new Int32Array(0), 0);
  const results = columns.map((column) => rows.map((_, i) => valueAt(kernels, column, i)));
  for (const column of columns) column.free();
  input.free();
  context.free();
  return results;
}

/** Indexes of the rows that pass a condition. */
export function passing(condition: Expression, schema: Schema, rows: readonly Row[]): number[] {
  const context = new CodegenContext(kernels, 'UTC', 'test/filter');
  const input = filled(schema, rows);
  const selection = new IntVector(kernels.memory);
  kernels.memory.ensureHeadroom(1 << 24);
  const loop = new CalcVariants(context, { input: schema, condition, outputs: [], names: [] }).for(input.batch);
  const count = loop(input.batch, [], selection.view, selection.address);
  const result = [...selection.view.subarray(0, count)];
  selection.free();
  input.free();
  context.free();
  return result;
}

function filled({ fields }: Schema, rows: readonly Row[]): KeyBatch {
  if (rows.length > BATCH_ROWS) throw new Error('more rows than a batch holds');
  const input = new KeyBatch(
    kernels,
    fields.map(({ type }) => type),
  );
  input.fill(rows);
  return input;
}
