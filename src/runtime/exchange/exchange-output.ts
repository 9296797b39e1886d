import { assert } from '../../common/assert.ts';
import { Batch, IntVector } from '../../data/batch.ts';
import { identityRows } from '../../data/identity-rows.ts';
import type { Schema } from '../../data/schema.ts';
import { BaseOperator } from '../../operators/base-operator.ts';
import type { OperatorContext } from '../../operators/operator.ts';
import type { KeyedTable } from '../../state/keyed-table.ts';
import { RouteLists } from '../../state/route-lists.ts';
import { MESSAGE } from './message-kind.ts';
import type { Ring } from './ring.ts';
import { RowSender } from './row-sender.ts';

/** Where the rows of a job's workers go to meet: by key group of some columns, or all to the first worker. */
export type Partitioning = { readonly kind: 'hash'; readonly keys: readonly number[] } | { readonly kind: 'single' };

export interface ExchangeOutputOptions {
  readonly input: Schema;
  readonly partitioning: Partitioning;
  /** Rings to the other workers; undefined at this worker's own place. */
  readonly rings: readonly (Ring | undefined)[];
  readonly worker: number;
  /** Number of exchanges that rows have passed before this one. */
  readonly level: number;
  /** Told of a ring that is full. */
  readonly onFull: (output: ExchangeOutput) => void;
}

/**
 * Sends each row to the worker that has its key. Rows of this worker go on at once as a selection of the batch; the others are gathered
 * and copied into rings. It can be refused by a ring that is full, and keeps its place.
 */
export class ExchangeOutput extends BaseOperator {
  readonly level: number;
  readonly #options: ExchangeOutputOptions;
  #routes: { readonly table: KeyedTable; readonly lists: RouteLists } | undefined;
  /** 0, 1, 2, ...: the rows of a batch that is not a selection. */
  #all!: IntVector;
  #selection!: IntVector;
  #sender!: RowSender;
  /** The batch in hand is routed; workers before `#next` have theirs. */
  #routed = false;
  #next = 0;
  /** The ring that was full. */
  #full: Ring | undefined;
  /** The batch in hand with this worker's rows selected. */
  readonly #own = new Batch([]);
  #isShown = false;

  constructor(options: ExchangeOutputOptions) {
    super();
    this.#options = options;
    this.level = options.level;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { kernels, state } = context;
    const { partitioning, input, rings } = this.#options;
    if (partitioning.kind === 'hash') {
      const keyTypes = partitioning.keys.map((key) => input.fields[key]!.type);
      this.#routes = { table: state.keyedTable('routes', { keyTypes, slots: [] }), lists: new RouteLists(kernels.memory, rings.length) };
    }
    this.#sender = new RowSender(kernels);
    this.#selection = new IntVector(kernels.memory);
    this.#all = identityRows(kernels.memory);
  }

  process(_port: number, batch: Batch): boolean {
    this.#route(batch);
    const { rings } = this.#options;
    for (; this.#next < rings.length; this.#next++) {
      if (!this.#send(batch, this.#next)) return false;
    }
    this.#next = 0;
    this.#routed = false;
    return true;
  }

  #route(batch: Batch): void {
    if (this.#routed) return;
    this.#routed = true;
    const { partitioning } = this.#options;
    if (partitioning.kind === 'single' || this.#routes === undefined) return;
    const { table, lists } = this.#routes;
    const keys = partitioning.keys.map((key) => batch.columns[key]!);
    table.route(batch, keys, lists);
  }

  #send(batch: Batch, worker: number): boolean {
    const { rings, worker: own } = this.#options;
    const count = this.#countFor(batch, worker);
    if (count === 0) return true;
    if (worker === own) return this.#sendOwn(batch, count);
    return this.#sendRows(rings[worker]!, batch, this.#rowsFor(batch, worker), count);
  }

  #countFor(batch: Batch, worker: number): number {
    if (this.#routes === undefined) return worker === 0 ? batch.size : 0;
    return this.#routes.lists.countOf(worker);
  }

  #rowsFor(batch: Batch, worker: number): number {
    if (this.#routes !== undefined) return this.#routes.lists.listOf(worker);
    return batch.selection?.address ?? this.#all.address;
  }

  #sendOwn(batch: Batch, count: number): boolean {
    if (this.#routes === undefined) return this.context.out.offer(batch);
    const own = this.#own;
    if (!this.#isShown) {
      own.columns = batch.columns;
      own.kinds = batch.kinds;
      own.rowCount = batch.rowCount;
      own.selection = this.#selection;
      own.selectedCount = count;
      this.#selection.view.set(this.#routes.lists.rowsOf(this.#options.worker));
    }
    this.#isShown = !this.context.out.offer(own);
    return !this.#isShown;
  }

  #sendRows(ring: Ring, batch: Batch, rows: number, count: number): boolean {
    return this.#sender.send(ring, batch, rows, count) || this.#refuse(ring);
  }

  override watermark(time: bigint): boolean {
    return this.#tellAll(MESSAGE.watermark, new Uint8Array(new BigInt64Array([time]).buffer));
  }

  override idle(isIdle: boolean): boolean {
    return this.#tellAll(MESSAGE.idle, new Uint8Array(new Uint32Array([isIdle ? 1 : 0]).buffer));
  }

  override endOfInput(): boolean {
    return this.#tellAll(MESSAGE.end, new Uint8Array(0));
  }

  /** What was sent before belongs to the checkpoint. May be refused as any row. */
  mark(checkpoint: number, halts: boolean): boolean {
    return this.#tellAll(MESSAGE.marker, new Uint8Array(new Float64Array([checkpoint, halts ? 1 : 0]).buffer));
  }

  #tellAll(kind: number, bytes: Uint8Array): boolean {
    const { rings } = this.#options;
    for (; this.#next < rings.length; this.#next++) {
      const ring = rings[this.#next];
      if (ring !== undefined && !ring.write(kind, bytes)) return this.#refuse(ring);
    }
    this.#next = 0;
    return true;
  }

  #refuse(ring: Ring): false {
    this.#full = ring;
    this.#options.onFull(this);
    return false;
  }

  /** Resolves when the ring that was full has room again. */
  wait(): Promise<void> {
    assert(this.#full !== undefined, 'nothing was refused');
    return this.#full.writable();
  }

  override close(): void {
    this.#routes?.lists.free();
    this.#sender?.free();
    this.#selection?.free();
    this.#all?.free();
  }
}
