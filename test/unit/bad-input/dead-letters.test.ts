import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';
import type { Connector } from '../../../src/connectors/connector.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { fileWith, namesIn, runScript, tableOver, temporaryFolder } from './support.ts';

const COLUMNS = 'source STRING, line BIGINT, byte_offset BIGINT, reason STRING, record BYTES';
const json = { format: 'json' };
const toDead = { ...json, 'bad-records': 'dead-letter', 'bad-records.table': 'dead' };
const slowDead = `CREATE TABLE dead (${COLUMNS}) WITH ('connector' = 'slow');\n`;

/** A sink that takes a batch only at the second try, and keeps the lines it was given. */
class SlowSink {
  readonly lines: bigint[] = [];
  batches = 0;
  open = 0;
  closed: unknown[] = [];
  #refused = false;

  readonly connector: Connector = {
    descriptor: { name: 'slow', doc: '', options: [], formatted: false, sink: { changelog: 'insert' } },
    openSink: async () => {
      this.open++;
      return {
        bytesWritten: 0,
        write: (batch: Batch) => this.#write(batch),
        ready: () => new Promise((resolve) => setImmediate(resolve)),
        flush: async () => undefined,
        close: async (cause?: unknown) => void this.closed.push(cause),
      };
    },
  };

  #write(batch: Batch): boolean {
    this.#refused = !this.#refused;
    if (this.#refused) return false;
    this.batches++;
    const column = batch.columns[1]!;
    for (let n = 0; n < batch.size; n++) this.lines.push(BigInt(descriptorOf(column.type).json(column, batch.rowIndex(n))));
    return true;
  }
}

