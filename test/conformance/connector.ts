import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/common/random.ts';
import { Batch, ByteVector, IntVector, ROW_KIND_TEXT } from '../../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../../src/data/column.ts';
import type { Field, Schema } from '../../src/data/schema.ts';
import { StringArena } from '../../src/data/string-arena.ts';
import { descriptorOf } from '../../src/data/types/descriptors.ts';
import type { Kernels } from '../../src/kernels/kernels.ts';
import type { SinkWriter } from '../../src/runtime/sink.ts';
import type { SourceReader } from '../../src/runtime/source.ts';
import { growMemory } from './small-memory.ts';

/** What of a source may differ from one opening to the next. */
export interface Opening {
  readonly schema?: Schema;
  readonly subtask?: { readonly index: number; readonly count: number };
}

/** A bounded source over data that stays the same while a test runs. */
export interface SourceUnderTest {
  readonly kernels: Kernels;
  readonly schema: Schema;
  readonly rowCount: number;
  readonly open: (opening: Opening) => Promise<SourceReader>;
  /** Whether a reader may be asked to share its rows with others; default true. */
  readonly splits?: boolean;
  /** Called where a reader waits, for sources that wait for a clock. */
  readonly pass?: () => void;
}

/** What every bounded source must do. `make` gives the same rows each time. */
export function sourceConformance(name: string, make: () => Promise<SourceUnderTest>): void {
  /** Reads until the end, or until `enough` says so. */
  const read = async (subject: SourceUnderTest, reader: SourceReader, enough = () => false): Promise<string[][]> => {
    const batches: string[][] = [];
    const { signal } = new AbortController();
    for (let idle = 0; idle < 50_000 && !enough(); ) {
      const polled = reader.poll();
      if (polled === 'end') return batches;
      if (polled === 'idle') {
        idle++;
        const waiting = reader.wait(signal);
        subject.pass?.();
        await waiting;
      } else {
        expect(polled.size).toBeGreaterThan(0);
        expect(reader.activeSplits.size === 0 || typeof reader.split === 'number').toBe(true);
        batches.push(rowTexts(polled));
      }
    }
    if (!enough()) throw new Error('the source does not come to an end');
    return batches;
  };
  const all = async (subject: SourceUnderTest, opening: Opening = {}): Promise<string[]> => {
    const reader = await subject.open(opening);
    const rows = (await read(subject, reader)).flat();
    await reader.close();
    return rows;
  };

  describe(`source ${name}`, () => {
    it('gives all its rows, each once, and is then at its end', async () => {
      const subject = await make();
      const reader = await subject.open({});
      const rows = (await read(subject, reader)).flat();
      expect(rows).toHaveLength(subject.rowCount);
      expect([reader.poll(), reader.poll()]).toEqual(['end', 'end']);
      await reader.close();
      expect(await all(subject)).toEqual(rows);
    });

    it('knows how far it is', async () => {
      const subject = await make();
      const reader = await subject.open({});
      let [done, bytes] = [reader.progress()?.done ?? 0, reader.bytesRead];
      for (const { signal } = new AbortController(); ; ) {
        const polled = reader.poll();
        if (polled === 'end') break;
        const progress = reader.progress();
        expect(progress?.done ?? 0).toBeGreaterThanOrEqual(done);
        expect(progress?.done ?? 0).toBeLessThanOrEqual(progress?.total ?? 0);
        expect(reader.bytesRead).toBeGreaterThanOrEqual(bytes);
        [done, bytes] = [progress?.done ?? 0, reader.bytesRead];
        if (polled === 'idle') {
          const waiting = reader.wait(signal);
          subject.pass?.();
          await waiting;
        }
      }
      const last = reader.progress();
      if (last !== undefined) expect(last.done).toBe(last.total);
      await reader.close();
    });

    it('fills only the columns that it is asked for', async () => {
      const subject = await make();
      const whole = (await all(subject)).map((row) => JSON.parse(row) as unknown[]);
      const { fields } = subject.schema;
      const some = [fields.slice(0, 1), fields.slice(1), fields.filter((_, i) => i % 2 === 0), [] as Field[]];
      for (const wanted of some) {
        const rows = await all(subject, { schema: { fields: wanted } });
        const columns = wanted.map((field) => fields.indexOf(field));
        expect(rows.map((row) => JSON.parse(row))).toEqual(whole.map((row) => columns.map((column) => row[column])));
      }
    });

    it('goes on from any place where it was left', async () => {
      const subject = await make();
      const expected = await all(subject);
      const reader = await subject.open({});
      const places: { position: string; rows: number }[] = [{ position: JSON.stringify(reader.position() ?? null), rows: 0 }];
      let count = 0;
      for (let more = true; more; ) {
        let batches = 0;
        const [batch = []] = await read(subject, reader, () => batches++ > 0);
        more = batch.length > 0 || count < subject.rowCount;
        count += batch.length;
        if (batch.length > 0) places.push({ position: JSON.stringify(reader.position() ?? null), rows: count });
      }
      await reader.close();
      expect(count).toBe(subject.rowCount);
      const random = seededRandom(3);
      const picked = places.length <= 8 ? places : Array.from({ length: 8 }, () => places[random.below(places.length)]!);
      for (const { position, rows } of picked) {
        const next = await subject.open({});
        next.restore(JSON.parse(position));
        expect((await read(subject, next)).flat(), `from row ${rows}`).toEqual(expected.slice(rows));
        await next.close();
      }
    });

    it('shares its rows among several readers without losing or doubling any', async () => {
      const subject = await make();
      if (subject.splits === false) return;
      const expected = await all(subject);
      const parts: string[] = [];
      for (let index = 0; index < 3; index++) parts.push(...(await all(subject, { subtask: { index, count: 3 } })));
      expect(parts.sort()).toEqual([...expected].sort());
    });

    it.each([
      [1, 2],
      [2, 1],
      [3, 2, 3],
      [2, 3, 1],
    ])('goes on with another number of readers: %i, then %i', async (...counts) => {
      const subject = await make();
      const probe = await subject.open({});
      const canRescale = probe.rescale !== undefined;
      await probe.close();
      if (!canRescale) return;
      const expected = await all(subject);
      const random = seededRandom(counts.length);
      const rows: string[] = [];
      let positions: string[] | undefined;
      for (const [stage, count] of counts.entries()) {
        const isLast = stage === counts.length - 1;
        const left: string[] = [];
        for (let index = 0; index < count; index++) {
          const reader = await subject.open({ subtask: { index, count } });
          if (positions !== undefined) reader.rescale!(positions.map((position) => JSON.parse(position)));
          // Some are much farther than others, some are at their end, and some have not begun.
          let batches = index === 1 ? 0 : random.below(4);
          rows.push(...(await read(subject, reader, () => !isLast && batches-- <= 0)).flat());
          left.push(JSON.stringify(reader.position()));
          await reader.close();
        }
        positions = left;
      }
      expect(rows.sort()).toEqual([...expected].sort());
    });

    it('gives the same rows while the memory grows', async () => {
      const subject = await make();
      const expected = await all(subject);
      const reader = await subject.open({});
      let polls = 0;
      const rows = (
        await read(subject, reader, () => {
          if (++polls < 20) growMemory(subject.kernels);
          return false;
        })
      ).flat();
      expect(rows).toEqual(expected);
      await reader.close();
    });

    it('can be closed at any time, and waits no longer than it is asked to', async () => {
      const subject = await make();
      for (const polls of [0, 1, 3]) {
        const reader = await subject.open({});
        for (let n = 0; n < polls; n++) reader.poll();
        const abort = new AbortController();
        const waiting = reader.wait(abort.signal);
        abort.abort();
        await waiting;
        await reader.close();
      }
      expect(await all(subject)).toHaveLength(subject.rowCount);
    });
  });
}

