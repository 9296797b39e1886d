import type { Batch } from '../../data/batch.ts';
import { applyBatch } from './apply-batch.ts';
import type { LineEncoder } from './line-encoder.ts';
import type { Output } from './output.ts';
import type { ResultView } from './result-view.ts';
import { RowBag } from './row-bag.ts';

const CHUNK_ROWS = 1000;

/** Applies the changes of an updating result, and writes what is left when the input has ended. */
export class FinalRowsView implements ResultView {
  readonly #output: Output;
  readonly #encoder: LineEncoder;
  readonly #bag = new RowBag();

  constructor(output: Output, encoder: LineEncoder) {
    this.#output = output;
    this.#encoder = encoder;
  }

  onBatch(batch: Batch): boolean {
    applyBatch(this.#bag, this.#encoder.encode(batch), batch);
    return true;
  }

  async finish(): Promise<void> {
    let chunk: string[] = [];
    for (const row of this.#bag.rows()) {
      chunk.push(row, '\n');
      if (chunk.length < CHUNK_ROWS * 2) continue;
      await this.#write(chunk);
      chunk = [];
      if (this.#output.broken) return;
    }
    await this.#write(chunk);
  }

  close(): void {
    this.#encoder.close();
  }

  async #write(chunk: readonly string[]): Promise<void> {
    if (chunk.length > 0) this.#output.write(Buffer.from(chunk.join(''), 'latin1'));
    await this.#output.ready();
  }
}
