import { Column } from '../data/column.ts';
import { descriptorOf } from '../data/types/descriptors.ts';
import { isNestedStorage, storageOf } from '../data/types/storage.ts';
import type { Code } from '../functions/code.ts';
import type { LiteralExpression } from '../plan/expressions/expression.ts';
import { nullCode } from './column-access.ts';
import type { FunctionBuilder } from './function-builder.ts';

/** The code of a constant: its stored form, got by writing it into a column of one row. Text and bytes lie among the constants. */
export function emitLiteral(b: FunctionBuilder, { value, type }: LiteralExpression): Code {
  if (value === null) return nullCode(type);
  if (type.root === 'BOOLEAN') return { type, value: String(value), aux: '', isNull: null, constant: value };
  if (isNestedStorage(storageOf(type))) {
    const whole = b.scratch(type);
    descriptorOf(type).write(whole, 0, value, b.context.constants);
    return { type, value: b.helper('constant', whole), aux: '0', isNull: null };
  }
  const column = new Column(b.context.memory, type, 1);
  descriptorOf(type).write(column, 0, value as never, b.context.constants);
  const first = column.values[0]!;
  const second = column.storage === 'bytes' || column.storage === 'i128' || column.storage === 'ts96' ? jsText(column.aux[0]!) : '';
  const code: Code = { type, value: jsText(first), aux: second, isNull: null, constant: value };
  const narrow = column.storage === 'i128' && typeof first === 'bigint' && column.aux[0] === first >> 63n;
  column.free();
  return narrow ? { ...code, narrow } : code;
}

function jsText(value: number | bigint): string {
  if (typeof value === 'bigint') return value < 0n ? `(${value}n)` : `${value}n`;
  if (Object.is(value, -0)) return '(-0)';
  return value < 0 ? `(${value})` : String(value);
}