/** A sink, and how what it has made can be looked at. */
export interface SinkUnderTest {
  readonly kernels: Kernels;
  readonly schema: Schema;
  /** Exact values in the order of the schema. */
  readonly rows: readonly (readonly unknown[])[];
  readonly open: () => Promise<SinkWriter>;
  /** The rows that can be seen: as their kind and JSON texts, in order; kinds are always +I where the sink has none. */
  readonly written: () => Promise<readonly string[]>;
  readonly updates?: boolean;
  /** Whether rows are only seen when the sink is closed without a cause. */
  readonly hidesUnfinished?: boolean;
}

const write = async (writer: SinkWriter, batch: Batch): Promise<void> => {
  for (let tries = 0; !writer.write(batch); tries++) {
    if (tries > 1000) throw new Error('the sink takes no more rows');
    await writer.ready();
  }
};
const expectedRows = (batch: Batch): string[] => rowTexts(batch).map((row, n) => ROW_KIND_TEXT[batch.kind(batch.rowIndex(n))] + row);

/** What every sink must do. `make` gives an empty one. */
export function sinkConformance(name: string, make: () => Promise<SinkUnderTest>): void {
  describe(`sink ${name}`, () => {
    it.each(['all at once', 'one by one', 'as a selection'])('takes rows %s, in their order', async (how) => {
      const subject = await make();
      const writer = await subject.open();
      const batch = fillBatch(subject, subject.rows);
      const selection = new IntVector(subject.kernels.memory);
      const picks =
        how === 'one by one'
          ? subject.rows.map((_, i) => [i])
          : [subject.rows.flatMap((_, i) => (how === 'as a selection' && i % 3 === 1 ? [] : [i]))];
      const expected: string[] = [];
      for (const pick of picks) {
        if (how !== 'all at once') batch.selection = selection;
        selection.view.set(pick);
        batch.selectedCount = pick.length;
        expected.push(...expectedRows(batch));
        await write(writer, batch);
        if (expected.length % 7 === 0) await writer.flush();
      }
      const before = writer.bytesWritten;
      writer.watermark?.(1000n);
      await writer.close();
      expect(writer.bytesWritten).toBeGreaterThanOrEqual(before);
      expect(await subject.written()).toEqual(expected);
    });

    it('keeps what it is handed, although the batch is overwritten and the memory grows', async () => {
      const subject = await make();
      const writer = await subject.open();
      const expected: string[] = [];
      for (let n = 0; n < 5; n++) {
        const batch = fillBatch(subject, subject.rows);
        expected.push(...expectedRows(batch));
        await write(writer, batch);
        spoil(batch);
        growMemory(subject.kernels);
      }
      await writer.close();
      expect(await subject.written()).toEqual(expected);
    });

    it('takes full batches', async () => {
      const subject = await make();
      const writer = await subject.open();
      const rows = Array.from({ length: BATCH_ROWS }, (_, i) => subject.rows[i % subject.rows.length]!);
      const batch = fillBatch(subject, rows);
      for (let n = 0; n < 3; n++) await write(writer, batch);
      await writer.close();
      expect(await subject.written()).toHaveLength(3 * BATCH_ROWS);
    });

    it('ends well without rows', async () => {
      const subject = await make();
      const writer = await subject.open();
      await write(writer, Object.assign(fillBatch(subject, []), { selection: null }));
      await writer.flush();
      await writer.close();
      expect(await subject.written()).toEqual([]);
    });

    it('takes changes of every kind', async () => {
      const subject = await make();
      if (subject.updates !== true) return;
      const writer = await subject.open();
      const batch = fillBatch(subject, subject.rows);
      batch.kinds = new ByteVector(subject.kernels.memory);
      batch.kinds.view.set(subject.rows.map((_, i) => i % 4));
      await write(writer, batch);
      await writer.close();
      expect(await subject.written()).toEqual(expectedRows(batch));
    });

    it('gives up what is unfinished when the job has failed', async () => {
      const subject = await make();
      const writer = await subject.open();
      await write(writer, fillBatch(subject, subject.rows));
      await writer.close(new Error('the job has failed'));
      if (subject.hidesUnfinished) expect(await subject.written()).toEqual([]);
      else expect((await subject.written()).length).toBeLessThanOrEqual(subject.rows.length);
    });
  });
}

