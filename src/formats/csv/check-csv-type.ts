import { UnsupportedError } from '../../common/errors.ts';
import type { SqlType } from '../../data/types/sql-type.ts';

const NESTED = new Set(['ROW', 'ARRAY', 'MAP']);

/** Throws MS2103 for what CSV has no form for: maps, and anything nested in an ARRAY or ROW (Flink refuses them too). */
export function checkCsvType(name: string, type: SqlType): void {
  const inner = type.root === 'ROW' ? type.fields.map((field) => field.type) : type.root === 'ARRAY' ? [type.element] : [];
  if (type.root !== 'MAP' && !inner.some((child) => NESTED.has(child.root))) return;
  throw new UnsupportedError('MS2103', `the csv format has no form for column ${name}: only an ARRAY or ROW of plain values can be nested`);
}
