import { applyChanges, comparable, printChange } from './changelog.ts';
import { type ExpectedError, isSkipped, type SltRecord, type SortMode } from './slt-record.ts';
import type { SqlEngine, StatementResult } from './sql-engine.ts';

/** A record that did not come out as the file says. */
export interface SltFailure {
  readonly line: number;
  readonly message: string;
}

/** Runs the records of a file in order and goes on after a failure, so that one run shows all of them. */
export async function runSlt(records: readonly SltRecord[], engine: SqlEngine): Promise<SltFailure[]> {
  const failures: SltFailure[] = [];
  for (const record of records) {
    if (isSkipped(record.skip, engine.name)) continue;
    const message = await runRecord(record, engine).catch((error: unknown) => `failed with ${describeError(error)}`);
    if (message !== undefined) failures.push({ line: record.line, message });
  }
  return failures;
}

/** Resolves with what is wrong, if anything is. */
export async function runRecord(record: SltRecord, engine: SqlEngine): Promise<string | undefined> {
  switch (record.kind) {
    case 'statement':
      return record.error === undefined ? ignoreResult(engine.execute(record.sql)) : expectError(engine.execute(record.sql), record.error);
    case 'query':
      return queryDifference(record, await engine.execute(record.sql));
    case 'stream':
      return ignoreResult(engine.startStream(record.name, record.sql));
    case 'push':
      return ignoreResult(engine.push(record.table, record.rows));
    case 'watermark':
      return ignoreResult(engine.watermark(record.table, record.timestamp));
    case 'end':
      return ignoreResult(engine.end(record.table));
    case 'emits':
      return difference(record.changes, (await engine.takeChanges(record.stream)).map(printChange), record.sort);
    case 'late': {
      const count = await engine.lateRows(record.stream);
      return count === record.count ? undefined : `expected ${record.count} late rows, got ${count}`;
    }
  }
}

async function ignoreResult(done: Promise<unknown>): Promise<undefined> {
  await done;
}

/** How a query's result differs from what the file says. */
export function queryDifference(record: Extract<SltRecord, { kind: 'query' }>, result: StatementResult): string | undefined {
  const columns = printColumns(result);
  if (record.columns !== undefined && record.columns !== columns) return `expected columns ${record.columns}\n     got columns ${columns}`;
  const actual = record.changelog ? result.rows.map(printChange) : applyChanges(result.rows);
  return difference(record.rows, actual, record.sort);
}

export const printColumns = ({ columns }: StatementResult): string => `(${columns.map(({ name, type }) => `${name} ${type}`).join(', ')})`;

async function expectError(done: Promise<unknown>, expected: ExpectedError): Promise<string | undefined> {
  let error: unknown;
  try {
    await done;
    return 'expected an error, but it succeeded';
  } catch (caught) {
    error = caught;
  }
  const { code, message, span } = error as { code?: string; message: string; span?: { line: number; column: number } };
  const place = span && `${span.line}:${span.column}`;
  const fits =
    (expected.code === undefined || expected.code === code) &&
    (expected.place === undefined || expected.place === place) &&
    (expected.message === undefined || expected.message.test(message));
  return fits ? undefined : `expected error ${describeExpected(expected)}, got ${describeError(error)}`;
}

const describeExpected = ({ code, place, message }: ExpectedError): string => [code, place, message].filter(Boolean).join(' ');

function describeError(error: unknown): string {
  const { code, message, span, stack } = error as {
    code?: string;
    message?: string;
    span?: { line: number; column: number };
    stack?: string;
  };
  // An error without a code is a defect: its place in the source helps more than its message.
  return code === undefined ? (stack ?? String(error)) : [code, span && `${span.line}:${span.column}`, message].filter(Boolean).join(' ');
}

/** The lines that are missing and the lines that are too many, in the file's own spelling. */
export function difference(expected: readonly string[], actual: readonly string[], sort: SortMode): string | undefined {
  if (JSON.stringify(comparable(expected, sort)) === JSON.stringify(comparable(actual, sort))) return undefined;
  const show = (lines: readonly string[]) => (lines.length === 0 ? '  (nothing)' : lines.map((line) => `  ${line}`).join('\n'));
  return `expected\n${show(expected)}\ngot\n${show(sort === 'rowsort' ? [...actual].sort() : actual)}`;
}
