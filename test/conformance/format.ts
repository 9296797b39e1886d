import { describe, expect, it } from 'vitest';
import { readOptions } from '../../src/catalog/options.ts';
import { seededRandom } from '../../src/common/random.ts';
import { Batch, IntVector } from '../../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../../src/data/column.ts';
import type { Schema } from '../../src/data/schema.ts';
import { StringArena } from '../../src/data/string-arena.ts';
import { descriptorOf } from '../../src/data/types/descriptors.ts';
import type { Format } from '../../src/formats/format.ts';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.ts';
import { growMemory, smallMemoryKernels } from './small-memory.ts';

/** A format that reads and writes, with rows that it must carry without a change. */
export interface FormatUnderTest {
  readonly format: Format;
  readonly options?: Readonly<Record<string, string>>;
  readonly schema: Schema;
  /** Exact values in the order of the schema. */
  readonly rows: readonly (readonly unknown[])[];
  /** Whether a decoder can leave columns out. */
  readonly prunes?: boolean;
}

/** How bytes are offered to a decoder. */
interface Reading {
  /** Sizes of what comes at a time, in turn. */
  readonly pieces?: readonly number[];
  readonly schema?: Schema;
  readonly grows?: boolean;
  readonly policy?: 'fail' | 'skip';
}

/** What every format that reads and writes must do. */
export function formatConformance(name: string, subject: FormatUnderTest): void {
  const { format, schema, rows } = subject;
  const options = readOptions(format.descriptor.options, { ...subject.options }, { what: name });

  const encode = (kernels: Kernels, batch: Batch, room = 1 << 16): Uint8Array => {
    const { memory } = kernels;
    const encoder = format.createEncoder!({ kernels, schema, options, timeZone: 'UTC' });
    const parts: Uint8Array[] = [encoder.header() ?? new Uint8Array()];
    let size = room;
    for (let start = 0; start < batch.size; ) {
      const address = memory.alloc(size);
      const written = encoder.encode(batch, start, address, size);
      parts.push(memory.bytes(address, encoder.bytesWritten));
      memory.free(address, size);
      if (written === 0) size *= 2;
      start += written;
    }
    return Uint8Array.from(parts.flatMap((part) => [...part]));
  };

  /** Decodes as a source does: what was left over comes again, moved to another address, with what is new. */
  const decode = (kernels: Kernels, bytes: Uint8Array, reading: Reading = {}): string[] => {
    const { memory } = kernels;
    const { pieces = [Number.POSITIVE_INFINITY], grows = false, policy = 'fail' } = reading;
    const wanted = reading.schema ?? schema;
    const context = { kernels, schema: wanted, tableSchema: schema, options, timeZone: 'UTC', badRecords: policy, onBadRecord: () => {} };
    const decoder = format.createDecoder!(context);
    const batch = new Batch(wanted.fields.map(({ type }) => new Column(memory, type)));
    const result: string[] = [];
    decoder.beginInput('input');
    let done = 0;
    let offered = 0;
    for (let step = 0; ; step++) {
      offered = Math.min(bytes.length, offered + pieces[step % pieces.length]!);
      const last = offered === bytes.length;
      for (let more = true; more; ) {
        const stored = memory.store(bytes.subarray(done, offered));
        if (grows) growMemory(kernels);
        batch.rowCount = 0;
        decoder.beginBatch(batch);
        const consumed = decoder.decode(stored.address, offered - done, last, batch);
        result.push(...texts(batch));
        memory.u8.fill(0x21, stored.address, stored.address + stored.byteLength);
        memory.free(stored.address, Math.max(1, stored.byteLength));
        done += consumed;
        more = consumed > 0 && done < offered;
      }
      if (last) break;
    }
    decoder.close?.();
    for (const column of batch.columns) column.free();
    return result;
  };

  describe(`format ${name}`, async () => {
    const kernels = await loadKernels();
    const batch = batchOf(kernels, schema, rows);
    const expected = texts(batch);
    const bytes = encode(kernels, batch);

    it('reads what it has written', () => {
      expect(decode(kernels, bytes)).toEqual(expected);
    });

    it('reads bytes that come in pieces of any size', () => {
      const random = seededRandom(5);
      for (const pieces of [[1], [7], [3, 50, 1, 200], Array.from({ length: 31 }, () => 1 + random.below(90))]) {
        expect(decode(kernels, bytes, { pieces }), `pieces ${pieces}`).toEqual(expected);
      }
    });

    it('reads while the memory grows', async () => {
      expect(decode(await smallMemoryKernels(), bytes, { pieces: [40, 900], grows: true })).toEqual(expected);
    });

    it('reads a last record that nothing ends', () => {
      const cut = bytes.at(-1) === 0x0a ? bytes.subarray(0, bytes.length - 1) : bytes;
      expect(decode(kernels, cut)).toEqual(expected);
    });

    it('reads nothing from nothing', () => {
      expect(decode(kernels, encode(kernels, batchOf(kernels, schema, [])))).toEqual([]);
    });

    it('reads more rows than a batch holds', () => {
      const count = Math.ceil((BATCH_ROWS + 500) / rows.length);
      const encoder = format.createEncoder!({ kernels, schema, options, timeZone: 'UTC' });
      const header = encoder.header()?.length ?? 0;
      const many = [...bytes.subarray(0, header), ...Array.from({ length: count }, () => [...bytes.subarray(header)]).flat()];
      expect(decode(kernels, Uint8Array.from(many))).toEqual(Array.from({ length: count }, () => expected).flat());
    });

    it('writes rows one by one as it writes them together', () => {
      expect(encode(kernels, batch, 16)).toEqual(bytes);
    });

    it('writes only the rows that count', () => {
      const picked = rows.flatMap((_, i) => (i % 3 === 1 ? [] : [i]));
      const selected = Object.assign(new Batch(batch.columns), { rowCount: rows.length, selection: new IntVector(kernels.memory) });
      selected.selection.view.set(picked);
      selected.selectedCount = picked.length;
      expect(decode(kernels, encode(kernels, selected))).toEqual(picked.map((i) => expected[i]));
    });

    if (subject.prunes !== false) {
      it('reads any one of its columns alone, and none', () => {
        for (const [c, field] of schema.fields.entries()) {
          const column = rows.map((_, i) => `[${descriptorOf(field.type).json(batch.columns[c]!, i)}]`);
          expect(decode(kernels, bytes, { schema: { fields: [field] } }), field.name).toEqual(column);
        }
        expect(decode(kernels, bytes, { schema: { fields: [] } })).toEqual(rows.map(() => '[]'));
      });
    }

    it('survives any damage: it skips, or says what is wrong', () => {
      const random = seededRandom(6);
      for (let n = 0; n < 150; n++) {
        const damaged = bytes.slice();
        for (let hits = 1 + random.below(4); hits > 0; hits--) damaged[random.below(damaged.length)] = random.below(256);
        const cut = damaged.subarray(0, 1 + random.below(damaged.length));
        expect(decode(kernels, cut, { policy: 'skip', pieces: [1 + random.below(300)] }).length).toBeLessThanOrEqual(cut.length);
        try {
          decode(kernels, cut);
        } catch (error) {
          expect(error).toMatchObject({ name: 'DataError', code: expect.stringMatching(/^MS2/) });
        }
      }
    });
  });
}

function batchOf({ memory }: Kernels, { fields }: Schema, rows: readonly (readonly unknown[])[]): Batch {
  const arena = new StringArena(memory);
  const batch = new Batch(fields.map(({ type }) => new Column(memory, type)));
  for (const [i, row] of rows.entries())
    for (const [c, column] of batch.columns.entries()) descriptorOf(column.type).write(column, i, row[c], arena);
  batch.rowCount = rows.length;
  return batch;
}

function texts(batch: Batch): string[] {
  return Array.from({ length: batch.size }, (_, n) => {
    const i = batch.rowIndex(n);
    return `[${batch.columns.map((column) => descriptorOf(column.type).json(column, i)).join()}]`;
  });
}
