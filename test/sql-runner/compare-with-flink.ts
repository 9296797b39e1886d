import { writeFileSync } from 'node:fs';
import { applyChanges, parseChange } from './changelog.ts';
import { executeOnFlink } from './execute-on-flink.ts';
import { FlinkError, type FlinkSession } from './flink-gateway.ts';
import { difference, printColumns, queryDifference, type SltFailure } from './run-slt.ts';
import { isSkipped, type SltRecord } from './slt-record.ts';
import type { StatementResult } from './sql-engine.ts';

type QueryRecord = Extract<SltRecord, { kind: 'query' }>;
type StreamRecord = Extract<SltRecord, { kind: 'stream' }>;

/** How a file's expectations compare with what Flink answers. */
export interface Comparison {
  compared: number;
  readonly differences: SltFailure[];
  /** Records that Flink cannot run, with the reason. */
  readonly skipped: SltFailure[];
  /** What Flink answered to each query, by line, for filling in expectations. */
  readonly answers: Map<number, StatementResult>;
}

/**
 * Runs a file's statements on Flink. Rows that the file pushes become a bounded NDJSON file: of a stream, the rows are compared that
 * all its changes come to once every input has ended.
 */
export async function compareWithFlink(records: readonly SltRecord[], session: FlinkSession, temporary: string): Promise<Comparison> {
  const comparison: Comparison = { compared: 0, differences: [], skipped: [], answers: new Map() };
  writePushedRows(records, temporary);
  for (const record of records) {
    const reason = reasonToSkip(record, records);
    if (reason === undefined) await compareRecord(record, records, session, temporary, comparison);
    else if (reason !== '') comparison.skipped.push({ line: record.line, message: reason });
  }
  return comparison;
}

/** Why Flink does not run a record: empty where there is nothing to run. */
function reasonToSkip(record: SltRecord, records: readonly SltRecord[]): string | undefined {
  if (isSkipped(record.skip, 'flink')) return 'the file says so';
  if (record.kind === 'statement' || record.kind === 'query') return undefined;
  if (record.kind !== 'stream') return '';
  if (records.some((other) => other.kind === 'late' && other.stream === record.name && other.count > 0)) {
    return 'rows come late here, but not in a file that is read before the first watermark';
  }
  const open = records.find((push) => push.kind === 'push' && !records.some((end) => end.kind === 'end' && end.table === push.table));
  return open?.kind === 'push' ? `the input ${open.table} does not end` : undefined;
}

async function compareRecord(
  record: SltRecord,
  records: readonly SltRecord[],
  session: FlinkSession,
  temporary: string,
  comparison: Comparison,
): Promise<void> {
  let message: string | undefined;
  try {
    if (record.kind === 'statement') message = await compareStatement(record, session, temporary);
    else if (record.kind === 'query') message = await compareQuery(record, session, comparison);
    else if (record.kind === 'stream') message = await compareStream(record, records, session);
  } catch (error) {
    if (!(error instanceof FlinkError)) throw error;
    message = `Flink fails with ${error.message}`;
  }
  comparison.compared++;
  if (message !== undefined) comparison.differences.push({ line: record.line, message });
}

async function compareStatement(
  record: Extract<SltRecord, { kind: 'statement' }>,
  session: FlinkSession,
  temporary: string,
): Promise<string | undefined> {
  const run = executeOnFlink(session, withFiles(record.sql, temporary));
  if (record.error === undefined) return void (await run);
  return run.then(
    () => 'the file expects an error, Flink succeeds',
    (error: unknown) => {
      if (!(error instanceof FlinkError)) throw error;
      return undefined;
    },
  );
}

async function compareQuery(record: QueryRecord, session: FlinkSession, comparison: Comparison): Promise<string | undefined> {
  const result = await executeOnFlink(session, record.sql);
  comparison.answers.set(record.line, result);
  return queryDifference(withoutOrder(record), result);
}

/** Flink's rows come in any order where none is asked for: another one now and then, of VALUES too. */
function withoutOrder(record: QueryRecord): QueryRecord {
  return record.changelog || record.sort !== 'nosort' || /\bORDER\s+BY\b/i.test(record.sql) ? record : { ...record, sort: 'rowsort' };
}

async function compareStream(record: StreamRecord, records: readonly SltRecord[], session: FlinkSession): Promise<string | undefined> {
  const { rows } = await executeOnFlink(session, record.sql);
  const changes = records.flatMap((other) => (other.kind === 'emits' && other.stream === record.name ? other.changes : []));
  return difference(applyChanges(changes.map(parseChange)), applyChanges(rows), 'rowsort');
}

const fileOf = (table: string, temporary: string): string => `${temporary}/${table}.ndjson`;

function writePushedRows(records: readonly SltRecord[], temporary: string): void {
  const rows = new Map<string, string[]>();
  for (const record of records) {
    if (record.kind === 'push') rows.set(record.table, [...(rows.get(record.table) ?? []), ...record.rows]);
  }
  for (const [table, lines] of rows) writeFileSync(fileOf(table, temporary), `${lines.join('\n')}\n`);
}

/** Tables of the runner's own connector read the rows that the file pushes. */
function withFiles(sql: string, temporary: string): string {
  const table = /^\s*CREATE\s+(?:TEMPORARY\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?`?(\w+)/i.exec(sql)?.[1];
  if (table === undefined) return sql;
  return sql.replace(/'connector'\s*=\s*'pushed'/, `'connector' = 'filesystem', 'path' = '${fileOf(table, temporary)}'`);
}

/** The file's text with the results of the queries that have none yet. */
export function fillIn(text: string, records: readonly SltRecord[], answers: ReadonlyMap<number, StatementResult>): string {
  const lines = text.split('\n');
  for (const record of [...records].reverse()) {
    const answer = answers.get(record.line);
    if (record.kind !== 'query' || record.rows.length > 0 || answer === undefined) continue;
    const rows = record.changelog ? answer.rows.map(({ op, row }) => op + row) : applyChanges(answer.rows);
    const [start, end] = record.resultLines;
    lines.splice(start, end - start, printColumns(answer), ...(record.sort === 'rowsort' ? rows.sort() : rows));
  }
  return lines.join('\n');
}