describe('a dead-letter table', () => {
  it('gets all records of a file that has no good one, however slow it is', async () => {
    const slow = new SlowSink();
    const count = 200_000;
    const tables = tableOver(fileWith('x\n'.repeat(count)), 'a INT', toDead) + slowDead;
    const { rows, metrics, error } = await runScript(`${tables}SELECT * FROM t;`, { connectors: [slow.connector] });
    expect(error).toBeUndefined();
    expect(rows).toEqual([]);
    expect(metrics).toMatchObject({ badRecords: count, rowsIn: 0, rowsOut: 0 });
    expect(slow.lines.length).toBe(count);
    expect(slow.lines.every((line, i) => line === BigInt(i + 1))).toBe(true);
    expect(slow.closed).toEqual([undefined]);
  }, 60_000);

  it('gets the bad records of several tables through one writer', async () => {
    const first = fileWith('{"a":1}\nx\n');
    const second = fileWith('y\n{"a":2}\nz\n');
    const dead = join(dirname(first), 'dead.json');
    const tables =
      tableOver(first, 'a INT', toDead, 't1') + tableOver(second, 'a INT', toDead, 't2') + tableOver(dead, COLUMNS, json, 'dead');
    const { rows, metrics } = await runScript(`${tables}SELECT a FROM t1 UNION ALL SELECT a FROM t2;`);
    expect([...rows].sort()).toEqual(['[1]', '[2]']);
    expect(metrics).toMatchObject({ badRecords: 3, rowsIn: 2, rowsOut: 2 });
    const letters = readFileSync(dead, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(letters.map(({ source, line }) => `${source}:${line}`).sort()).toEqual([`${first}:2`, `${second}:1`, `${second}:3`].sort());
  });

  it('lets a table go on beside one that has bad records only', async () => {
    const slow = new SlowSink();
    const many = tableOver(fileWith('x\n'.repeat(100_000)), 'a INT', toDead, 't1');
    const few = tableOver(fileWith('y\n{"a":1}\n'), 'a INT', toDead, 't2');
    let lettersBefore = -1;
    const text = `${many}${few}${slowDead}SELECT a FROM t1 UNION ALL SELECT a FROM t2;`;
    const session = await Session.open({ connectors: [slow.connector] });
    for (const statement of session.parse(text)) {
      const result = await session.run(statement, text);
      if (result.kind !== 'query') continue;
      const job = await session.start(result.plan, {
        onBatch: () => {
          lettersBefore = slow.lines.length;
          return true;
        },
      });
      await job.done;
    }
    expect(lettersBefore).toBeGreaterThanOrEqual(0);
    expect(lettersBefore).toBeLessThan(100_000);
    expect(slow.lines).toHaveLength(100_001);
  });

  it('gets a bad record once, though several INSERTs read its table', async () => {
    const path = fileWith('{"a":1}\nx\n{"a":2}\n');
    const folder = dirname(path);
    const sink = (name: string): string => tableOver(join(folder, `${name}.json`), 'a INT', json, name);
    const tables = tableOver(path, 'a INT', toDead) + tableOver(join(folder, 'dead.json'), COLUMNS, json, 'dead') + sink('s1') + sink('s2');
    const inserts = 'EXECUTE STATEMENT SET BEGIN INSERT INTO s1 SELECT * FROM t; INSERT INTO s2 SELECT a + 1 FROM t; END;';
    const { metrics, error } = await runScript(tables + inserts);
    expect(error).toBeUndefined();
    expect(metrics).toMatchObject({ badRecords: 1, rowsIn: 2, rowsOut: 4 });
    expect(readFileSync(join(folder, 's1.json'), 'utf8')).toBe('{"a":1}\n{"a":2}\n');
    expect(readFileSync(join(folder, 'dead.json'), 'utf8').trim().split('\n')).toHaveLength(1);
  });

  it('may have columns of other names, and computed ones', async () => {
    const path = fileWith('x\n');
    const dead = join(dirname(path), 'dead.csv');
    const columns = 'f STRING NOT NULL, l BIGINT, o BIGINT, why STRING, what BYTES, twice AS l * 2';
    const tables = tableOver(path, 'a INT', toDead) + tableOver(dead, columns, { format: 'csv' }, 'dead');
    expect((await runScript(`${tables}SELECT * FROM t; SELECT l, o, why, twice FROM dead;`)).rows).toEqual([
      '[1,0,"the record is not a JSON object",2]',
    ]);
  });

  it('keeps what was met before a LIMIT ended the query', async () => {
    const slow = new SlowSink();
    const tables = tableOver(fileWith('x\n{"a":1}\n{"a":2}\n'), 'a INT', toDead) + slowDead;
    const { rows } = await runScript(`${tables}SELECT * FROM t LIMIT 1;`, { connectors: [slow.connector] });
    expect(rows).toEqual(['[1]']);
    expect(slow.lines).toEqual([1n]);
  });

  it('keeps what was met before the job was drained', async () => {
    const slow = new SlowSink();
    const folder = temporaryFolder();
    writeFileSync(join(folder, '1.json'), `${'x\n'.repeat(10_000)}{"a":1}\n`);
    const options = { ...toDead, 'source.monitor-interval': '10 ms' };
    const text = `${tableOver(folder, 'a INT', options)}${slowDead}SELECT * FROM t;`;
    const session = await Session.open({ connectors: [slow.connector] });
    let rows = 0;
    for (const statement of session.parse(text)) {
      const result = await session.run(statement, text);
      if (result.kind !== 'query') continue;
      const job = await session.start(result.plan, {
        onBatch: ({ size }) => {
          rows += size;
          return true;
        },
      });
      await expect.poll(() => rows).toBe(1);
      await job.drain();
      expect(job.metrics().badRecords).toBe(10_000);
    }
    expect(slow.lines).toHaveLength(10_000);
  });

  it('has no output of a job that fails', async () => {
    const path = fileWith('x\n{"a":1}\n{"a":0}\n');
    const folder = join(dirname(path), 'dead');
    mkdirSync(folder);
    const tables = tableOver(path, 'a INT', toDead) + tableOver(folder, COLUMNS, json, 'dead');
    const { error } = await runScript(`${tables}SELECT 1 / a FROM t;`);
    expect(error?.code).toBe('MS2030');
    expect(namesIn(folder)).toEqual([]);
  });

  it('that cannot be written fails the job before a record is read', async () => {
    const path = fileWith('{"a":1}\n');
    const tables = tableOver(path, 'a INT', toDead) + tableOver(join(path, 'dead.json'), COLUMNS, json, 'dead');
    const { rows, error } = await runScript(`${tables}SELECT * FROM t;`);
    expect(error).toMatchObject({ code: 'MS3036' });
    expect(rows).toEqual([]);
  });

  it('is named by the plan and counted by the operator', async () => {
    const slow = new SlowSink();
    const text = `${tableOver(fileWith('x\n{"a":1}\n'), 'a INT', toDead)}${slowDead}EXPLAIN SELECT * FROM t; SELECT * FROM t;`;
    const session = await Session.open({ connectors: [slow.connector] });
    for (const statement of session.parse(text)) {
      const result = await session.run(statement, text);
      if (result.kind === 'text') expect(result.text).toContain('badRecords=[dead]');
      if (result.kind !== 'query') continue;
      const job = await session.start(result.plan);
      await job.done;
      const counts = Object.fromEntries(
        job.operators().map(({ name, badRecords, rowsOut }) => [name.replace(/^\d+_/, ''), [badRecords, rowsOut]]),
      );
      expect(counts).toMatchObject({ scan_t: [1, 1], bad_records_dead: [0, 1] });
    }
  });
});
