import { checkCsv, fuzzCsv } from './csv.ts';
import { checkJson, fuzzJson } from './json.ts';
import { checkSql, fuzzSql } from './sql.ts';

/** An input that failed. The bytes of formats stand in it one per character. */
export interface FuzzFailure {
  readonly input: string;
  readonly reason: string;
}

/** The same seed gives the same inputs. */
export interface FuzzOptions {
  readonly seed: number;
  readonly count: number;
}

/** Something that is fed with random inputs. */
export interface FuzzTarget {
  /** Makes inputs, and gives back those that fail, made as small as possible. */
  run(options: FuzzOptions): Promise<readonly FuzzFailure[]>;
  /** What is wrong with one input; undefined when nothing is. */
  check(input: string): Promise<string | undefined>;
}

export const fuzzTargets: Readonly<Record<string, FuzzTarget>> = {
  sql: { run: async (options) => (await fuzzSql(options)).failures, check: async (input) => checkSql(input) },
  json: { run: async (options) => (await fuzzJson(options)).failures, check: checkJson },
  csv: { run: async (options) => (await fuzzCsv(options)).failures, check: checkCsv },
};
