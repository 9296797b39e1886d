import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/common/clock.ts';
import { memoryConnector } from '../../../src/connectors/memory/memory-connector.ts';
import { type MemoryChange, MemoryTable } from '../../../src/connectors/memory/memory-table.ts';
import { type Batch, ROW_KIND_TEXT } from '../../../src/data/batch.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { SinkWriter } from '../../../src/runtime/sink.ts';
import type { SourceContext, SourceReader } from '../../../src/runtime/source.ts';
import { optionsOf, sinkContext, sourceContext } from './harness.ts';

const kernels = await loadKernels();
const schema: Schema = {
  fields: [
    { name: 'id', type: types.bigint(false) },
    { name: 'text', type: types.string() },
  ],
};

async function open(table: MemoryTable, raw: Record<string, string> = {}, rest: Partial<SourceContext> = {}): Promise<SourceReader> {
  const connector = memoryConnector(new Map([['t', table]]));
  return connector.openSource!(
    sourceContext(connector, kernels, rest.schema ?? schema, { name: 't', ...raw }, { tableSchema: schema, ...rest }),
  );
}

async function openSink(table: MemoryTable): Promise<SinkWriter> {
  const connector = memoryConnector(new Map([['t', table]]));
  return connector.openSink!(sinkContext(connector, kernels, schema, { name: 't' }));
}

/** The rows of a batch, each its kind and its values. */
function rowsOf(batch: Batch): unknown[][] {
  return Array.from({ length: batch.rowCount }, (_, row) => [
    ROW_KIND_TEXT[batch.kind(row)],
    ...batch.columns.map((column) => descriptorOf(column.type).read(column, row)),
  ]);
}

async function readAll(reader: SourceReader): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for (let turn = 0; turn < 100_000; turn++) {
    const polled = reader.poll();
    if (polled === 'end') return rows;
    if (polled === 'idle') await reader.wait(new AbortController().signal);
    else rows.push(...rowsOf(polled));
  }
  throw new Error('no end');
}

const row = (id: number, text: string | null = `t${id}`) => ({ id: BigInt(id), text });
const read = (id: number) => ['+I', BigInt(id), `t${id}`];
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('reading a memory table', () => {
  it('gives rows that are objects and rows that are arrays, with nulls', async () => {
    const table = MemoryTable.of([{ id: 1n, text: 'é' }, [2n, null], { text: 'x', id: 3n, more: true }, { id: 4n }]);
    expect(await readAll(await open(table))).toEqual([
      ['+I', 1n, 'é'],
      ['+I', 2n, null],
      ['+I', 3n, 'x'],
      ['+I', 4n, null],
    ]);
  });

  it('reads the columns it is asked for by their names', async () => {
    const reader = await open(MemoryTable.of([row(1), [2n, 'b']]), {}, { schema: { fields: [schema.fields[1]!] } });
    expect(await readAll(reader)).toEqual([
      ['+I', 't1'],
      ['+I', 'b'],
    ]);
  });

  it('makes batches of at most 4,096 rows and reports progress', async () => {
    const reader = await open(MemoryTable.of(range(10_000).map((i) => row(i))));
    expect((reader.poll() as Batch).rowCount).toBe(4096);
    expect(reader.progress()).toEqual({ done: 4096, total: 10_000 });
    expect((await readAll(reader)).length).toBe(10_000 - 4096);
    expect([...reader.activeSplits]).toEqual([]);
  });

  it('gives every query all rows of a fixed table', async () => {
    const table = MemoryTable.of([row(1)]);
    expect(await readAll(await open(table))).toEqual([read(1)]);
    expect(await readAll(await open(table))).toEqual([read(1)]);
  });

  it('waits for rows, and ends when the program says so', async () => {
    const table = new MemoryTable();
    const reader = await open(table);
    expect(reader.poll()).toBe('idle');
    expect([...reader.activeSplits]).toEqual([0]);
    const waiting = reader.wait(new AbortController().signal);
    table.push([row(1), row(2)]);
    await waiting;
    expect(rowsOf(reader.poll() as Batch)).toEqual([read(1), read(2)]);
    expect(reader.progress()).toBeUndefined();
    const last = reader.wait(new AbortController().signal);
    table.end();
    await last;
    expect(reader.poll()).toBe('end');
  });

  it('ends a wait when the signal is aborted', async () => {
    const reader = await open(new MemoryTable());
    const stop = new AbortController();
    const waiting = reader.wait(stop.signal);
    stop.abort();
    await expect(waiting).resolves.toBeUndefined();
    expect(reader.poll()).toBe('idle');
  });

  it('fails with the error that the program gives, after the rows before it', async () => {
    const table = new MemoryTable();
    table.push([row(1)]);
    table.fail(new Error('broken'));
    const reader = await open(table);
    expect(rowsOf(reader.poll() as Batch)).toEqual([read(1)]);
    expect(() => reader.poll()).toThrow('broken');
  });

  it('is read by the first of several workers', async () => {
    const table = MemoryTable.of([row(1)]);
    expect((await open(table, {}, { subtask: { index: 1, count: 2 } })).poll()).toBe('end');
    expect(await readAll(await open(table, {}, { subtask: { index: 0, count: 2 } }))).toEqual([read(1)]);
  });

  it('makes smaller batches where rows are slow to write', async () => {
    const clock = new VirtualClock();
    const slow = range(4096 * 3).map((i) => ({
      id: BigInt(i),
      get text() {
        clock.advance(0.01);
        return 'x';
      },
    }));
    const reader = await open(MemoryTable.of(slow), {}, { clock });
    const sizes = range(4).map(() => (reader.poll() as Batch).rowCount);
    expect(sizes[0]).toBe(4096);
    expect(sizes[1]).toBeLessThan(200);
    expect((await readAll(reader)).length + sizes.reduce((a, b) => a + b)).toBe(4096 * 3);
  });
});

