import type { Column } from '../data/column.ts';
import { clearNulls } from '../data/nulls.ts';
import { descriptorOf } from '../data/types/descriptors.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { Code, ForeignFunction } from '../functions/code.ts';
import { ownValue } from '../functions/user/own-value.ts';
import { type UserCall, userFailure, wrongResult } from '../functions/user/user-errors.ts';
import { loadCode } from './column-access.ts';
import { rowByRow } from './foreign-batch.ts';
import type { FunctionBuilder } from './function-builder.ts';

/** A test in JavaScript that a result needs no second look: most calls pass it. */
const FAST: Partial<Record<SqlType['root'], (value: string) => string>> = {
  BIGINT: (v) => `typeof ${v} === 'bigint' && BigInt.asIntN(64, ${v}) === ${v}`,
  INT: (v) => `(${v} | 0) === ${v}`,
  SMALLINT: (v) => `(${v} << 16 >> 16) === ${v}`,
  TINYINT: (v) => `(${v} << 24 >> 24) === ${v}`,
  DOUBLE: (v) => `typeof ${v} === 'number'`,
  BOOLEAN: (v) => `typeof ${v} === 'boolean'`,
};

/** The code of a call of the program's code with one row's exact values. */
export function foreignCall(b: FunctionBuilder, fn: ForeignFunction, args: readonly Code[], type: SqlType): Code {
  const hint = fn.name.toLowerCase();
  const place: UserCall = { name: fn.name, operator: b.context.name };
  const call = b.helper(`${hint}_of`, fn.vectorized ? rowByRow(b.context, fn) : fn.call);
  const names = args.map((arg, i) => b.bind(`${hint}_${i}`, boxed(b, arg))).join(', ');
  const shown = fn.isAggregate === true ? '' : names;
  const result = b.variable(hint, 'null');
  const failure = b.helper(`${hint}_failed`, (error: unknown, values: readonly unknown[]) => userFailure(place, error, values));
  b.line(`try { ${result} = ${call}(${names}); } catch (error) { throw ${failure}(error, [${shown}]); }`);
  const { returns } = fn;
  return returns.root in FAST ? plainResult(b, fn, place, result, shown, type) : storedResult(b, fn, place, result, shown, type);
}

const boxed = (b: FunctionBuilder, arg: Code): string => {
  if (arg.isNull === 'true') return 'null';
  return arg.isNull === null ? b.box(arg) : `(${arg.isNull} ? null : ${b.box(arg)})`;
};

/** A result that JavaScript has as the engine has it. */
function plainResult(b: FunctionBuilder, fn: ForeignFunction, place: UserCall, result: string, names: string, type: SqlType): Code {
  const scratch = b.context.scratch(fn.returns);
  const check = b.helper('checked', (value: unknown, args: readonly unknown[]) => {
    write(scratch, fn, place, value, args, b);
    return descriptorOf(fn.returns).read(scratch, 0);
  });
  b.line(`if (!(${FAST[fn.returns.root]!(result)})) ${result} = ${check}(${result}, [${names}]);`);
  const isNull = fn.returns.nullable ? `(${result} === null)` : null;
  const zero = fn.returns.root === 'BIGINT' ? '0n' : fn.returns.root === 'BOOLEAN' ? 'false' : '0';
  return { type, value: isNull === null ? result : `(${result} ?? ${zero})`, aux: '', isNull };
}

/** A result that goes through a column of one row, whose descriptor checks it. */
function storedResult(b: FunctionBuilder, fn: ForeignFunction, place: UserCall, result: string, names: string, type: SqlType): Code {
  const hint = fn.name.toLowerCase();
  const scratch = b.context.scratch(fn.returns);
  const column = b.helper('scratch', scratch);
  const store = b.helper('store', (value: unknown, args: readonly unknown[]) => write(scratch, fn, place, value, args, b));
  b.line(`${store}(${result}, [${names}]);`);
  const loaded = loadCode(type, `${column}.values`, `${column}.aux`, '0', null);
  const value = b.bind(`${hint}_value`, loaded.value);
  const aux = loaded.aux === '' ? '' : b.bind(`${hint}_2`, loaded.aux);
  return { type, value, aux, isNull: fn.returns.nullable ? b.bind(`${hint}_null`, `${column}.hasNulls`) : null };
}

function write(
  scratch: Column,
  { isAggregate = false }: ForeignFunction,
  place: UserCall,
  value: unknown,
  args: readonly unknown[],
  { context }: FunctionBuilder,
): void {
  const { epoch } = context.memory;
  clearNulls(scratch);
  try {
    descriptorOf(scratch.type).write(scratch, 0, ownValue(scratch.type, value), context.arena);
  } catch (cause) {
    throw wrongResult(place, value, scratch.type, args, cause);
  }
  // The loop's views are stale then, and what it writes would be lost.
  if (isAggregate && context.memory.epoch !== epoch)
    throw wrongResult(place, value, scratch.type, args, 'the texts of a batch are too long');
}
