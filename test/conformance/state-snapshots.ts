import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../src/common/random.ts';
import { type SqlType, types } from '../../src/data/types/sql-type.ts';
import { readPage } from '../../src/state/saved-pages.ts';
import type { PageSink, StateSnapshot } from '../../src/state/state-snapshot.ts';
import { merged, RandomJob } from './state-job.ts';
import type { StateUnderTest } from './state-model.ts';

/** Keeps the newest copy of each page over any number of snapshots, and has no room at random. */
class PageKeeper implements PageSink {
  readonly #random: Random;
  #kept = new Map<number, Uint8Array>();
  #given = new Map<number, Uint8Array>();

  constructor(random: Random) {
    this.#random = random;
  }

  get hasRoom(): boolean {
    return this.#random.below(5) !== 0;
  }

  async whenRoom(): Promise<void> {}

  put(page: number, bytes: Uint8Array): void {
    expect(this.#given.has(page)).toBe(false);
    this.#given.set(page, bytes.slice());
  }

  /** The whole of a snapshot of which all pages were given. */
  keep({ pages, changed }: StateSnapshot): void {
    expect([...this.#given.keys()].sort()).toEqual([...changed].sort());
    const next = new Map<number, Uint8Array>();
    for (const page of pages) {
      const bytes = this.#given.get(page) ?? this.#kept.get(page);
      expect(bytes).toBeDefined();
      next.set(page, bytes!);
    }
    this.#kept = next;
    this.#given.clear();
  }

  giveUp(): void {
    this.#given.clear();
  }

  /** Rows of a table as a restore reads them. */
  *parts(table: number): Generator<readonly [keyGroup: number, bytes: Uint8Array]> {
    for (const [page, bytes] of this.#kept) {
      if (bytes.length === 0) continue;
      const saved = readPage(bytes, 0);
      expect(saved.page).toBe(page);
      for (const part of saved.parts) if (part.table === table) yield [part.keyGroup, part.bytes];
    }
  }
}

type Step = 'look up' | 'remove' | 'snapshot' | 'slice' | 'finish' | 'abandon' | 'grow' | 'rewrite';

const STEPS = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>('look up') },
    { weight: 2, arbitrary: fc.constant<Step>('remove') },
    { weight: 4, arbitrary: fc.constant<Step>('snapshot') },
    { weight: 8, arbitrary: fc.constant<Step>('slice') },
    { weight: 2, arbitrary: fc.constant<Step>('finish') },
    { weight: 1, arbitrary: fc.constantFrom<Step>('abandon', 'grow', 'rewrite') },
  ),
  { minLength: 5, maxLength: 40 },
);

/** Random work with snapshots under way; each must be what the table held when it began. */
class SnapshotJob {
  readonly #make: () => Promise<StateUnderTest>;
  readonly #keyTypes: readonly SqlType[];
  readonly #job: RandomJob;
  readonly #keeper: PageKeeper;
  #running: StateSnapshot | undefined;
  #expected: unknown[] = [];
  #stale: number[] = [];
  checked = 0;

  constructor(under: StateUnderTest, make: () => Promise<StateUnderTest>, keyTypes: readonly SqlType[], seed: number) {
    this.#make = make;
    this.#keyTypes = keyTypes;
    this.#job = new RandomJob(under, keyTypes, seed);
    this.#keeper = new PageKeeper(seededRandom(seed + 7));
  }

  async do(step: Step): Promise<void> {
    const job = this.#job;
    switch (step) {
      case 'look up':
        return job.lookUp();
      case 'remove':
        return job.removeSome();
      case 'grow':
        return job.growMemory();
      case 'snapshot':
        return this.#begin();
      case 'slice':
        if (this.#running?.step() === 'done') await this.#end();
        return;
      case 'finish':
        await this.#finish();
        return;
      case 'abandon':
        this.#running?.abandon(new Error('given up'));
        this.#running = undefined;
        return this.#keeper.giveUp();
      case 'rewrite':
        if (this.#running !== undefined) this.#stale = [...this.#running.pages].filter((page) => page % 2 === 0);
    }
  }

  async #finish(): Promise<void> {
    if (this.#running === undefined) return;
    await this.#running.finish();
    await this.#end();
  }

  #begin(): void {
    if (this.#running !== undefined) return;
    this.#expected = merged([this.#job]);
    this.#running = this.#job.under.state.beginSnapshot([this.#job.table]);
    this.#running.writeTo(this.#keeper).catch(() => undefined);
  }

  async #end(): Promise<void> {
    const snapshot = this.#running!;
    this.#running = undefined;
    this.#keeper.keep(snapshot);
    snapshot.keep(this.#stale);
    this.#stale = [];
    const copy = new RandomJob(await this.#make(), this.#keyTypes, 1);
    copy.table.restore({
      readGroups: (_, take) => {
        for (const [keyGroup, bytes] of this.#keeper.parts(snapshot.tables[0]!.number)) take(keyGroup, bytes);
      },
    });
    copy.adopt();
    expect(merged([copy])).toEqual(this.#expected);
    copy.check();
    // What was restored can go on.
    copy.lookUp();
    copy.removeSome();
    copy.check();
    copy.under.state.close();
    this.checked++;
  }

  async close(): Promise<void> {
    await this.#finish();
    this.#job.check();
    this.#job.under.state.close();
  }
}

const KEY_TYPES: readonly (readonly [string, readonly SqlType[]])[] = [
  ['BIGINT', [types.bigint(false)]],
  ['STRING', [types.string()]],
  ['BIGINT and STRING', [types.bigint(), types.string()]],
];

/** What snapshots of every implementation of StateBackend must be. `make` gives an empty backend with a memory of its own. */
export function snapshotConformance(name: string, make: () => Promise<StateUnderTest>): void {
  describe(`${name}: snapshot in slices`, () => {
    for (const [keys, keyTypes] of KEY_TYPES) {
      it(`is the state at its beginning, whatever happens meanwhile, keys ${keys}`, { timeout: 120_000 }, async () => {
        const seed = Math.trunc(Math.random() * 2 ** 31);
        let checked = 0;
        await fc.assert(
          fc.asyncProperty(STEPS, fc.integer({ min: 0, max: 1e6 }), async (steps, jobSeed) => {
            const job = new SnapshotJob(await make(), make, keyTypes, jobSeed);
            for (const step of steps) await job.do(step);
            await job.close();
            checked += job.checked;
          }),
          { numRuns: 25, seed },
        );
        expect(checked, `seed ${seed}`).toBeGreaterThan(0);
      });
    }
  });
}
