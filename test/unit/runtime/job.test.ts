import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';
import type { LocalJob } from '../../../src/backends/local/job.ts';
import { VirtualClock } from '../../../src/common/clock.ts';
import type { Connector } from '../../../src/connectors/connector.ts';
import { Batch } from '../../../src/data/batch.ts';
import { Column } from '../../../src/data/column.ts';
import { StringArena } from '../../../src/data/string-arena.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { Timestamp } from '../../../src/data/values/timestamp.ts';
import type { PollResult, SourceContext, SourceReader } from '../../../src/runtime/source.ts';
import { ListWriter } from './support.ts';

type Step = { readonly rows: readonly Readonly<Record<string, unknown>>[]; readonly split?: number } | 'idle' | 'end' | Error;

/** A source whose steps a test sets one by one, by the names of the table's columns. */
class Script implements SourceReader {
  readonly bytesRead = 0;
  readonly steps: Step[] = [];
  readonly context: SourceContext;
  readonly #batch: Batch;
  readonly #arena: StringArena;
  split = 0;
  activeSplits: ReadonlySet<number> = new Set([0]);
  closed = 0;
  isWaiting = false;
  #wake = (): void => {};

  constructor(context: SourceContext) {
    this.context = context;
    this.#arena = new StringArena(context.kernels.memory);
    this.#batch = new Batch(context.schema.fields.map(({ type }) => new Column(context.kernels.memory, type)));
  }

  add(...steps: Step[]): void {
    this.steps.push(...steps);
    this.#wake();
  }

