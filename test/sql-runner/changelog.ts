import { canonicalJson, parseJson, printJson } from './json-text.ts';
import type { RowKind, SortMode } from './slt-record.ts';
import type { Change } from './sql-engine.ts';

/** Reads a line such as `+U["a", 2]`. */
export const parseChange = (line: string): Change => ({ op: line.slice(0, 2) as RowKind, row: line.slice(2) });

export const printChange = ({ op, row }: Change): string => op + row;

/**
 * The rows that changes come to, in the order in which they appeared. Rows may repeat; a retraction takes back the latest equal one.
 * Throws when a change takes back a row that is not there.
 */
export function applyChanges(changes: readonly Change[]): string[] {
  const rows = new Map<string, string[]>();
  const order: { key: string; row: string }[] = [];
  for (const { op, row } of changes) {
    const key = canonicalJson(row);
    const same = rows.get(key) ?? [];
    rows.set(key, same);
    if (op === '+I' || op === '+U') {
      same.push(row);
      order.push({ key, row });
    } else {
      if (same.pop() === undefined) throw new Error(`${op}${row} takes back a row that is not there`);
      order.splice(
        order.findLastIndex((entry) => entry.key === key),
        1,
      );
    }
  }
  return order.map(({ row }) => row);
}

/** Rows or changes as they are compared. */
export function comparable(lines: readonly string[], sort: SortMode): string[] {
  const canonical = lines.map((line) => {
    const start = line.indexOf('[');
    return line.slice(0, start) + canonicalJson(line.slice(start));
  });
  if (sort === 'nosort') return canonical;
  if (sort === 'rowsort') return canonical.sort();
  return canonical.flatMap(valuesOf).sort();
}

function valuesOf(row: string): string[] {
  const value = parseJson(row);
  return Array.isArray(value) ? value.map(printJson) : [row];
}
