import { canonicalJson } from '../sql-runner/json-text.ts';

const canonical = (line: string): string => (line.startsWith('{') ? canonicalJson(line) : line.trimEnd());

/**
 * What is wrong with an output, or undefined. A line `...` in what the documentation shows stands for any lines. Rows of a query that
 * does not order them may come in any order.
 */
export function differenceOf(expected: string, actual: readonly string[], ordered: boolean): string | undefined {
  const wanted = expected.trimEnd().split('\n').map(canonical);
  const got = actual.join('\n').trimEnd().split('\n').map(canonical);
  const same = wanted.includes('...') ? holds(wanted, got) : equal(wanted, got) || (!ordered && equal(wanted.toSorted(), got.toSorted()));
  return same ? undefined : `the documentation shows\n${expected.trimEnd()}\nbut it prints\n${actual.join('\n')}`;
}

const equal = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((line, i) => line === b[i]);

/** Whether the lines are there in this order, with others only where `...` stands. */
function holds(wanted: readonly string[], got: readonly string[]): boolean {
  const gap = wanted.indexOf('...');
  if (gap === -1) return equal(wanted, got);
  if (!equal(wanted.slice(0, gap), got.slice(0, gap))) return false;
  const rest = wanted.slice(gap + 1);
  for (let at = gap; at <= got.length; at++) if (holds(rest, got.slice(at))) return true;
  return false;
}
