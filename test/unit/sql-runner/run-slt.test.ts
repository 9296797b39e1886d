import { describe, expect, it } from 'vitest';
import { SqlError } from '../../../src/common/errors.ts';
import { applyChanges, parseChange } from '../../sql-runner/changelog.ts';
import { canonicalJson, parseJson, printJson } from '../../sql-runner/json-text.ts';
import { parseSlt } from '../../sql-runner/parse-slt.ts';
import { runSlt } from '../../sql-runner/run-slt.ts';
import type { Change, SqlEngine, StatementResult } from '../../sql-runner/sql-engine.ts';

/** Answers from a script: each SQL text has a result or an error, each call of takeChanges the rows pushed since the last. */
class ScriptedEngine implements SqlEngine {
  readonly name = 'scripted';
  readonly calls: string[] = [];
  readonly #answers: Readonly<Record<string, StatementResult | Error>>;
  #pushed: string[] = [];

  constructor(answers: Readonly<Record<string, StatementResult | Error>> = {}) {
    this.#answers = answers;
  }

  async execute(sql: string): Promise<StatementResult> {
    this.calls.push(sql);
    const answer = this.#answers[sql];
    if (answer instanceof Error) throw answer;
    return answer ?? { columns: [], rows: [] };
  }

  async startStream(name: string, sql: string): Promise<void> {
    this.calls.push(`${name}: ${sql}`);
  }

  async push(_table: string, rows: readonly string[]): Promise<void> {
    this.#pushed.push(...rows);
  }

  async watermark(table: string, timestamp: string): Promise<void> {
    this.calls.push(`${table} at ${timestamp}`);
  }

  async end(table: string): Promise<void> {
    this.calls.push(`end ${table}`);
  }

  async takeChanges(): Promise<readonly Change[]> {
    const changes = this.#pushed.map((row) => ({ op: '+I' as const, row }));
    this.#pushed = [];
    return changes;
  }

  async lateRows(): Promise<number> {
    return 1;
  }

  async close(): Promise<void> {}
}

const run = (text: string, engine: SqlEngine) => runSlt(parseSlt('x.slt', text), engine);
const insertOnly = (columns: StatementResult['columns'], ...rows: string[]) => ({
  columns,
  rows: rows.map((row) => parseChange(`+I${row}`)),
});

describe('the runner of test files', () => {
  it('hands every record over in order', async () => {
    const engine = new ScriptedEngine();
    const text = `statement ok\nA\n\nstream s\nB\n\npush t\n[1]\n\nwatermark t '2020-01-01 00:00:00'\n\nemits s\n+I[1]\n\nemits s\n\nlate s 1\n\nend t`;
    expect(await run(text, engine)).toEqual([]);
    expect(engine.calls).toEqual(['A', 's: B', 't at 2020-01-01 00:00:00', 'end t']);
  });

  it('compares rows by exact value, not by spelling', async () => {
    const engine = new ScriptedEngine({ Q: insertOnly([], '[9007199254740993,1.50,"a"]') });
    expect(await run('query\nQ\n----\n[9007199254740993, 1.5, "a"]', engine)).toEqual([]);
    expect(await run('query\nQ\n----\n[9007199254740992, 1.5, "a"]', engine)).toMatchObject([{ line: 1 }]);
  });

  it('tells rows that are missing from rows in another order', async () => {
    const engine = new ScriptedEngine({ Q: insertOnly([], '[2]', '[1]') });
    expect(await run('query rowsort\nQ\n----\n[1]\n[2]', engine)).toEqual([]);
    expect(await run('query\nQ\n----\n[1]\n[2]', engine)).toHaveLength(1);
    expect(await run('query rowsort\nQ\n----\n[1]', engine)).toHaveLength(1);
    expect(await run('query valuesort\nQ\n----\n[2, 1]', engine)).toEqual([]);
  });

  it('compares columns where the file says them', async () => {
    const engine = new ScriptedEngine({ Q: insertOnly([{ name: 'a', type: 'INT' }]) });
    expect(await run('query\nQ\n----\n(a INT)\n', engine)).toEqual([]);
    expect(await run('query\nQ\n----\n(a BIGINT)\n', engine)).toHaveLength(1);
  });

  it('applies an updating result, or compares its changes', async () => {
    const rows = ['+I["a", 1]', '-U["a", 1]', '+U["a", 2]'].map(parseChange);
    const engine = new ScriptedEngine({ Q: { columns: [], rows } });
    expect(await run('query\nQ\n----\n["a", 2]', engine)).toEqual([]);
    expect(await run('query changelog\nQ\n----\n+I["a", 1]\n-U["a", 1]\n+U["a", 2]', engine)).toEqual([]);
    expect(await run('query changelog\nQ\n----\n+I["a", 2]', engine)).toHaveLength(1);
  });

  it('compares errors by code, place and message', async () => {
    const span = { start: 7, end: 8, line: 1, column: 8 };
    const engine = new ScriptedEngine({ Q: new SqlError('MS1001', 'unexpected x', { span }) });
    for (const fits of ['', ' MS1001', ' 1:8', ' MS1001 1:8 /x$/']) expect(await run(`statement error${fits}\nQ`, engine)).toEqual([]);
    for (const differs of [' MS1002', ' 1:9', ' /y/']) expect(await run(`statement error${differs}\nQ`, engine)).toHaveLength(1);
    expect(await run('statement error\nSELECT 1', engine)).toMatchObject([{ message: 'expected an error, but it succeeded' }]);
    expect(await run('statement ok\nQ', engine)).toMatchObject([{ line: 1, message: 'failed with MS1001 1:8 unexpected x' }]);
  });

  it('leaves out what is not for this engine, and goes on after a failure', async () => {
    const engine = new ScriptedEngine({ BAD: new Error('no') });
    const failures = await run(
      'skipif scripted\nstatement ok\nBAD\n\nonlyif flink\nstatement ok\nBAD\n\nstatement ok\nBAD\n\nlate s 2',
      engine,
    );
    expect(failures.map(({ line }) => line)).toEqual([9, 12]);
  });
});

describe('applying changes', () => {
  it('keeps rows that repeat apart', () => {
    expect(applyChanges(['+I[1]', '+I[1]', '-D[1.0]', '+I[2]'].map(parseChange))).toEqual(['[1]', '[2]']);
  });

  it('refuses to take back what is not there', () => {
    expect(() => applyChanges([parseChange('-D[1]')])).toThrow('takes back a row that is not there');
  });
});

describe('JSON text', () => {
  it('keeps digits, keys and their order', () => {
    const text = '{"b": [12345678901234567890.10, -0, 1E5], "a": null, "a": "\\u00e9\\n"}';
    expect(printJson(parseJson(text))).toBe('{"b": [12345678901234567890.10, -0, 1E5], "a": null, "a": "é\\n"}');
  });

  it('gives one text to one value', () => {
    for (const text of ['150', '150.0', '1.5E+2', '15e1']) expect(canonicalJson(`[${text}]`)).toBe('[150]');
    expect(canonicalJson('0.010')).toBe('1e-2');
    expect(canonicalJson('0.000')).toBe('0');
  });

  it.each(['', '[1', '[1,]', '[1 2]', '{1: 2}', '{"a" 1}', '01', 'nul', '[1] 2', '"a'])('refuses %s', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
