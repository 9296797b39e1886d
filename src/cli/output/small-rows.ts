import type { Schema } from '../../data/schema.ts';

/** The rows of SHOW and DESCRIBE as NDJSON. */
export function smallRowsText({ fields }: Schema, rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => `{${fields.map(({ name }, i) => `${JSON.stringify(name)}:${tokenOf(row[i])}`).join(',')}}\n`).join('');
}

function tokenOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  return JSON.stringify(String(value));
}
