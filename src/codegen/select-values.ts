import type { Batch } from '../data/batch.ts';
import type { Schema } from '../data/schema.ts';
import { BatchColumns } from './calc.ts';
import { compile } from './compile.ts';
import type { CodegenContext } from './environment.ts';
import { isTrue } from './expression.ts';
import { FunctionBuilder } from './function-builder.ts';

/** What aggregates that keep values look at: columns of the input, and undefined for no filter. */
export interface ValueSelection {
  readonly argument: number;
  readonly filters: readonly (number | undefined)[];
}

/** `(input, selected) => count`: rows whose argument is not NULL and that one of the filters lets pass. */
export type SelectFunction = (input: Batch, selected: Int32Array) => number;

export function compileSelect(
  context: CodegenContext,
  { argument, filters }: ValueSelection,
  input: Schema,
  selectedInput: boolean,
): SelectFunction {
  const b = new FunctionBuilder(context);
  const columns = new BatchColumns(b, input, () => true);
  const value = columns.column(argument);
  const wanted = filters.includes(undefined) ? [] : [`(${filters.map((filter) => isTrue(columns.column(filter!))).join(' || ')})`];
  const tests = [...(value.isNull === null ? [] : [`!${value.isNull}`]), ...wanted];
  b.line(tests.length === 0 ? 'selected[passed++] = i;' : `if (${tests.join(' && ')}) selected[passed++] = i;`);
  const text = b.build('select_distinct', 'input, selected', {
    head: [
      ...(selectedInput ? ['  const picked = input.selection.view;'] : []),
      '  let passed = 0;',
      `  const rowCount = ${selectedInput ? 'input.selectedCount' : 'input.rowCount'};`,
      `  for (let n = 0; n < rowCount; n++) {`,
      `    const i = ${selectedInput ? 'picked[n]' : 'n'};`,
    ].join('\n'),
    tail: '  }\n  return passed;',
  });
  return compile<SelectFunction>({ name: `${context.name}.select`, text }, b.env);
}
