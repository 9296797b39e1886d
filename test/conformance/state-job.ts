import { expect } from 'vitest';
import { type Random, seededRandom } from '../../src/common/random.ts';
import type { SqlType } from '../../src/data/types/sql-type.ts';
import type { KeyedTable } from '../../src/state/keyed-table.ts';
import { type Key, KeyBatch, keySource, keyText, type StateUnderTest, scannedRows } from './state-model.ts';

interface ModelRow {
  readonly key: Key;
  count: bigint;
  text: string;
}

/** A table and a map that receive the same random work. Each row counts how often its key came, and keeps a text. */
export class RandomJob {
  readonly under: StateUnderTest;
  readonly table: KeyedTable;
  readonly model = new Map<string, ModelRow>();
  readonly #random: Random;
  readonly #source: () => Key;
  readonly #batch: KeyBatch;
  readonly #mistakes: string[] = [];
  #epoch = 0;

  constructor(under: StateUnderTest, keyTypes: readonly SqlType[], seed: number) {
    this.under = under;
    this.table = under.state.keyedTable('job', { keyTypes, slots: ['i8', 'i64', 'bytes16'], saveBefore: true });
    this.#random = seededRandom(seed);
    this.#source = keySource(keyTypes, 600, seed + 1);
    this.#batch = new KeyBatch(under.kernels, keyTypes);
  }

  lookUp(): void {
    const { table } = this;
    const { keys, picked } = this.#randomBatch();
    const before = new Map([...this.model].map(([text, row]) => [text, { ...row }]));
    const touched = table.lookup(this.#batch.batch, this.#batch.columns, ++this.#epoch);
    const addresses = new Map<string, number>();
    for (const i of picked) {
      const text = keyText(keys[i]!);
      const row = table.rows.view[i]!;
      this.#compare('address', addresses.get(text) ?? row, row);
      addresses.set(text, row);
      const found = this.model.get(text) ?? { key: keys[i]!, count: 0n, text: '' };
      this.model.set(text, { ...found, count: found.count + 1n });
      this.under.kernels.memory.i64[(row + table.slotOffsets[1]!) >>> 3]! += 1n;
    }
    expect(touched).toBe(addresses.size);
    const names = new Map([...addresses].map(([text, row]) => [row, text]));
    for (let t = 0; t < touched; t++) {
      const text = names.get(table.touched.view[t]!)!;
      this.#setText(table.touched.view[t]!, text);
      this.#setText(table.touched.view[t]!, text);
      const old = before.get(text);
      this.#compare('new', table.touchedNew.view[t], old === undefined ? 1 : 0);
      const was = table.beforeAddress + t * table.beforeStride;
      this.#compare('count before', this.#count(was), old?.count ?? 0n);
      this.#compare('text before', this.#text(was), old?.text ?? '');
    }
    expect(this.#mistakes).toEqual([]);
    this.#batch.freeStrings();
  }

  find(): void {
    const { keys, picked } = this.#randomBatch();
    const { size } = this.table;
    this.table.find(this.#batch.batch, this.#batch.columns);
    for (const i of picked) {
      const row = this.table.rows.view[i]!;
      const known = this.model.get(keyText(keys[i]!));
      if (known === undefined) this.#compare('absent', row, 0);
      else this.#compare('found', this.#count(row), known.count);
    }
    expect(this.#mistakes).toEqual([]);
    expect(this.table.size).toBe(size);
  }

  removeSome(): void {
    for (const { row, key } of scannedRows(this.under.kernels, this.table)) {
      if (this.#random.below(3) !== 0) continue;
      this.table.remove(row);
      this.model.delete(keyText(key));
    }
  }

  /** Replaces all views of the memory. */
  growMemory(): void {
    const { memory } = this.under.kernels;
    const { epoch } = memory;
    memory.ensureHeadroom(memory.wasm.buffer.byteLength);
    expect(memory.epoch).toBeGreaterThan(epoch);
  }

  check(): void {
    const { kernels } = this.under;
    expect(this.table.size).toBe(this.model.size);
    const rows: unknown[] = [];
    for (const { row, key } of scannedRows(kernels, this.table, 1 + this.#random.below(300)))
      rows.push([keyText(key), this.#count(row), this.#text(row)]);
    expect(rows.sort()).toEqual([...this.model].map(([text, row]) => [text, row.count, row.text]).sort());
  }

  /** The map as a table that got the same groups has it. */
  adopt(): void {
    for (const { row, key } of scannedRows(this.under.kernels, this.table)) {
      this.model.set(keyText(key), { key, count: this.#count(row), text: this.#text(row) });
    }
  }

  #compare(what: string, got: unknown, expected: unknown): void {
    if (got !== expected) this.#mistakes.push(`${what}: ${got} instead of ${expected}`);
  }

  #randomBatch(): { keys: readonly Key[]; picked: readonly number[] } {
    const keys = Array.from({ length: this.#random.below(5) === 0 ? 1 : 1 + this.#random.below(700) }, this.#source);
    const all = keys.map((_, i) => i);
    const picked = this.#random.below(2) === 0 ? all : all.filter(() => this.#random.below(3) !== 0);
    this.#batch.fill(keys, picked === all ? undefined : picked);
    return { keys, picked };
  }

  #setText(row: number, name: string): void {
    const text = '*'.repeat(this.#random.below(30));
    const { memory } = this.under.kernels;
    const stored = memory.store(text);
    this.table.reserveByteSize(1, stored.byteLength);
    this.table.setBytes(row, this.table.slotOffsets[2]!, stored.address, stored.byteLength);
    memory.free(stored.address, Math.max(1, stored.byteLength));
    this.model.get(name)!.text = text;
  }

  #count(row: number): bigint {
    return this.under.kernels.memory.i64[(row + this.table.slotOffsets[1]!) >>> 3]!;
  }

  #text(row: number): string {
    const offset = this.table.slotOffsets[2]!;
    return this.under.kernels.memory.text(this.table.bytesAddress(row, offset), this.table.bytesLength(row, offset));
  }
}

/** What all jobs together hold. */
export function merged(jobs: readonly RandomJob[]): unknown[] {
  return jobs.flatMap((job) => [...job.model].map(([text, row]) => [text, row.count, row.text])).sort();
}

/** Snapshots all jobs and restores each key group in one of `parallelism` new ones. */
export async function rescale(
  jobs: readonly RandomJob[],
  parallelism: number,
  make: () => Promise<StateUnderTest>,
  keyTypes: readonly SqlType[],
) {
  const groups = new Map<number, Uint8Array>();
  for (const job of jobs) {
    job.table.snapshot({
      writeGroup: (name, keyGroup, bytes) => {
        expect(name).toBe('job');
        expect(groups.has(keyGroup)).toBe(false);
        groups.set(keyGroup, bytes);
      },
    });
  }
  const next: RandomJob[] = [];
  for (let i = 0; i < parallelism; i++) {
    const job = new RandomJob(await make(), keyTypes, 500 + i);
    job.growMemory();
    job.table.restore({
      readGroups: (_, take) => {
        for (const [keyGroup, bytes] of groups) if (keyGroup % parallelism === i) take(keyGroup, bytes);
      },
    });
    job.adopt();
    next.push(job);
  }
  for (const job of jobs) job.under.state.close();
  return next;
}
