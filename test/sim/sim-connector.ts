import type { Connector } from '../../src/connectors/connector.ts';
import { Batch, ROW_KIND_TEXT } from '../../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../../src/data/column.ts';
import { clearNullsDeep } from '../../src/data/nulls.ts';
import { StringArena } from '../../src/data/string-arena.ts';
import { descriptorOf } from '../../src/data/types/descriptors.ts';
import type { Kernels } from '../../src/kernels/kernels.ts';
import type { SinkContext, SinkWriter } from '../../src/runtime/sink.ts';
import type { PollResult, Progress, SourceContext, SourceReader } from '../../src/runtime/source.ts';
import { valueAt } from '../conformance/state-model.ts';
import type { FakeBroker } from './fake-broker.ts';
import type { Life, World } from './world.ts';

/** Tables on the fake broker: read as (key STRING, v BIGINT, ts TIMESTAMP(3)), written with any columns. */
export function simConnector(world: World, broker: FakeBroker, life: Life): Connector {
  return {
    descriptor: {
      name: 'sim',
      doc: 'A fake broker.',
      options: [],
      formatted: false,
      source: { bounded: () => true, projection: true },
      sink: { changelog: 'all', delivers: () => 'exactly-once' },
    },
    openSource: async (context) => new SimSource(context, world, broker),
    openSink: async (context) => new SimSink(context, world, broker, life),
  };
}

/** Delivers rows of any partition, as many as chance has it. */
class SimSource implements SourceReader {
  split = 0;
  readonly bytesRead = 0;
  readonly #world: World;
  readonly #broker: FakeBroker;
  readonly #batch: Batch;
  readonly #arena: StringArena;
  readonly #columns: readonly string[];
  #offsets: number[];

  constructor({ kernels, schema }: SourceContext, world: World, broker: FakeBroker) {
    this.#world = world;
    this.#broker = broker;
    this.#arena = new StringArena(kernels.memory);
    this.#batch = new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));
    this.#offsets = broker.partitions.map(() => 0);
    this.#columns = schema.fields.map(({ name }) => name);
  }

  get activeSplits(): ReadonlySet<number> {
    return new Set(this.#broker.partitions.flatMap((records, i) => (this.#offsets[i]! < records.length ? [i] : [])));
  }

  poll(): PollResult {
    const active = [...this.activeSplits];
    if (active.length === 0) return 'end';
    const { random } = this.#world;
    if (random.below(3) === 0) return 'idle';
    this.split = active[random.below(active.length)]!;
    const offset = this.#offsets[this.split]!;
    const records = this.#broker.partitions[this.split]!.slice(offset, offset + 1 + random.below(Math.min(BATCH_ROWS, 60)));
    this.#arena.reset();
    this.#columns.forEach((name, c) => {
      const column = this.#batch.columns[c]!;
      clearNullsDeep(column);
      const descriptor = descriptorOf(column.type);
      records.forEach(({ key, value, time }, row) => {
        if (name === 'ts') column.values[row] = time as never;
        else descriptor.write(column, row, name === 'k' ? key : value, this.#arena);
      });
    });
    this.#batch.rowCount = records.length;
    this.#offsets[this.split] = offset + records.length;
    return this.#batch;
  }

  async wait(signal: AbortSignal): Promise<void> {
    await this.#world.clock.sleep(1 + this.#world.random.below(40), signal);
  }

  position(): unknown {
    return [...this.#offsets];
  }

  restore(position: unknown): void {
    this.#offsets = [...(position as number[])];
  }

  progress(): Progress | undefined {
    return undefined;
  }

  async close(): Promise<void> {
    for (const column of this.#batch.columns) column.free();
    this.#arena.free();
  }
}

/** A sink with transactions, one for each checkpoint. */
class SimSink implements SinkWriter {
  bytesWritten = 0;
  readonly #world: World;
  readonly #broker: FakeBroker;
  readonly #life: Life;
  readonly #uid: string;
  readonly #kernels: Kernels;
  #rows: string[] = [];
  #isFull = false;
  #transactions = 0;

  constructor({ uid, kernels }: SinkContext, world: World, broker: FakeBroker, life: Life) {
    this.#uid = uid;
    this.#kernels = kernels;
    this.#world = world;
    this.#broker = broker;
    this.#life = life;
  }

  write(batch: Batch): boolean {
    this.#isFull = !this.#isFull && this.#world.random.below(20) === 0;
    if (this.#isFull) return false;
    for (let n = 0; n < batch.size; n++) {
      const row = batch.rowIndex(n);
      this.#rows.push(`${ROW_KIND_TEXT[batch.kind(row)]} ${batch.columns.map((column) => String(valueAt(this.#kernels, column, row)))}`);
    }
    return true;
  }

  ready(): Promise<void> {
    return this.#world.clock.sleep(this.#world.random.below(50));
  }

  async flush(): Promise<void> {}

  async prepareCommit(checkpoint: number): Promise<unknown> {
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length === 0) return undefined;
    const id = `${this.#uid}/${checkpoint}-${this.#world.random.below(1e9)}-${this.#transactions++}`;
    await this.#broker.prepare(id, rows, this.#life);
    return { id };
  }

  async commit(prepared: unknown): Promise<void> {
    await this.#broker.commit((prepared as { id: string }).id, this.#life);
  }

  async restore(prepared: readonly unknown[]): Promise<void> {
    for (const one of prepared) await this.commit(one);
    await this.#broker.abortAll(this.#uid, this.#life);
  }

  async close(): Promise<void> {}
}
