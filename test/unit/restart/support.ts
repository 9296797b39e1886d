import { Session } from '../../../src/api/session.ts';
import type { LocalJob } from '../../../src/backends/local/job.ts';
import { type Clock, VirtualClock } from '../../../src/common/clock.ts';
import type { Connector } from '../../../src/connectors/connector.ts';
import { Batch, ROW_KIND_TEXT } from '../../../src/data/batch.ts';
import { Column } from '../../../src/data/column.ts';
import { CheckpointStore } from '../../../src/runtime/checkpoints/checkpoint-store.ts';
import type { SinkWriter } from '../../../src/runtime/sink.ts';
import type { PollResult, SourceContext, SourceReader } from '../../../src/runtime/source.ts';
import { MemoryFiles } from '../checkpoints/memory-files.ts';

const ROWS = 10;
const BATCH_MS = 10;
const SETTINGS = { intervalMs: 100, minPauseMs: 0, timeoutMs: 1000, tolerableFailures: 0 };

export interface Faults {
  /** Thrown when the source comes to this batch, one after the other. */
  readonly source: Map<number, unknown[]>;
  /** Thrown when a sink commits, prepares or is opened, one after the other. */
  readonly commit: unknown[];
  readonly prepare: unknown[];
  readonly open: unknown[];
  /** How long preparing takes, milliseconds. */
  prepareMs: number;
}

/** Ten rows (k, v) every ten milliseconds, k from 0 to 6. */
class Ticks implements SourceReader {
  readonly split = 0;
  readonly bytesRead = 0;
  readonly activeSplits = new Set([0]);
  readonly #batch: Batch;
  readonly #clock: Clock;
  readonly #batches: number;
  readonly #faults: Faults;
  #next = 0;
  #isDue = true;

  constructor({ kernels, schema, clock }: SourceContext, batches: number, faults: Faults) {
    this.#batch = new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));
    this.#clock = clock;
    this.#batches = batches;
    this.#faults = faults;
  }

