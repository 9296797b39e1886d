import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../src/common/random.ts';
import { IntVector } from '../../../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../../../src/data/column.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import type { Kernels } from '../../../src/kernels/kernels.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import { type KeyedTable, ScanCursor } from '../../../src/state/keyed-table.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import type { RowStore } from '../../../src/state/row-store.ts';
import { readPage } from '../../../src/state/saved-pages.ts';
import type { PageSink, StateSnapshot } from '../../../src/state/state-snapshot.ts';
import { type Key, KeyBatch, keyText, valueAt } from '../../conformance/state-model.ts';

const TYPES = [types.string(), types.bigint(false), types.string(), types.decimal(30, 2)];
const TEXTS = ['', 'a', 'twelve bytes', 'a text that does not fit into twelve bytes', null];

/** Keeps the newest copy of each page. */
class Pages implements PageSink {
  readonly hasRoom = true;
  readonly kept = new Map<number, Uint8Array>();

  async whenRoom(): Promise<void> {}

  put(page: number, bytes: Uint8Array): void {
    this.kept.set(page, bytes.slice());
  }
}

/** A store with what should be in it: values and a note, by address. */
class Job {
  readonly #kernels: Kernels;
  readonly #random: Random;
  readonly state: MemoryState;
  readonly store: RowStore;
  readonly #batch: KeyBatch;
  readonly #vector: IntVector;
  readonly #rows = new Map<number, { row: Key; note: number }>();

  constructor(kernels: Kernels, identity: readonly number[] | undefined, random: Random) {
    this.#kernels = kernels;
    this.#random = random;
    this.state = new MemoryState(kernels);
    this.store = this.state.rowStore('rows', { types: TYPES, groupColumns: [0], identity, links: 2 });
    this.#batch = new KeyBatch(kernels, TYPES);
    this.#vector = new IntVector(kernels.memory);
  }

  #newRow(): Key {
    const pick = <T>(values: readonly T[]): T => values[this.#random.below(values.length)]!;
    const wide = pick([null, 5n, -(10n ** 25n)]);
    return [pick(TEXTS), BigInt(this.#random.below(40)), pick(TEXTS), wide];
  }

  add(): void {
    const rows = Array.from({ length: 1 + this.#random.below(300) }, () => this.#newRow());
    const picked = this.#random.below(2) === 0 ? undefined : [...rows.keys()].filter(() => this.#random.below(3) > 0);
    const batch = this.#batch.fill(rows, picked);
    this.store.begin();
    this.store.place(batch);
    this.store.write(batch);
    for (const i of picked ?? rows.keys()) {
      const address = this.store.rows.view[i]! >>> 0;
      this.#rows.set(address, { row: rows[i]!, note: this.#rows.get(address)?.note ?? 0 });
    }
  }

  note(): void {
    const chosen = [...this.#rows.keys()].filter(() => this.#random.below(4) === 0).slice(0, BATCH_ROWS);
    this.#vector.view.set(chosen);
    this.store.begin();
    this.store.touch(this.#vector, chosen.length);
    for (const address of chosen) {
      const note = this.#random.below(1000);
      this.#kernels.memory.i32[(address + this.store.linkOffsets[1]!) >>> 2] = note;
      this.#rows.get(address)!.note = note;
    }
  }

  remove(): void {
    const chosen = [...this.#rows.keys()].filter(() => this.#random.below(3) === 0).slice(0, BATCH_ROWS);
    this.#vector.view.set(chosen);
    this.store.begin();
    this.store.remove(this.#vector, chosen.length);
    for (const address of chosen) this.#rows.delete(address);
  }

  wanted(): string[] {
    return [...this.#rows.values()].map(({ row, note }) => `${keyText(row)} ${note}`).sort();
  }

  /** What a scan finds. */
  held(): string[] {
    const columns = TYPES.map((type) => new Column(this.#kernels.memory, type));
    const cursor = new ScanCursor();
    const found: string[] = [];
    for (;;) {
      const count = this.store.scan(cursor, 1000, this.#vector);
      if (count === 0) break;
      this.store.read(this.#vector, count, columns);
      for (let n = 0; n < count; n++) {
        const note = this.#kernels.memory.i32[(this.#vector.view[n]! + this.store.linkOffsets[1]!) >>> 2]!;
        found.push(`${keyText(columns.map((column) => valueAt(this.#kernels, column, n)))} ${note}`);
      }
    }
    return found.sort();
  }

  table(): KeyedTable {
    let table: KeyedTable | undefined;
    const writeTable = (one: KeyedTable): void => {
      table = one;
    };
    this.store.snapshot({ writeGroup: () => undefined, writeTable });
    return table!;
  }
}

const KINDS: readonly (readonly [string, readonly number[] | undefined])[] = [
  ['that appends', undefined],
  ['by a unique key', [1]],
  ['by all columns', [1, 2, 3]],
];

describe.each(KINDS)('a row store %s', (_, identity) => {
  it('holds what was put there, also after a restore', async () => {
    const kernels = await loadKernels();
    const job = new Job(kernels, identity, seededRandom(1));
    for (let n = 0; n < 30; n++) {
      job.add();
      if (n % 2 === 0) job.note();
      if (n % 3 === 0) job.remove();
      expect(job.held()).toEqual(job.wanted());
    }
    const groups: [number, Uint8Array][] = [];
    job.store.snapshot({ writeGroup: (_name, group, bytes) => groups.push([group, bytes.slice()]) });
    const copy = new Job(kernels, identity, seededRandom(2));
    copy.store.restore({ readGroups: (_name, take) => groups.forEach(([group, bytes]) => void take(group, bytes)) });
    expect(copy.held()).toEqual(job.wanted());
    copy.add();
    expect(copy.store.size).toBeGreaterThan(0);
  });

  it.each([1, 2, 3, 4])('gives a snapshot of its beginning, whatever is done meanwhile (seed %d)', async (seed) => {
    const kernels = await loadKernels();
    const random = seededRandom(seed);
    const job = new Job(kernels, identity, random);
    const pages = new Pages();
    for (let round = 0; round < 4; round++) {
      for (let n = 0; n < 5; n++) job.add();
      const wanted = job.wanted();
      const snapshot = job.state.beginSnapshot([job.table()]);
      snapshot.writeTo(pages).catch(() => undefined);
      let last: ReturnType<StateSnapshot['step']> = 'more';
      for (let n = 0; last !== 'done'; n++) {
        // At first nothing is copied, so that rows are saved aside.
        if (n > 6) last = snapshot.step(() => random.below(2) === 0);
        [() => job.add(), () => job.note(), () => job.remove()][random.below(3)]!();
      }
      const number = snapshot.tables[0]!.number;
      const copy = new Job(kernels, identity, random);
      copy.store.restore({
        readGroups: (_name, take) => {
          for (const page of snapshot.pages) {
            const bytes = pages.kept.get(page)!;
            if (bytes.length === 0) continue;
            for (const part of readPage(bytes, 0).parts) if (part.table === number) take(part.keyGroup, part.bytes);
          }
        },
      });
      expect(copy.held()).toEqual(wanted);
      copy.state.close();
      snapshot.keep([]);
    }
    expect(job.held()).toEqual(job.wanted());
  });
});
