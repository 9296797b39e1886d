import { describe, expect, it } from 'vitest';
import { consoleConnector } from '../../../src/connectors/console/console.ts';
import { drawTable } from '../../../src/connectors/console/console-table.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { SinkContext } from '../../../src/runtime/sink.ts';
import { batchOf, sinkContext } from './harness.ts';

const schema: Schema = {
  fields: [
    { name: 'city', type: types.string() },
    { name: 'n', type: types.bigint() },
  ],
};
type Change = readonly ['+I' | '-U' | '+U' | '-D', string | null, bigint | null];

async function open(raw: Record<string, string>, rest: Partial<SinkContext> = {}) {
  const kernels = await loadKernels();
  const batches: string[] = [];
  const context = sinkContext(consoleConnector, kernels, schema, raw, { insertOnly: false, print: (text) => batches.push(text), ...rest });
  const writer = await consoleConnector.openSink!(context);
  const write = (...changes: readonly Change[]): boolean =>
    writer.write(
      batchOf(
        kernels,
        schema,
        changes.map(([, ...row]) => row),
        changes.map(([kind]) => kind),
      ),
    );
  /** The rows of the table that was printed last, as `city n`. */
  const shown = (): string[] =>
    batches
      .at(-1)!
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(1)
      .map((line) =>
        line
          .split('|')
          .map((cell) => cell.trim())
          .join(' ')
          .trim(),
      );
  return { writer, write, batches, shown };
}