  poll(): PollResult {
    if (this.#next === this.#batches) return 'end';
    if (!this.#isDue) return 'idle';
    const fault = this.#faults.source.get(this.#next)?.shift();
    if (fault !== undefined) throw fault;
    this.#isDue = false;
    const [k, v] = this.#batch.columns;
    for (let i = 0; i < ROWS; i++) {
      const row = this.#next * ROWS + i;
      k!.values[i] = BigInt(row % 7) as never;
      v!.values[i] = BigInt(row) as never;
    }
    this.#next++;
    this.#batch.rowCount = ROWS;
    return this.#batch;
  }

  async wait(signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(BATCH_MS, signal);
    this.#isDue = true;
  }

  position(): unknown {
    return this.#next;
  }

  restore(position: unknown): void {
    this.#next = position as number;
  }

  progress(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    for (const column of this.#batch.columns) column.free();
  }
}

/** What an exactly-once sink has made visible, over all its writers. */
class Shelf {
  readonly prepared = new Map<string, readonly string[]>();
  readonly visible: string[] = [];
  count = 0;
}

class ShelfWriter implements SinkWriter {
  readonly bytesWritten = 0;
  readonly #shelf: Shelf;
  readonly #faults: Faults;
  readonly #clock: Clock;
  #rows: string[] = [];

  constructor(shelf: Shelf, faults: Faults, clock: Clock) {
    this.#clock = clock;
    this.#shelf = shelf;
    this.#faults = faults;
  }

  write(batch: Batch): boolean {
    for (let n = 0; n < batch.size; n++) {
      const row = batch.rowIndex(n);
      this.#rows.push(`${ROW_KIND_TEXT[batch.kind(row)]} ${batch.columns.map((column) => String(column.values[row]))}`);
    }
    return true;
  }

  async ready(): Promise<void> {}

  async flush(): Promise<void> {}

  async prepareCommit(): Promise<unknown> {
    const rows = this.#rows;
    this.#rows = [];
    const fault = this.#faults.prepare.shift();
    await this.#clock.sleep(this.#faults.prepareMs);
    if (fault !== undefined) throw fault;
    const id = `t${this.#shelf.count++}`;
    this.#shelf.prepared.set(id, rows);
    return { id };
  }

  async commit(prepared: unknown): Promise<void> {
    const fault = this.#faults.commit.shift();
    if (fault !== undefined) throw fault;
    const { id } = prepared as { id: string };
    this.#shelf.visible.push(...(this.#shelf.prepared.get(id) ?? []));
    this.#shelf.prepared.delete(id);
  }

  async restore(prepared: readonly unknown[]): Promise<void> {
    for (const one of prepared) await this.commit(one);
    this.#shelf.prepared.clear();
  }

  async close(): Promise<void> {}
}

/** A job from `ticks` (k BIGINT, v BIGINT) to `shelf` (k, n, total) on a virtual clock, with faults and, unless said otherwise, state. */
export class Bench {
  readonly clock = new VirtualClock(1000);
  readonly files = new MemoryFiles();
  readonly shelf = new Shelf();
  readonly notes: string[] = [];
  readonly faults: Faults = { source: new Map(), commit: [], prepare: [], open: [], prepareMs: 0 };
  session!: Session;
  starts = 0;

  static async open(settings: Readonly<Record<string, string>> = {}, keepsState = true, batches = 50): Promise<Bench> {
    const bench = new Bench();
    const state = {
      lock: () => undefined,
      nextJob: async () => ({ uid: 'u', settings: SETTINGS, store: new CheckpointStore(bench.files, 'job', 2) }),
      close: () => undefined,
    };
    bench.session = await Session.open({
      clock: bench.clock,
      connectors: [bench.#connector(batches)],
      onNote: (note) => bench.notes.push(note),
      ...(keepsState && { state }),
    });
    for (const [key, value] of Object.entries(settings)) bench.session.settings.set(key, value);
    return bench;
  }

  #connector(batches: number): Connector {
    return {
      descriptor: {
        name: 'bench',
        doc: '',
        options: [],
        formatted: false,
        source: { bounded: () => true, projection: false },
        sink: { changelog: 'all', delivers: () => 'exactly-once' },
      },
      openSource: async (context) => {
        this.starts++;
        return new Ticks(context, batches, this.faults);
      },
      openSink: async () => {
        const fault = this.faults.open.shift();
        if (fault !== undefined) throw fault;
        return new ShelfWriter(this.shelf, this.faults, this.clock);
      },
    };
  }

  async start(): Promise<LocalJob> {
    const sql = `CREATE TABLE IF NOT EXISTS ticks (k BIGINT, v BIGINT) WITH ('connector' = 'bench');
      CREATE TABLE IF NOT EXISTS shelf (k BIGINT, n BIGINT, total BIGINT) WITH ('connector' = 'bench');
      INSERT INTO shelf SELECT k, COUNT(*), SUM(v) FROM ticks GROUP BY k;`;
    let job: LocalJob | undefined;
    for (const statement of this.session.parse(sql)) {
      const result = await this.session.run(statement, sql);
      if (result.kind === 'insert') job = await this.session.start(result.plan);
    }
    return job!;
  }

  /** Lets virtual time pass. */
  async pass(ms: number): Promise<void> {
    for (let at = 0; at < ms; at += 5) {
      for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
      this.clock.advance(5);
    }
  }

  /** Lets time pass until the job has ended; resolves with its failure. */
  async ended(job: LocalJob, mostMs = 100_000): Promise<unknown> {
    let end: { readonly failure: unknown } | undefined;
    job.done.then(
      () => {
        end = { failure: undefined };
      },
      (failure: unknown) => {
        end = { failure };
      },
    );
    for (let at = 0; at < mostMs && end === undefined; at += 5) await this.pass(5);
    if (end === undefined) throw new Error('the job has not ended');
    return end.failure;
  }

  /** Failures among the notes: what was noted of restarts. */
  get restartNotes(): readonly string[] {
    return this.notes.filter((note) => note.startsWith('the job '));
  }

  /** The rows that are left when all visible changes are applied. */
  get rows(): string[] {
    const rows = new Map<string, number>();
    for (const change of this.shelf.visible) {
      const row = change.slice(3);
      rows.set(row, (rows.get(row) ?? 0) + (change.startsWith('+') ? 1 : -1));
    }
    return [...rows].flatMap(([row, count]) => (count === 0 ? [] : [`${count} ${row}`])).sort();
  }
}

/** What the whole input comes to. */
export function expectedRows(batches = 50): string[] {
  const totals = new Map<number, [number, number]>();
  for (let row = 0; row < batches * ROWS; row++) {
    const [n, total] = totals.get(row % 7) ?? [0, 0];
    totals.set(row % 7, [n + 1, total + row]);
  }
  return [...totals].map(([k, [n, total]]) => `1 ${k},${n},${total}`).sort();
}