describe('changes', () => {
  const changes = [
    ['+I', row(1)],
    ['-U', row(1)],
    ['+U', row(1, 'new')],
    ['-D', row(1, 'new')],
  ] as const;

  it('keep their kinds', async () => {
    const table = new MemoryTable();
    for (const [kind, value] of changes) table.change(kind, value);
    table.end();
    expect((await readAll(await open(table, { changelog: 'all' }))).map(([kind]) => kind)).toEqual(['+I', '-U', '+U', '-D']);
  });

  it('are refused where the table has none', async () => {
    for (const [changelog, kind] of [
      ['insert', '+U'],
      ['insert', '-D'],
      ['upsert', '-U'],
    ] as const) {
      const table = new MemoryTable();
      table.push([row(0)]);
      table.change(kind, row(1));
      const reader = await open(table, { changelog });
      expect(() => reader.poll()).toThrow(
        expect.objectContaining({ code: 'MS3052', message: expect.stringContaining(`row 2 of memory table t is ${kind}`) }),
      );
    }
  });

  it('are known to the planner from the options', () => {
    const connector = memoryConnector(
      new Map([
        ['a', MemoryTable.of([])],
        ['b', new MemoryTable()],
      ]),
    );
    const { source } = connector.descriptor;
    expect(source!.changelog!(optionsOf(connector, { name: 'a', changelog: 'ALL' }), false)).toBe('all');
    expect(source!.bounded(optionsOf(connector, { name: 'a' }))).toBe(true);
    expect(source!.bounded(optionsOf(connector, { name: 'b' }))).toBe(false);
  });
});

