import { Batch, IntVector } from '../data/batch.ts';
import type { PollResult, Progress, SourceContext, SourceReader } from '../runtime/source.ts';

/** How often rows are handed out, at most. */
const STEP_MS = 20;
/** What was missed in a longer pause is not made up for. */
const PAUSE_MS = 250;

/** A source that is read no faster than so many rows a second, to watch a query at work. Batches are handed out in parts. */
export class PacedReader implements SourceReader {
  readonly #reader: SourceReader;
  readonly #context: Pick<SourceContext, 'kernels' | 'clock'>;
  readonly #rowsPerSecond: number;
  readonly #selection: IntVector;
  readonly #part = new Batch([]);
  /** Rows whose time has come, and when that was worked out. */
  #credit = 0;
  #creditedAt: number;
  #batch: Batch | undefined;
  #next = 0;
  /** How far the source was before it read the batch, and where. */
  #before = 0;
  #positionBefore: unknown;

  constructor(reader: SourceReader, context: Pick<SourceContext, 'kernels' | 'clock'>, rowsPerSecond: number) {
    this.#reader = reader;
    this.#context = context;
    this.#rowsPerSecond = rowsPerSecond;
    this.#selection = new IntVector(context.kernels.memory);
    this.#creditedAt = context.clock.monotonic();
  }

  poll(): PollResult {
    const due = this.#due();
    if (due <= 0) return 'idle';
    if (this.#batch === undefined) {
      this.#before = this.#reader.progress()?.done ?? 0;
      this.#positionBefore = this.#reader.position();
      const result = this.#reader.poll();
      if (typeof result === 'string') return result;
      this.#batch = result;
      this.#next = 0;
    }
    return this.#take(this.#batch, due);
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (this.#due() > 0 && this.#batch === undefined) return this.#reader.wait(signal);
    await this.#context.clock.sleep(Math.max(STEP_MS, 1000 / this.#rowsPerSecond), signal);
  }

  #due(): number {
    const now = this.#context.clock.monotonic();
    const rowsMax = Math.max(1, (this.#rowsPerSecond * PAUSE_MS) / 1000);
    this.#credit = Math.min(rowsMax, this.#credit + ((now - this.#creditedAt) * this.#rowsPerSecond) / 1000);
    this.#creditedAt = now;
    return Math.floor(this.#credit);
  }

  #take(batch: Batch, due: number): Batch {
    const count = Math.min(due, batch.size - this.#next);
    const indexes = this.#selection.view;
    for (let n = 0; n < count; n++) indexes[n] = batch.rowIndex(this.#next + n);
    this.#part.columns = batch.columns;
    this.#part.rowCount = batch.rowCount;
    this.#part.kinds = batch.kinds;
    this.#part.selection = this.#selection;
    this.#part.selectedCount = count;
    this.#next += count;
    this.#credit -= count;
    if (this.#next === batch.size) this.#batch = undefined;
    return this.#part;
  }

  get split(): number {
    return this.#reader.split;
  }

  get activeSplits(): ReadonlySet<number> {
    return this.#reader.activeSplits;
  }

  position(): unknown {
    return this.#batch === undefined ? this.#reader.position() : this.#positionBefore;
  }

  get rowsAhead(): number {
    return this.#batch === undefined ? 0 : this.#next;
  }

  restore(position: unknown): void {
    this.#reader.restore(position);
    this.#batch = undefined;
  }

  async checkpointCompleted(position: unknown): Promise<void> {
    await this.#reader.checkpointCompleted?.(position);
  }

  progress(): Progress | undefined {
    const progress = this.#reader.progress();
    if (progress === undefined || this.#batch === undefined) return progress;
    const share = this.#next / this.#batch.size;
    return { done: this.#before + (progress.done - this.#before) * share, total: progress.total };
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  close(): Promise<void> {
    this.#selection.free();
    return this.#reader.close();
  }
}