describe('the console sink', () => {
  it('prints a micro-batch as Spark does', async () => {
    const { writer, write, batches } = await open({}, { insertOnly: true });
    write(['+I', 'Bend', 1n], ['+I', null, -20n]);
    await writer.flush();
    expect(batches).toEqual([
      [
        '-------------------------------------------',
        'Batch: 0',
        '-------------------------------------------',
        '+----+---+',
        '|city|  n|',
        '+----+---+',
        '|Bend|  1|',
        '|NULL|-20|',
        '+----+---+',
        '\n',
      ].join('\n'),
    ]);
  });

  it('numbers micro-batches, and prints none without changes', async () => {
    const { writer, write, batches } = await open({ 'output-mode': 'complete' });
    await writer.flush();
    write(['+I', 'a', 1n]);
    await writer.flush();
    await writer.flush();
    write();
    await writer.flush();
    write(['+I', 'b', 1n]);
    await writer.flush();
    expect(batches.map((text) => text.split('\n')[1])).toEqual(['Batch: 0', 'Batch: 1']);
  });

  it('complete prints the whole result each time, an update in its place', async () => {
    const { writer, write, shown } = await open({ 'output-mode': 'complete' });
    write(['+I', 'a', 1n], ['+I', 'b', 1n]);
    await writer.flush();
    expect(shown()).toEqual(['a 1', 'b 1']);
    write(['-U', 'a', 1n], ['+U', 'a', 2n], ['+I', 'c', 1n]);
    await writer.flush();
    expect(shown()).toEqual(['a 2', 'b 1', 'c 1']);
    write(['-D', 'b', 1n]);
    await writer.flush();
    expect(shown()).toEqual(['a 2', 'c 1']);
  });

  it('complete follows upserts by the primary key', async () => {
    const { writer, write, shown } = await open({ outputMode: 'complete' }, { primaryKey: [0] });
    write(['+I', 'a', 1n], ['+I', 'b', 1n], ['+U', 'a', 5n], ['-D', 'b', null]);
    await writer.flush();
    expect(shown()).toEqual(['a 5']);
  });

  it('counts equal rows one by one without a key', async () => {
    const { writer, write, shown } = await open({ 'output-mode': 'complete' });
    write(['+I', 'a', 1n], ['+I', 'a', 1n], ['-D', 'a', 1n]);
    await writer.flush();
    expect(shown()).toEqual(['a 1']);
  });

  it('tells NULL from the text NULL', async () => {
    const { writer, write, shown } = await open({ 'output-mode': 'complete' });
    write(['+I', 'NULL', 1n], ['+I', null, 1n], ['-D', 'NULL', 1n], ['+I', 'x', 1n]);
    await writer.flush();
    expect(shown()).toEqual(['NULL 1', 'x 1']);
  });

  it('update prints what changed since the last micro-batch, as it is now', async () => {
    const { writer, write, shown } = await open({ 'output-mode': 'update' });
    write(['+I', 'a', 1n], ['+I', 'b', 1n]);
    await writer.flush();
    write(['-U', 'a', 1n], ['+U', 'a', 2n], ['-U', 'a', 2n], ['+U', 'a', 3n]);
    await writer.flush();
    expect(shown()).toEqual(['a 3']);
  });

  it('append prints new rows, and refuses updates with what to do', async () => {
    const { writer, write, shown } = await open({ 'output-mode': 'append' }, { insertOnly: true });
    write(['+I', 'a', 1n]);
    await writer.flush();
    write(['+I', 'b', 1n]);
    await writer.flush();
    expect(shown()).toEqual(['b 1']);
    expect(() => write(['+U', 'b', 2n])).toThrow(expect.objectContaining({ code: 'MS3003' }));
    await expect(open({})).rejects.toMatchObject({ code: 'MS3003', hint: expect.stringContaining("'complete'") });
  });

  it('prints what is left at the end, unless the job failed', async () => {
    const ended = await open({ 'output-mode': 'complete' });
    ended.write(['+I', 'a', 1n]);
    await ended.writer.close();
    expect(ended.batches).toHaveLength(1);
    const failed = await open({ 'output-mode': 'complete' });
    failed.write(['+I', 'a', 1n]);
    await failed.writer.close(new Error('stopped'));
    expect(failed.batches).toEqual([]);
  });

  it('shows no more rows than asked for, and says so', async () => {
    const { writer, write, batches, shown } = await open({ 'num-rows': '2' }, { insertOnly: true });
    write(['+I', 'a', 1n], ['+I', 'b', 1n], ['+I', 'c', 1n], ['+I', 'd', 1n]);
    await writer.flush();
    expect(shown()).toEqual(['a 1', 'b 1']);
    expect(batches[0]).toMatch(/only showing top 2 rows\n\n$/);
  });

  it('cuts long values at 20 characters, or not at all', async () => {
    const text = 'abcdefghijklmnopqrstuvwxyz';
    const cut = await open({}, { insertOnly: true });
    cut.write(['+I', text, 1n]);
    await cut.writer.flush();
    expect(cut.shown()).toEqual(['abcdefghijklmnopq... 1']);
    const whole = await open({ truncate: 'false' }, { insertOnly: true });
    whole.write(['+I', text, 1n]);
    await whole.writer.flush();
    expect(whole.shown()).toEqual([`${text} 1`]);
    await expect(open({ truncate: 'some' }, { insertOnly: true })).rejects.toMatchObject({ code: 'MS1303' });
  });
});

describe('the table', () => {
  const layout = { rowLimit: 20, cellLimit: 20 };

  it('is at least three wide, shows control characters, and counts wide characters twice', () => {
    expect(
      drawTable(
        ['a', '都市'],
        [
          ['1', 'x\ny'],
          ['22', '東京都'],
        ],
        layout,
      ),
    ).toBe('+---+------+\n|  a|  都市|\n+---+------+\n|  1|  x\\ny|\n| 22|東京都|\n+---+------+\n\n');
  });

  it('aligns to the left when nothing is cut', () => {
    expect(drawTable(['a'], [['1']], { ...layout, cellLimit: 0 })).toBe('+---+\n|a  |\n+---+\n|1  |\n+---+\n\n');
  });

  it('says that one row is shown of more', () => {
    expect(drawTable(['a'], [['1'], ['2']], { ...layout, rowLimit: 1 })).toContain('only showing top 1 row\n');
  });
});