/** A sink of a job that makes checkpoints. Whoever opens it does so in the place of the one before. */
export interface CheckpointedSink extends SinkUnderTest {
  /** Whether rows are only seen when the job has ended, and not with each checkpoint. */
  readonly atEnd?: boolean;
}

/** What every sink must do that promises exactly-once. `make` gives an empty one. */
export function exactlyOnceConformance(name: string, make: () => Promise<CheckpointedSink>): void {
  const begin = async (subject: CheckpointedSink, prepared: readonly unknown[] = [], jobFinished = false): Promise<SinkWriter> => {
    const writer = await subject.open();
    await writer.restore!(JSON.parse(JSON.stringify(prepared)) as unknown[], jobFinished);
    return writer;
  };
  /** Writes the rows [from, to) of the subject; returns them as they are to be seen. */
  const put = async (subject: CheckpointedSink, writer: SinkWriter, from: number, to: number): Promise<string[]> => {
    const batch = fillBatch(subject, subject.rows.slice(from, to));
    await write(writer, batch);
    return expectedRows(batch);
  };
  const seen = async (subject: CheckpointedSink): Promise<string[]> => [...(await subject.written())].sort();
  const sorted = (...rows: string[][]): string[] => rows.flat().sort();

  describe(`exactly-once sink ${name}`, () => {
    it('shows the rows of a checkpoint when it is complete, and not before', async () => {
      const subject = await make();
      const writer = await begin(subject);
      const first = await put(subject, writer, 0, 20);
      const prepared = await writer.prepareCommit!(1);
      expect(await seen(subject)).toEqual([]);
      const second = await put(subject, writer, 20, 50);
      await writer.flush();
      await writer.commit!(prepared);
      expect(await seen(subject)).toEqual(subject.atEnd ? [] : sorted(first));
      await writer.close();
      expect(await seen(subject)).toEqual(sorted(first, second));
    });

    it('commits once what it is told to commit twice', async () => {
      const subject = await make();
      const writer = await begin(subject);
      const rows = await put(subject, writer, 0, 20);
      const prepared = await writer.prepareCommit!(1);
      for (let n = 0; n < 2; n++) await writer.commit!(prepared);
      for (let n = 0; n < 2; n++) await writer.commit!(JSON.parse(JSON.stringify(prepared)));
      await writer.close();
      expect(await seen(subject)).toEqual(sorted(rows));
    });

    it('commits with a checkpoint what was prepared for one that was given up', async () => {
      const subject = await make();
      const writer = await begin(subject);
      const first = await put(subject, writer, 0, 20);
      const one = await writer.prepareCommit!(1);
      const second = await put(subject, writer, 20, 40);
      const two = await writer.prepareCommit!(2);
      for (const prepared of [one, two]) await writer.commit!(prepared);
      expect(await seen(subject)).toEqual(subject.atEnd ? [] : sorted(first, second));
      const next = await begin(subject, [one, two]);
      const third = await put(subject, next, 40, 50);
      await next.close();
      expect(await seen(subject)).toEqual(sorted(first, second, third));
    });

    it.each(['is killed', 'fails'])('goes on from a checkpoint when the job %s, without what came after it', async (how) => {
      const subject = await make();
      const killed = await begin(subject);
      const first = await put(subject, killed, 0, 20);
      const one = await killed.prepareCommit!(1);
      await killed.commit!(one);
      const second = await put(subject, killed, 20, 40);
      const two = await killed.prepareCommit!(2);
      await put(subject, killed, 40, 60);
      await killed.flush();
      if (how === 'fails') await killed.close(new Error('the job has failed'));
      const writer = await begin(subject, [two]);
      expect(await seen(subject)).toEqual(subject.atEnd ? [] : sorted(first, second));
      const third = await put(subject, writer, 40, 70);
      await writer.commit!(await writer.prepareCommit!(3));
      await writer.close();
      expect(await seen(subject)).toEqual(sorted(first, second, third));
    });

    it('gives up what a killed job had prepared for a checkpoint that was never complete', async () => {
      const subject = await make();
      const killed = await begin(subject);
      const first = await put(subject, killed, 0, 20);
      const one = await killed.prepareCommit!(1);
      await put(subject, killed, 20, 40);
      await killed.prepareCommit!(2);
      const writer = await begin(subject, [one]);
      const again = await put(subject, writer, 20, 40);
      await writer.close();
      expect(await seen(subject)).toEqual(sorted(first, again));
    });

    it('begins anew where a killed job had made no checkpoint', async () => {
      const subject = await make();
      const killed = await begin(subject);
      await put(subject, killed, 0, 20);
      await killed.prepareCommit!(1);
      await put(subject, killed, 20, 30);
      await killed.flush();
      const writer = await begin(subject);
      const rows = await put(subject, writer, 0, 30);
      await writer.close();
      expect(await seen(subject)).toEqual(sorted(rows));
    });

    it('goes on again and again from one checkpoint', async () => {
      const subject = await make();
      const killed = await begin(subject);
      const first = await put(subject, killed, 0, 20);
      const one = await killed.prepareCommit!(1);
      for (let n = 0; n < 3; n++) {
        const next = await begin(subject, [one]);
        await put(subject, next, 20, 30 + n);
        await next.prepareCommit!(2);
      }
      const writer = await begin(subject, [one]);
      await writer.close();
      expect(await seen(subject)).toEqual(sorted(first));
    });

    it('shows the rows of a finished job once, when it was killed before or after it showed them', async () => {
      for (const closes of [false, true]) {
        const subject = await make();
        const killed = await begin(subject);
        const rows = await put(subject, killed, 0, 20);
        const last = await killed.prepareCommit!(1);
        if (closes) {
          await killed.commit!(last);
          await killed.close();
        }
        for (let n = 0; n < 2; n++) await (await begin(subject, [last], true)).close();
        expect(await seen(subject)).toEqual(sorted(rows));
      }
    });

    it('takes a checkpoint without rows', async () => {
      const subject = await make();
      const writer = await begin(subject);
      for (let n = 1; n < 4; n++) await writer.commit!(await writer.prepareCommit!(n));
      const rows = await put(subject, writer, 0, 5);
      const prepared = await writer.prepareCommit!(4);
      const next = await begin(subject, [prepared]);
      await next.commit!(await next.prepareCommit!(5));
      await next.close();
      expect(await seen(subject)).toEqual(sorted(rows));
    });
  });
}

