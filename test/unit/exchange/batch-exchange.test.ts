import { describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../../../src/common/random.ts';
import { Batch, ByteVector, IntVector } from '../../../src/data/batch.ts';
import { Column } from '../../../src/data/column.ts';
import { StringArena } from '../../../src/data/string-arena.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { type SqlType, types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import { BatchPacker } from '../../../src/runtime/exchange/batch-packer.ts';
import { BatchUnpacker } from '../../../src/runtime/exchange/batch-unpacker.ts';
import { contentAt, fill } from './columns.ts';

const SEED = 20261123;
const TYPES: readonly SqlType[] = [
  types.boolean(),
  types.int(),
  types.bigint(),
  types.double(),
  types.decimal(10, 2),
  types.decimal(38, 4),
  types.string(),
  types.timestamp(3),
  types.timestamp(9),
  types.date(),
  types.row([
    { name: 'a', type: types.bigint() },
    { name: 'b', type: types.row([{ name: 'c', type: types.string() }]) },
  ]),
];

const sender = await loadKernels();
const receiver = await loadKernels();

describe('a batch that goes to another worker', () => {
  it('is packed within the memory that was asked for, with several columns of long texts', () => {
    const columns = [types.string(), types.bigint(), types.string(), types.string()].map((type) => new Column(sender.memory, type));
    const batch = new Batch(columns);
    const arena = new StringArena(sender.memory);
    const indexes = new IntVector(sender.memory);
    const packer = new BatchPacker(sender);
    batch.rowCount = 4000;
    for (let row = 0; row < batch.rowCount; row++) {
      indexes.view[row] = row;
      for (const column of columns) {
        descriptorOf(column.type).write(column, row, column.storage === 'bytes' ? 'x'.repeat(100) : BigInt(row), arena);
      }
    }
    const alloc = vi.spyOn(sender.memory, 'alloc');
    const { length } = packer.pack(batch, indexes.address, batch.rowCount);
    const asked = alloc.mock.calls.map(([byteSize]) => byteSize);
    alloc.mockRestore();
    expect(length).toBeGreaterThan(1_200_000);
    expect(Math.max(...asked)).toBeGreaterThanOrEqual(length);
  });

  it('has the same rows there, of all types, with nulls and kinds', () => {
    const random = seededRandom(SEED);
    const columns = TYPES.map((type) => new Column(sender.memory, type));
    const batch = new Batch(columns);
    const kinds = new ByteVector(sender.memory);
    const arena = new StringArena(sender.memory);
    const indexes = new IntVector(sender.memory);
    const packer = new BatchPacker(sender);
    const unpacker = new BatchUnpacker(receiver, TYPES);
    for (let round = 0; round < 60; round++) {
      batch.rowCount = 1 + random.below(round % 10 === 0 ? 4096 : 50);
      batch.kinds = random.below(2) === 0 ? kinds : null;
      arena.reset();
      const nullShare = [0, 0, 2, 10][random.below(4)]!;
      for (const column of columns) fill(column, batch.rowCount, arena, random, nullShare);
      for (let row = 0; row < batch.rowCount; row++) kinds.view[row] = random.below(4);
      const picked = Array.from({ length: batch.rowCount }, (_, i) => i).filter(() => random.below(3) > 0);
      picked.forEach((row, n) => {
        indexes.view[n] = row;
      });
      const got = unpacker.unpack(packer.pack(batch, indexes.address, picked.length).slice());
      expect(got.rowCount).toBe(picked.length);
      const rows = picked.map((row) => [batch.kind(row), ...columns.map((column) => contentAt(sender, column, row))]);
      const gotRows = picked.map((_, n) => [got.kind(n), ...got.columns.map((column) => contentAt(receiver, column, n))]);
      expect(gotRows).toEqual(rows);
    }
    unpacker.free();
    packer.free();
  });

  it('may hold texts of any length', () => {
    const column = new Column(sender.memory, types.string());
    const arena = new StringArena(sender.memory);
    const texts = ['', 'é'.repeat(100_000), 'x', '', 'y'.repeat(1_000_000)];
    texts.forEach((text, row) => {
      descriptorOf(column.type).write(column, row, text, arena);
    });
    const batch = new Batch([column]);
    batch.rowCount = texts.length;
    const indexes = new IntVector(sender.memory);
    texts.forEach((_, row) => {
      indexes.view[row] = texts.length - 1 - row;
    });
    const got = new BatchUnpacker(receiver, [types.string()]).unpack(new BatchPacker(sender).pack(batch, indexes.address, 5).slice());
    expect(texts.map((_, row) => contentAt(receiver, got.columns[0]!, row))).toEqual(texts.toReversed());
  });

  it('may hold arrays and maps, whole, of the rows that go', () => {
    const inner = types.row([
      { name: 'n', type: types.int() },
      { name: 't', type: types.string() },
    ]);
    const nested = [types.array(types.string()), types.map(types.string(), types.array(types.bigint())), types.array(inner)];
    const random = seededRandom(SEED);
    const arena = new StringArena(sender.memory);
    const indexes = new IntVector(sender.memory);
    const [packer, unpacker] = [new BatchPacker(sender), new BatchUnpacker(receiver, nested)];
    const maybe = <T>(value: T): T | null => (random.below(5) === 0 ? null : value);
    const list = <T>(make: (i: number) => T): T[] => Array.from({ length: random.below(4) }, (_, i) => make(i));
    for (let round = 0; round < 20; round++) {
      const columns = nested.map((type) => new Column(sender.memory, type));
      const batch = new Batch(columns);
      batch.rowCount = 1 + random.below(60);
      const rows = Array.from({ length: batch.rowCount }, () => [
        maybe(list((i) => maybe(`text ${i}`))),
        maybe(new Map(list((i) => [`key ${i}`, maybe(list((k) => maybe(BigInt(k))))]))),
        maybe(list((i) => maybe({ n: i, t: maybe('x') }))),
      ]);
      rows.forEach((row, r) => {
        for (const [c, column] of columns.entries()) descriptorOf(column.type).write(column, r, row[c], arena);
      });
      const picked = rows.map((_, i) => i).filter(() => random.below(3) > 0);
      picked.forEach((row, n) => {
        indexes.view[n] = row;
      });
      const got = unpacker.unpack(packer.pack(batch, indexes.address, picked.length).slice());
      const text = (of: readonly Column[], row: number): string => of.map((column) => descriptorOf(column.type).json(column, row)).join();
      expect(picked.map((_, n) => text(got.columns, n))).toEqual(picked.map((row) => text(columns, row)));
      for (const column of columns) column.free();
    }
  });
});
