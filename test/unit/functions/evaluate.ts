import { castTo } from '../../../src/binder/coerce.ts';
import { ExpressionBinder } from '../../../src/binder/expression-binder.ts';
import { FunctionRegistry } from '../../../src/binder/functions.ts';
import { Scope } from '../../../src/binder/scope.ts';
import { compileCalc } from '../../../src/codegen/calc.ts';
import { CodegenContext } from '../../../src/codegen/environment.ts';
import { Batch } from '../../../src/data/batch.ts';
import { Column } from '../../../src/data/column.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { types, withNullable } from '../../../src/data/types/sql-type.ts';
import { scalarFunctions } from '../../../src/functions/scalar/index.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { Expression, LiteralExpression } from '../../../src/plan/expressions/expression.ts';
import { rewrite } from '../../../src/plan/expressions/visit.ts';
import { parseExpression } from '../../../src/sql/parse.ts';

export interface EvaluateOptions {
  readonly timeZone?: string;
  /** Hand literals over as columns, so that a function's code for data runs instead of that for constants. */
  readonly asColumns?: boolean;
}

const kernels = await loadKernels();
const registry = new FunctionRegistry(scalarFunctions, []);

/** The typed expression of a SQL text without columns. */
export function bindText(sql: string, timeZone = 'UTC'): Expression {
  const binder = new ExpressionBinder({ scope: new Scope([]), functions: registry, timeZone });
  return binder.bind(parseExpression(sql));
}

/** The value of a SQL expression by generated code, as CAST AS STRING prints it; null for NULL. */
export function evaluate(sql: string, options: EvaluateOptions = {}): string | null {
  return run(castTo(bindText(sql, options.timeZone), types.string()), options);
}

function run(expression: Expression, { timeZone = 'UTC', asColumns = false }: EvaluateOptions): string | null {
  const context = new CodegenContext(kernels, timeZone, 'test/expression');
  const { expression: rewritten, literals } = asColumns ? withColumns(expression) : { expression, literals: [] };
  const fields = literals.map(({ type }, i) => ({ name: `c${i}`, type: withNullable(type, true) }));
  const input = new Batch(literals.map((literal) => columnOf(literal, context)));
  input.rowCount = 1;
  const output = new Column(kernels.memory, rewritten.type, 4);
  const plan = {
    input: { fields },
    condition: undefined,
    outputs: [{ kind: 'computed', expression: rewritten }],
    names: ['result'],
  } as const;
  compileCalc(context, plan, { nulls: () => true, selected: false })(input, [output], new Int32Array(4), 0);
  const result = output.isNull(0) ? null : (descriptorOf(output.type).read(output, 0) as string);
  for (const column of [output, ...input.columns]) column.free();
  context.free();
  return result;
}

function withColumns(expression: Expression): { expression: Expression; literals: LiteralExpression[] } {
  const literals: LiteralExpression[] = [];
  const replaced = rewrite(expression, (node) => {
    if (node.kind !== 'literal' || node.value === null || node.type.root.startsWith('INTERVAL')) return node;
    literals.push(node);
    return { kind: 'column', index: literals.length - 1, name: `c${literals.length - 1}`, type: withNullable(node.type, true) };
  });
  return { expression: replaced, literals };
}

function columnOf({ value, type }: LiteralExpression, context: CodegenContext): Column {
  const column = new Column(kernels.memory, type, 1);
  descriptorOf(type).write(column, 0, value as never, context.constants);
  return column;
}
