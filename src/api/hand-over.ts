import type { Batch } from '../data/batch.ts';
import type { ResultHandler } from './session.ts';

/**
 * Hands batches from a job to a consumer that takes them when it likes. One is held, converted, until it is taken; till then the job
 * is held up, so that a slow consumer costs no memory.
 */
export class HandOver<T> implements ResultHandler {
  readonly #convert: (batch: Batch) => T;
  #held: { readonly value: T } | undefined;
  #ended: { readonly failure?: unknown } | undefined;
  #abandoned = false;
  #wakeProducer: (() => void) | undefined;
  #wakeConsumer: (() => void) | undefined;

  constructor(convert: (batch: Batch) => T) {
    this.#convert = convert;
  }

  onBatch(batch: Batch): boolean {
    if (this.#abandoned || batch.size === 0) return true;
    if (this.#held !== undefined) return false;
    this.#held = { value: this.#convert(batch) };
    this.#wakeConsumer?.();
    return true;
  }

  /** Resolves when there is room for the next batch. */
  async ready(): Promise<void> {
    if (this.#held === undefined || this.#abandoned) return;
    await new Promise<void>((resolve) => {
      this.#wakeProducer = resolve;
    });
  }

  /** Ends with the job. */
  follow(done: Promise<void>): void {
    const end = (ended: { failure?: unknown }) => {
      this.#ended = ended;
      this.#wakeConsumer?.();
    };
    done.then(
      () => end({}),
      (failure: unknown) => end({ failure }),
    );
  }

  /** The next batch; undefined at the end. Throws what the job failed with, after the batches before. */
  async take(): Promise<T | undefined> {
    while (this.#held === undefined) {
      if (this.#ended !== undefined) {
        if ('failure' in this.#ended) throw this.#ended.failure;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wakeConsumer = resolve;
      });
      this.#wakeConsumer = undefined;
    }
    const { value } = this.#held;
    this.#held = undefined;
    this.#wakeProducer?.();
    this.#wakeProducer = undefined;
    return value;
  }

  /** No more will be taken: the job can write into the void until it is cancelled. */
  abandon(): void {
    this.#abandoned = true;
    this.#held = undefined;
    this.#wakeProducer?.();
  }
}