describe('a row that does not fit', () => {
  it.each([
    ['a value of the wrong class', { id: 'one' }, 'MS2003', 'column id in row 2 of memory table t'],
    ['null in a NOT NULL column', { text: 'x' }, 'MS2004', 'column id in row 2 of memory table t'],
    ['a value out of range', [2n ** 63n, 'x'], 'MS2001', 'column id in row 2 of memory table t'],
    ['an array of another length', [1n], 'MS3051', 'row 2 of memory table t is an array of 1'],
    ['no row at all', null, 'MS3051', 'row 2 of memory table t is null'],
    ['a number', 7, 'MS3051', 'row 2 of memory table t is 7'],
  ])('is an error that names its place: %s', async (_, bad, code, message) => {
    const reader = await open(MemoryTable.of([row(1), bad as never]));
    expect(() => reader.poll()).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  it('finds nothing inherited', async () => {
    const named: Schema = {
      fields: [
        { name: 'constructor', type: types.string() },
        { name: '__proto__', type: types.string() },
      ],
    };
    const reader = await open(MemoryTable.of([{}]), {}, { schema: named, tableSchema: named });
    expect(rowsOf(reader.poll() as Batch)).toEqual([['+I', null, null]]);
  });
});

describe('an iterable', () => {
  it('is taken no faster than it is read', async () => {
    let made = 0;
    function* rows() {
      for (;;) yield row(made++);
    }
    const reader = await open(MemoryTable.from(rows()));
    for (let i = 1; i <= 3; i++) {
      expect((reader.poll() as Batch).rowCount).toBe(4096);
      expect(made).toBe(i * 4096);
    }
  });

  it('that is asynchronous holds few rows, makes full batches and is told when nobody reads', async () => {
    let made = 0;
    let returned = false;
    async function* rows() {
      try {
        for (;;) yield row(made++);
      } finally {
        returned = true;
      }
    }
    const table = MemoryTable.from(rows());
    expect(table.bounded).toBe(false);
    const reader = await open(table);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect((reader.poll() as Batch).rowCount).toBe(4096);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(made).toBeLessThanOrEqual(4096 * 4);
    await reader.close();
    await expect.poll(() => returned).toBe(true);
    await expect(open(table)).rejects.toMatchObject({ code: 'MS3053' });
  });

  it('gives all its rows and ends', async () => {
    async function* rows() {
      for (const i of range(20_000)) yield row(i);
    }
    expect(await readAll(await open(MemoryTable.from(rows())))).toEqual(range(20_000).map(read));
    expect(await readAll(await open(MemoryTable.from(range(9000).map((i) => row(i)))))).toEqual(range(9000).map(read));
  });

  it('that fails makes the query fail, after the rows before', async () => {
    const failing = [
      (function* () {
        yield row(1);
        throw new Error('no more');
      })(),
      (async function* () {
        yield row(1);
        throw new Error('no more');
      })(),
    ];
    for (const rows of failing) {
      const reader = await open(MemoryTable.from(rows));
      if (reader.poll() === 'idle') {
        await reader.wait(new AbortController().signal);
        expect(rowsOf(reader.poll() as Batch)).toEqual([read(1)]);
      }
      await expect(readAll(reader)).rejects.toMatchObject({ code: 'MS3054', message: expect.stringContaining('no more') });
    }
  });
});

describe('keeping rows', () => {
  it('ends when all queries that read have read them', async () => {
    const table = new MemoryTable();
    table.push(range(3).map((i) => row(i)));
    const a = await open(table);
    const b = await open(table);
    a.poll();
    expect(table.changes.length).toBe(3);
    b.poll();
    expect(table.changes).toEqual([]);
    table.push([row(3)]);
    expect(rowsOf(a.poll() as Batch)).toEqual([read(3)]);
  });

  it('costs little for a million rows', async () => {
    const table = new MemoryTable();
    table.push(range(200_000).map((i) => row(i)));
    table.end();
    const reader = await open(table);
    let rowCount = 0;
    for (let polled = reader.poll(); polled !== 'end'; polled = reader.poll()) {
      rowCount += (polled as Batch).rowCount;

      if (rowCount === 4096 * 40) expect(table.log.end - table.log.base).toBeLessThan(100_000);
    }
    expect(rowCount).toBe(200_000);
  });

  it('resumes from a position while the rows are kept', async () => {
    const rows = range(30).map((i) => row(i));
    for (const table of [MemoryTable.of(rows), MemoryTable.from(rows)]) {
      for (const next of [0, 7, 30]) {
        const kept = table.options.bounded ? MemoryTable.from(rows) : table;
        const reader = await open(kept);
        reader.restore(JSON.parse(JSON.stringify({ next })));
        expect(await readAll(reader)).toEqual(range(30).slice(next).map(read));
      }
    }
    const table = new MemoryTable();
    table.push(rows);
    const reader = await open(table);
    reader.poll();
    expect(reader.position()).toEqual({ next: 30 });
    expect(() => reader.restore({ next: 5 })).toThrow(expect.objectContaining({ code: 'MS3053' }));
    expect(() => reader.restore({ next: 31 })).toThrow(expect.objectContaining({ code: 'MS3053' }));
  });
});

describe('writing a memory table', () => {
  const batchOf = async (table: MemoryTable): Promise<Batch> => (await open(table, { changelog: 'all' })).poll() as Batch;

  async function changesBatch(): Promise<Batch> {
    const table = new MemoryTable();
    table.push([row(1)]);
    table.change('+U', row(2, null));
    return batchOf(table);
  }

  const expected: MemoryChange[] = [
    { kind: '+I', values: [1n, 't1'] },
    { kind: '+U', values: [2n, null] },
  ];

  it('collects the changes', async () => {
    const table = new MemoryTable();
    const sink = await openSink(table);
    expect(sink.write(await changesBatch())).toBe(true);
    sink.watermark!(5n);
    await sink.close();
    expect(table.changes).toEqual(expected);
    expect(table.watermark).toBe(5n);
    expect(table.takeChanges()).toEqual(expected);
    expect(table.changes).toEqual([]);
  });

  it('hands them to who iterates, and holds the query back', async () => {
    const table = new MemoryTable();
    const sink = await openSink(table);
    const reading = table.read();
    const first = reading.next();
    const batch = await batchOf(MemoryTable.of(range(4096).map((i) => row(i))));
    let writes = 0;
    while (writes < 10 && sink.write(batch)) writes++;
    expect(writes).toBeLessThanOrEqual(3);
    expect((await first).value).toEqual({ kind: '+I', values: [0n, 't0'] });
    const ready = sink.ready();
    for (let i = 1; i < 4096 * 2; i++) await reading.next();
    await ready;
    expect(sink.write(batch)).toBe(true);
    table.end();
    let rest = 0;
    for await (const _ of reading) rest++;
    expect(rest).toBe(4096 * (writes + 1) - 4096 * 2);
  });

  it('calls back with changes, and waits for the promise', async () => {
    const seen: MemoryChange[] = [];
    let release = (): void => {};
    const table = new MemoryTable({
      onChanges: (changes) => {
        seen.push(...changes);
        return new Promise((resolve) => {
          release = resolve;
        });
      },
    });
    const sink = await openSink(table);
    const batch = await changesBatch();
    expect(sink.write(batch)).toBe(true);
    expect(sink.write(batch)).toBe(false);
    const ready = sink.ready();
    release();
    await ready;
    expect(sink.write(batch)).toBe(true);
    release();
    await sink.close();
    expect(seen).toEqual([...expected, ...expected]);
    expect(table.changes).toEqual([]);
  });

  it('calls back with batches', async () => {
    const seen: unknown[] = [];
    const sink = await openSink(new MemoryTable({ onBatch: (batch, { fields }) => seen.push(fields.length, rowsOf(batch)) }));
    sink.write(await changesBatch());
    await sink.close();
    expect(seen).toEqual([
      2,
      [
        ['+I', 1n, 't1'],
        ['+U', 2n, null],
      ],
    ]);
  });

  it('fails when the callback fails', async () => {
    const batch = await changesBatch();
    const throws = await openSink(
      new MemoryTable({
        onBatch: () => {
          throw new Error('oops');
        },
      }),
    );
    expect(() => throws.write(batch)).toThrow(expect.objectContaining({ code: 'MS3054', message: expect.stringContaining('oops') }));
    const rejects = await openSink(new MemoryTable({ onChanges: () => Promise.reject(new Error('oops')) }));
    rejects.write(batch);
    await expect(rejects.flush()).rejects.toMatchObject({ code: 'MS3054' });
    await expect(rejects.close()).rejects.toMatchObject({ code: 'MS3054' });
  });

  it('lets one query read what another writes', async () => {
    const table = new MemoryTable();
    const reader = await open(table);
    const sink = await openSink(table);
    const waiting = reader.wait(new AbortController().signal);
    sink.write(await batchOf(MemoryTable.of([row(1)])));
    await waiting;
    expect(rowsOf(reader.poll() as Batch)).toEqual([read(1)]);
  });
});

it('an unknown table is an error that names the nearest', async () => {
  const connector = memoryConnector(new Map([['orders', new MemoryTable()]]));
  await expect(connector.openSink!(sinkContext(connector, kernels, schema, { name: 'order' }))).rejects.toMatchObject({
    code: 'MS3050',
    hint: "did you mean 'orders'?",
  });
});
