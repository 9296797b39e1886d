import { applyChanges, comparable } from '../changelog.ts';
import { executeOnFlink } from '../execute-on-flink.ts';
import { FlinkError, type FlinkSession } from '../flink-gateway.ts';
import { printColumns } from '../run-slt.ts';
import type { SortMode } from '../slt-record.ts';
import type { SqlEngine, StatementResult } from '../sql-engine.ts';

/** How the two engines answer one statement differently. */
export interface Difference {
  readonly sql: string;
  readonly flink: string;
  readonly ours: string;
}

export interface Engines {
  readonly flink: FlinkSession;
  readonly ours: SqlEngine;
}

type Outcome = { readonly result: StatementResult } | { readonly error: string };

async function outcomeOf(run: Promise<StatementResult>): Promise<Outcome> {
  try {
    return { result: await run };
  } catch (error) {
    // Flink is not there.
    if (!(error instanceof Error) || (error instanceof TypeError && error.message === 'fetch failed')) throw error;
    const { code, message } = error as { code?: string; message: string };
    return { error: code === undefined && !(error instanceof FlinkError) ? (error.stack ?? message) : `${code ?? ''} ${message}`.trim() };
  }
}

export const onFlink = ({ flink }: Engines, sql: string): Promise<Outcome> => outcomeOf(executeOnFlink(flink, sql));
export const onOurs = ({ ours }: Engines, sql: string): Promise<Outcome> => outcomeOf(ours.execute(sql));

const short = (text: string): string => (text.length > 1500 ? `${text.slice(0, 1500)}...` : text);
const describe = (outcome: Outcome): string => ('error' in outcome ? `error: ${short(outcome.error)}` : short(printResult(outcome.result)));
const printResult = (result: StatementResult): string => [printColumns(result), ...applyChanges(result.rows)].join('\n');

/** As compareStatement, of a query that both engines must be able to run. */
export async function compareResult(engines: Engines, sql: string): Promise<Difference | undefined> {
  const [flink, ours] = [await onFlink(engines, sql), await onOurs(engines, sql)];
  const ran = !('error' in flink) && !('error' in ours);
  return ran && sameOutcome(flink, ours, 'rowsort') ? undefined : differenceOf(sql, flink, ours);
}

/** Runs a query on both engines and compares columns and final rows; a query that both refuse is none that differs. */
export async function compareStatement(engines: Engines, sql: string, sort: SortMode = 'rowsort'): Promise<Difference | undefined> {
  const [flink, ours] = [await onFlink(engines, sql), await onOurs(engines, sql)];
  return sameOutcome(flink, ours, sort) ? undefined : differenceOf(sql, flink, ours);
}

/** Lines that both results have are left out. */
function differenceOf(sql: string, flink: Outcome, ours: Outcome): Difference {
  const [a, b] = [describe(flink).split('\n'), describe(ours).split('\n')];
  const without = (lines: readonly string[], others: readonly string[]): string =>
    lines.filter((line, i) => i === 0 || !others.includes(line)).join('\n');
  return { sql, flink: without(a, b), ours: without(b, a) };
}

/** Defects of Flink's planner and of the code it makes: they say nothing about what is right. */
const FLINK_DEFECT =
  /NullPointerException|CompileException|CodeGenException|ClassCastException|AssertionError|Infinite or NaN|MatchError|EnforcerException/;

function sameOutcome(flink: Outcome, ours: Outcome, sort: SortMode): boolean {
  if ('error' in flink && FLINK_DEFECT.test(flink.error)) return !('error' in ours) || /^MS(?!9)\d/.test(ours.error);
  // An error is as good as another; a defect of ours (no code) is none.
  if ('error' in flink || 'error' in ours) return 'error' in flink && 'error' in ours && /^MS(?!9)\d/.test(ours.error);
  return printColumns(flink.result) === printColumns(ours.result) && sameRows(flink.result, ours.result, sort);
}

function sameRows(flink: StatementResult, ours: StatementResult, sort: SortMode): boolean {
  const [a, b] = [flink, ours].map(({ rows }) => JSON.stringify(comparable(applyChanges(rows), sort)));
  return a === b;
}

/** Expressions that go into one query of Flink at a time. */
const EXPRESSIONS_PER_QUERY = 40;

/**
 * Compares expressions over the rows of a table: which ones are refused, their types and their values. Those that our engine takes are
 * asked for in common queries; where such a query fails or differs, in halves.
 */
export async function compareExpressions(engines: Engines, expressions: readonly string[], from: string): Promise<Difference[]> {
  const differences: Difference[] = [];
  const taken: string[] = [];
  for (const expression of expressions) {
    const sql = `EXPLAIN SELECT ${expression} AS c FROM ${from}`;
    const ours = await onOurs(engines, sql);
    if (!('error' in ours)) {
      taken.push(expression);
      continue;
    }
    // What Flink plans may still fail when it runs.
    const planned = await onFlink(engines, sql);
    const flink = 'error' in planned ? planned : await onFlink(engines, sql.slice('EXPLAIN '.length));
    if (!sameOutcome(flink, ours, 'rowsort')) differences.push(differenceOf(expression, flink, ours));
  }
  for (let i = 0; i < taken.length; i += EXPRESSIONS_PER_QUERY) {
    differences.push(...(await compareTogether(engines, taken.slice(i, i + EXPRESSIONS_PER_QUERY), from)));
  }
  return differences;
}

/** Where one expression fails, the others say nothing: the query is asked again in halves. */
async function compareTogether(engines: Engines, expressions: readonly string[], from: string): Promise<Difference[]> {
  const sql = `SELECT ${expressions.map((expression, i) => `${expression} AS c${i}`).join(', ')} FROM ${from}`;
  const [flink, ours] = [await onFlink(engines, sql), await onOurs(engines, sql)];
  const failed = 'error' in flink || 'error' in ours;
  if (sameOutcome(flink, ours, 'nosort') && !(failed && expressions.length > 1)) return [];
  if (expressions.length === 1) return [differenceOf(expressions[0]!, flink, ours)];
  const middle = expressions.length >> 1;
  const first = await compareTogether(engines, expressions.slice(0, middle), from);
  return [...first, ...(await compareTogether(engines, expressions.slice(middle), from))];
}

/** Prints differences and returns how many they are. */
export function reportDifferences(differences: readonly Difference[], print: (line: string) => void): number {
  for (const { sql, flink, ours } of differences) print(`\n${sql}\n  Flink: ${indent(flink)}\n  here:  ${indent(ours)}`);
  return differences.length;
}

const indent = (text: string): string => text.replaceAll('\n', '\n         ');