/** A batch of rows, exact values in the order of the schema. */
export function fillBatch({ kernels, schema }: Pick<SinkUnderTest, 'kernels' | 'schema'>, rows: readonly (readonly unknown[])[]): Batch {
  const arena = new StringArena(kernels.memory);
  const batch = new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));
  for (const [i, row] of rows.entries())
    for (const [c, column] of batch.columns.entries()) descriptorOf(column.type).write(column, i, row[c], arena);
  batch.rowCount = rows.length;
  return batch;
}

/** Overwrites values and texts: who refers to them instead of copying is found out. */
function spoil({ columns, rowCount }: Batch): void {
  for (const column of columns) {
    if (column.storage === 'bytes') {
      for (let i = 0; i < rowCount; i++) {
        const address = Number(column.values[i]) >>> 0;
        if (!column.isNull(i)) column.memory.u8.fill(0x21, address, address + Number(column.aux[i]));
      }
    }
    new Uint8Array(column.values.buffer, column.values.byteOffset, column.values.byteLength).fill(0);
  }
}

/** The rows of a batch as JSON texts. */
export function rowTexts(batch: Batch): string[] {
  return Array.from({ length: batch.size }, (_, n) => {
    const i = batch.rowIndex(n);
    return `[${batch.columns.map((column) => descriptorOf(column.type).json(column, i)).join()}]`;
  });
}
