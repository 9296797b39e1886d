import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Comparison, compareWithFlink, fillIn } from './compare-with-flink.ts';
import { sltFiles, sqlTestFolder, withFolders } from './files.ts';
import { FlinkSession } from './flink-gateway.ts';
import { parseSlt } from './parse-slt.ts';

export interface CompareOptions {
  /** Address of the SQL Gateway. */
  readonly gateway: string;
  /** Test files; all of them where there are none. */
  readonly files: readonly string[];
  /** Whether results that a file does not have yet are written into it. */
  readonly complete: boolean;
  readonly print: (line: string) => void;
  /** Brings Flink up again where one of its processes has ended; resolves with the gateway's address. */
  readonly revive?: () => string;
}

/** Compares test files with Flink, prints what differs, and resolves with how many records do. */
export async function compareFiles({ files, complete, print, ...flink }: CompareOptions): Promise<number> {
  const paths = files.length > 0 ? files : sltFiles().map((path) => join(sqlTestFolder, path));
  let compared = 0;
  let differing = 0;
  for (const path of paths) {
    const comparison = await compareTwice(path, flink, complete, print);
    compared += comparison.compared;
    differing += comparison.differences.length;
    report(relative('.', path), comparison, print);
  }
  print(`${compared} records compared with Flink, ${differing} differ`);
  return differing;
}

/**
 * Flink on a loaded machine loses a heartbeat, and with it a query, now and then. What it answers is no work of ours, so that a file it
 * answers differently is asked for once more, aloud; the second answer counts.
 */
async function compareTwice(
  path: string,
  { gateway, revive }: Pick<CompareOptions, 'gateway' | 'revive'>,
  complete: boolean,
  print: CompareOptions['print'],
): Promise<Comparison> {
  let reasons: readonly string[];
  try {
    const first = await compareFile(path, gateway, complete);
    if (first.differences.length === 0) return first;
    reasons = first.differences.map(({ line, message }) => `${line}: ${message}`);
  } catch (error) {
    reasons = [String((error as Error).cause ?? error)];
  }
  print(`again  ${relative('.', path)}, since the first time ${reasons.join('; ')}`.replaceAll('\n', '\n    '));
  return compareFile(path, revive?.() ?? gateway, complete);
}

async function compareFile(path: string, gateway: string, complete: boolean): Promise<Comparison> {
  const text = readFileSync(path, 'utf8');
  const records = parseSlt(relative('.', path), text);
  const temporary = mkdtempSync(join(tmpdir(), 'millstream-flink-'));
  const session = await FlinkSession.open(gateway);
  try {
    const comparison = await compareWithFlink(withFolders(records, temporary), session, temporary);
    if (!complete) return comparison;
    writeFileSync(path, fillIn(text, records, comparison.answers));
    // What has just been written cannot differ.
    const filled = new Set(comparison.answers.keys());
    const empty = records.filter((record) => record.kind === 'query' && record.rows.length === 0 && filled.has(record.line));
    return { ...comparison, differences: comparison.differences.filter(({ line }) => !empty.some((record) => record.line === line)) };
  } finally {
    await session.close();
    rmSync(temporary, { recursive: true, force: true });
  }
}

function report(path: string, { compared, differences, skipped }: Comparison, print: (line: string) => void): void {
  print(`${differences.length === 0 ? 'same  ' : 'DIFFER'} ${path} (${compared} compared, ${skipped.length} skipped)`);
  for (const { line, message } of differences) print(`${path}:${line}: ${message}`.replaceAll('\n', '\n    '));
  for (const { line, message } of skipped) print(`  ${path}:${line}: skipped: ${message}`);
}