  poll(): PollResult {
    const step = this.steps.shift() ?? 'idle';
    if (step instanceof Error) throw step;
    if (typeof step === 'string') return step;
    this.split = step.split ?? 0;
    this.#arena.reset();
    for (const [c, { name, type }] of this.context.schema.fields.entries())
      for (const [i, row] of step.rows.entries()) descriptorOf(type).write(this.#batch.columns[c]!, i, row[name] ?? null, this.#arena);
    this.#batch.rowCount = step.rows.length;
    return this.#batch;
  }

  wait(signal: AbortSignal): Promise<void> {
    if (this.steps.length > 0 || signal.aborted) return Promise.resolve();
    this.isWaiting = true;
    return new Promise((resolve) => {
      this.#wake = () => {
        this.isWaiting = false;
        resolve();
      };
      signal.addEventListener('abort', this.#wake, { once: true });
    });
  }

  position(): unknown {
    return undefined;
  }

  restore(): void {}

  progress(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

/** A session with the connectors `script` (a source and a sink) and `stubborn`, whose openSink fails. */
class Bench {
  readonly sources: Script[] = [];
  readonly sinks = new Map<string, ListWriter>();
  readonly clock = new VirtualClock(1000);
  session!: Session;

  static async open(): Promise<Bench> {
    const bench = new Bench();
    const connectors = [bench.#connector('script', false), bench.#connector('stubborn', true)];
    bench.session = await Session.open({ connectors, clock: bench.clock, print: () => undefined });
    return bench;
  }

  #connector(name: string, refuses: boolean): Connector {
    return {
      descriptor: {
        name,
        doc: '',
        options: [],
        formatted: false,
        source: { bounded: () => false, projection: true },
        sink: { changelog: 'all' },
      },
      openSource: async (context) => {
        const source = new Script(context);
        this.sources.push(source);
        return source;
      },
      openSink: async ({ tableName }) => {
        if (refuses) throw new Error('no such place');
        const writer = new ListWriter();
        this.sinks.set(tableName, writer);
        return writer;
      },
    };
  }

  async run(sql: string): Promise<LocalJob | undefined> {
    let job: LocalJob | undefined;
    for (const statement of this.session.parse(sql)) {
      const result = await this.session.run(statement, sql);
      if (result.kind === 'insert' || result.kind === 'query') job = await this.session.start(result.plan);
    }
    return job;
  }

  /** Lets the job work off what there is. */
  async settle(): Promise<void> {
    for (let n = 0; n < 50; n++) await new Promise((resolve) => setImmediate(resolve));
  }

  rows(sink = 'out'): string[] {
    return this.sinks.get(sink)!.rows;
  }
}

const PAIRS = `CREATE TABLE pairs (k BIGINT, v BIGINT) WITH ('connector' = 'script');
  CREATE TABLE \`out\` (k BIGINT, v BIGINT) WITH ('connector' = 'script');
  CREATE TABLE \`other\` (k BIGINT, v BIGINT) WITH ('connector' = 'script');`;

const rows = (...values: readonly (readonly [number, number])[]) => ({ rows: values.map(([k, v]) => ({ k: BigInt(k), v: BigInt(v) })) });

describe('job', () => {
  it('ends an unbounded source when LIMIT is reached, and closes everything', async () => {
    const bench = await Bench.open();
    const job = await bench.run(`${PAIRS} INSERT INTO \`out\` SELECT * FROM pairs LIMIT 3`);
    bench.sources[0]!.add(rows([1, 1], [2, 2]));
    await bench.settle();
    expect(bench.rows()).toHaveLength(2);
    bench.sources[0]!.add(rows([3, 3], [4, 4]));
    await job!.done;
    expect(bench.rows()).toEqual(['+I1,1', '+I2,2', '+I3,3']);
    expect(bench.sources[0]!.closed).toBe(1);
    expect(bench.sinks.get('out')!.closedWith).toEqual([undefined]);
  });

  it('does not end a source that another INSERT goes on to read', async () => {
    const bench = await Bench.open();
    const set =
      'EXECUTE STATEMENT SET BEGIN INSERT INTO `out` SELECT * FROM pairs LIMIT 1; INSERT INTO `other` SELECT k, v * 10 FROM pairs; END';
    const job = await bench.run(`${PAIRS} ${set}`);
    bench.sources[0]!.add(rows([1, 1], [2, 2]), rows([3, 3]), 'end');
    await job!.done;
    expect(bench.rows()).toEqual(['+I1,1']);
    expect(bench.rows('other')).toEqual(['+I1,10', '+I2,20', '+I3,30']);
  });

  it('reads a table once for two inserts', async () => {
    const bench = await Bench.open();
    const set =
      'EXECUTE STATEMENT SET BEGIN INSERT INTO `out` SELECT k, v FROM pairs WHERE v > 1; INSERT INTO `other` SELECT k, COUNT(*) FROM pairs GROUP BY k; END';
    const job = await bench.run(`${PAIRS} ${set}`);
    expect(bench.sources).toHaveLength(1);
    bench.sources[0]!.add(rows([1, 1], [2, 2]), rows([2, 3]), 'end');
    await job!.done;
    expect(bench.rows()).toEqual(['+I2,2', '+I2,3']);
    expect(bench.rows('other')).toEqual(['+I1,1', '+I2,1', '-U2,1', '+U2,2']);
    expect(job!.metrics()).toMatchObject({ rowsIn: 3, rowsOut: 6 });
  });

  it('does not ask a source for columns that nobody reads', async () => {
    const bench = await Bench.open();
    await bench.run(`CREATE TABLE wide (a INT, r ROW<x INT, y ROW<z INT, w STRING>>, b STRING) WITH ('connector' = 'script');
      CREATE TABLE o (w STRING) WITH ('connector' = 'script');
      INSERT INTO o SELECT r.y.w FROM wide WHERE r.x > 0`);
    const { fields } = bench.sources[0]!.context.schema;
    expect(fields.map(({ name }) => name)).toEqual(['r']);
    const type = fields[0]!.type;
    expect(JSON.stringify(type)).not.toContain('"z"');
    expect(JSON.stringify(type)).toContain('"w"');
    expect(bench.sources[0]!.context.tableSchema.fields).toHaveLength(3);
  });

  it('tells every writer why a job failed, closes every source, and rejects with the cause', async () => {
    const bench = await Bench.open();
    const set = `EXECUTE STATEMENT SET BEGIN INSERT INTO \`out\` SELECT * FROM pairs; INSERT INTO \`other\` SELECT * FROM pairs2; END`;
    const job = await bench.run(`${PAIRS} CREATE TABLE pairs2 (k BIGINT, v BIGINT) WITH ('connector' = 'script'); ${set}`);
    const cause = new Error('the disk is gone');
    bench.sources[0]!.add(rows([1, 1]), cause);
    await expect(job!.done).rejects.toBe(cause);
    expect([...bench.sinks.values()].map(({ closedWith }) => closedWith)).toEqual([[cause], [cause]]);
    expect(bench.sources.map(({ closed }) => closed)).toEqual([1, 1]);
  });

  it('closes everything even when closing fails, and says what failed first', async () => {
    const bench = await Bench.open();
    const set = `EXECUTE STATEMENT SET BEGIN INSERT INTO \`out\` SELECT * FROM pairs; INSERT INTO \`other\` SELECT * FROM pairs2; END`;
    const job = await bench.run(`${PAIRS} CREATE TABLE pairs2 (k BIGINT, v BIGINT) WITH ('connector' = 'script'); ${set}`);
    bench.sinks.get('out')!.close = () => {
      throw new Error('thrown, not rejected');
    };
    bench.sources[0]!.close = () => Promise.reject(new Error('cannot close'));
    for (const source of bench.sources) source.add('end');
    await expect(job!.done).rejects.toThrow('thrown, not rejected');
    expect(bench.sinks.get('other')!.closedWith).toEqual([undefined]);
    expect(bench.sources[1]!.closed).toBe(1);
  });

  it('closes what is open when something else cannot be opened', async () => {
    const bench = await Bench.open();
    const set = 'EXECUTE STATEMENT SET BEGIN INSERT INTO `out` SELECT * FROM pairs; INSERT INTO nowhere SELECT * FROM pairs; END';
    const statement = `${PAIRS} CREATE TABLE nowhere (k BIGINT, v BIGINT) WITH ('connector' = 'stubborn'); ${set}`;
    await expect(bench.run(statement)).rejects.toThrow('no such place');
    expect(bench.sources.map(({ closed }) => closed)).toEqual([1]);
    expect(bench.sinks.get('out')!.closedWith).toEqual([expect.objectContaining({ message: 'no such place' })]);
  });

  it('gives the writers a cause when it is cancelled, and none when it is drained', async () => {
    for (const how of ['cancel', 'drain'] as const) {
      const bench = await Bench.open();
      const job = await bench.run(`${PAIRS} INSERT INTO \`out\` SELECT k, SUM(v) FROM pairs GROUP BY k`);
      bench.sources[0]!.add(rows([1, 1]));
      await bench.settle();
      await job![how]();
      const [cause] = bench.sinks.get('out')!.closedWith;
      if (how === 'cancel') expect(cause).toBeInstanceOf(Error);
      else expect(cause).toBeUndefined();
      expect(bench.sources[0]!.closed).toBe(1);
    }
  });

  it('fails with the place in the statement where a value cannot be computed', async () => {
    const bench = await Bench.open();
    const job = await bench.run(`${PAIRS} INSERT INTO \`out\` SELECT k / v, v FROM pairs`);
    bench.sources[0]!.add(rows([1, 0]));
    await expect(job!.done).rejects.toThrow(expect.objectContaining({ code: 'MS2030' }));
    expect(bench.sinks.get('out')!.closedWith).toEqual([expect.objectContaining({ code: 'MS2030' })]);
  });
});

const CLICKS = (idle = '') => `CREATE TABLE clicks (page STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
    WITH ('connector' = 'script'${idle});
  CREATE TABLE \`out\` (ends TIMESTAMP(3), n BIGINT) WITH ('connector' = 'script');
  INSERT INTO \`out\` SELECT window_end, COUNT(*) FROM TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '10' SECOND) GROUP BY window_start, window_end`;

const at = (second: number) => ({ page: 'p', ts: Timestamp.from(`2024-01-01 00:00:${String(second).padStart(2, '0')}`) });
const end = (second: number, n: number): string => `+I${Date.parse(`2024-01-01T00:00:${second}Z`)},${n}`;

describe('event time in a job', () => {
  it('closes windows at the watermark, counts late rows, and tells the watermark', async () => {
    const bench = await Bench.open();
    const job = await bench.run(CLICKS());
    const [source] = bench.sources as [Script];
    source.add({ rows: [at(1), at(5), at(10)] });
    await bench.settle();
    expect(bench.rows()).toEqual([]);
    expect(job!.metrics().watermark).toBe(BigInt(Date.parse('2024-01-01T00:00:09Z')));
    source.add({ rows: [at(3), at(12)] }, { rows: [at(4), at(15)] });
    await bench.settle();
    expect(bench.rows()).toEqual([end(10, 3)]);
    expect(job!.metrics()).toMatchObject({ lateRows: 1, rowsIn: 7, rowsOut: 1 });
    source.add('end');
    await job!.done;
    expect(bench.rows()).toEqual([end(10, 3), end(20, 3)]);
  });

  it('keeps watermarks per split: the slowest decides', async () => {
    const bench = await Bench.open();
    const job = await bench.run(CLICKS());
    const [source] = bench.sources as [Script];
    source.activeSplits = new Set([0, 1]);
    source.add({ rows: [at(40)], split: 0 });
    await bench.settle();
    expect(bench.rows()).toEqual([]);
    source.add({ rows: [at(5)], split: 1 }, { rows: [at(8)], split: 1 });
    await bench.settle();
    expect([bench.rows(), job!.metrics().lateRows]).toEqual([[], 0]);
    source.add({ rows: [at(22)], split: 1 });
    await bench.settle();
    expect(bench.rows()).toEqual([end(10, 2)]);
    source.activeSplits = new Set([0]);
    source.add({ rows: [at(41)], split: 0 });
    await bench.settle();
    expect(bench.rows()).toEqual([end(10, 2), end(30, 1)]);
    await job!.cancel();
  });

  it('leaves a split out when it has been idle for the timeout, although nothing else happens', async () => {
    const bench = await Bench.open();
    const job = await bench.run(CLICKS(`, 'scan.watermark.idle-timeout' = '5 s'`));
    const [source] = bench.sources as [Script];
    source.activeSplits = new Set([0, 1]);
    source.add({ rows: [at(2)], split: 0 }, { rows: [at(31)], split: 0 });
    await bench.settle();
    expect(bench.rows()).toEqual([]);
    bench.clock.advance(3000);
    source.add({ rows: [at(32)], split: 0 });
    await bench.settle();
    expect(bench.rows()).toEqual([]);
    bench.clock.advance(2500);
    await bench.settle();
    expect(bench.rows()).toEqual([end(10, 1)]);
    // A row of the split that was idle: it is late for what has closed, and holds the time back again.
    source.add({ rows: [at(3), at(33)], split: 1 }, { rows: [at(59)], split: 0 });
    await bench.settle();
    expect([bench.rows(), job!.metrics().lateRows]).toEqual([[end(10, 1)], 1]);
    await job!.cancel();
  });

  it('waits, in a union, for the slower of two tables', async () => {
    const bench = await Bench.open();
    const job = await bench.run(`CREATE TABLE a (ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'script');
      CREATE TABLE b (ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'script');
      CREATE TABLE \`out\` (ends TIMESTAMP(3), n BIGINT) WITH ('connector' = 'script');
      CREATE VIEW both_of_them AS SELECT * FROM a UNION ALL SELECT * FROM b;
      INSERT INTO \`out\` SELECT window_end, COUNT(*) FROM TUMBLE(TABLE both_of_them, DESCRIPTOR(ts), INTERVAL '10' SECOND) GROUP BY window_start, window_end`);
    const [a, b] = bench.sources as [Script, Script];
    a.add({ rows: [at(1), at(50)] });
    await bench.settle();
    expect(bench.rows()).toEqual([]);
    b.add({ rows: [at(2), at(15)] });
    await bench.settle();
    expect(bench.rows()).toEqual([end(10, 2)]);
    b.add('end');
    await bench.settle();
    expect(bench.rows()).toEqual([end(10, 2), end(20, 1)]);
    await job!.cancel();
  });
});

describe('VALUES', () => {
  it('computes what no pass has folded, when it is read', async () => {
    const bench = await Bench.open();
    const sql = `${PAIRS} INSERT INTO \`out\` VALUES (1, 2 + 3), (CAST(RAND() AS BIGINT), CHAR_LENGTH('four'))`;
    await (await bench.run(sql))!.done;
    expect(bench.rows()).toEqual(['+I1,5', '+I0,4']);
    const job = await bench.run('INSERT INTO `out` VALUES (1, 1 / 0)');
    await expect(job!.done).rejects.toThrow(expect.objectContaining({ code: 'MS2030' }));
  });
});
