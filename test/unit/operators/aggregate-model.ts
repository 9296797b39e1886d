import type { Schema } from '../../../src/data/schema.ts';
import type { SqlType } from '../../../src/data/types/sql-type.ts';
import type { AggregateCall } from '../../../src/plan/nodes/node.ts';
import type { Row } from '../../conformance/operator-run.ts';
import { type KeyValue, keyText } from '../../conformance/state-model.ts';

/** The values of aggregate calls over rows, computed anew from all of them. Values are raw, as in the columns. */
export function aggregateValues(calls: readonly AggregateCall[], schema: Schema, rows: readonly Row[]): KeyValue[] {
  return calls.map((call) => callValue(call, schema, rows));
}

function callValue(call: AggregateCall, schema: Schema, rows: readonly Row[]): KeyValue {
  const passing = rows.filter((row) => call.filter === undefined || row[call.filter] === 1);
  if (call.argument === undefined) return BigInt(passing.length);
  const present = passing.map((row) => row[call.argument!]!).filter((value) => value !== null);
  const values = call.distinct ? [...new Map(present.map((value) => [keyText([value]), value])).values()] : present;
  const type = schema.fields[call.argument]!.type;
  switch (call.function.name) {
    case 'COUNT':
      return BigInt(values.length);
    case 'SUM':
      return values.length === 0 ? null : wrap(total(values), call.type);
    case 'AVG':
      return values.length === 0 ? null : mean(values, type, call.type);
    case 'LISTAGG':
      return values.length === 0 ? null : values.join(',');
    case 'SORTED':
      return values.length === 0 ? null : (values as string[]).toSorted().join('|');
    case 'MIN':
      return extreme(values, -1);
    case 'MAX':
      return extreme(values, 1);
    default:
      throw new Error(`no model of ${call.function.name}`);
  }
}

function total(values: readonly KeyValue[]): bigint | number {
  return typeof values[0] === 'number' && values.some((value) => !Number.isInteger(value))
    ? (values as number[]).reduce((sum, value) => sum + value, 0)
    : values.reduce<bigint>((sum, value) => sum + BigInt(value as number), 0n);
}

function wrap(sum: bigint | number, type: SqlType): KeyValue {
  if (type.root === 'DOUBLE') return Number(sum);
  if (type.root === 'INT') return Number(BigInt.asIntN(32, BigInt(sum)));
  if (type.root === 'BIGINT') return BigInt.asIntN(64, BigInt(sum));
  return BigInt(sum);
}

/** AVG: integers are cut towards zero, decimals are rounded half up to the result's scale. */
function mean(values: readonly KeyValue[], argument: SqlType, result: SqlType): KeyValue {
  const sum = total(values);
  if (result.root === 'DOUBLE') return Number(sum) / values.length;
  const count = BigInt(values.length);
  if (result.root === 'DECIMAL' && argument.root === 'DECIMAL') {
    return roundedQuotient(BigInt(sum) * 10n ** BigInt(result.scale - argument.scale), count);
  }
  const cut = BigInt.asIntN(64, BigInt(sum)) / count;
  return result.root === 'BIGINT' ? cut : Number(cut);
}

function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const magnitude = ((numerator < 0n ? -numerator : numerator) * 2n + denominator) / (denominator * 2n);
  return numerator < 0n ? -magnitude : magnitude;
}

function extreme(values: readonly KeyValue[], sign: number): KeyValue {
  let best: KeyValue = null;
  for (const value of values) if (best === null || compare(value, best) * sign > 0) best = value;
  return best;
}

/** Text by its UTF-8 bytes, everything else by value. */
export function compare(a: KeyValue, b: KeyValue): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a! < b! ? -1 : a! > b! ? 1 : 0;
}
