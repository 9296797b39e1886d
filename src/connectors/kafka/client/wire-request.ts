import type { AnswerTarget } from './answer-frames.ts';
import { AnswerReader } from './answer-reader.ts';
import type { KafkaLibrary, ParseAnswer } from './library.ts';
import type { MemoryBlock, MemoryBlocks } from './memory-blocks.ts';
import { WireError } from './protocol-errors.ts';

/** No answer is that large: what came is not of a broker. */
const ANSWER_BYTES_MAX = 1024 * 1024 * 1024;
const CORRELATION_BYTES = 4;

/** A request that waits for its answer. */
export abstract class PendingRequest implements AnswerTarget {
  /** When the answer is given up, by the monotonic clock. */
  deadline = 0;
  protected correlationId = 0;
  #onWhole: () => void = () => undefined;

  begin(correlationId: number, deadline: number): void {
    this.correlationId = correlationId;
    this.deadline = deadline;
  }

  /** The answer begins to come. Throws WireError for a size that is none. */
  expect(byteSize: number, onWhole: () => void): void {
    if (byteSize < CORRELATION_BYTES || byteSize > ANSWER_BYTES_MAX)
      throw new WireError(`an answer of ${byteSize} bytes is none of Kafka's`);
    this.#onWhole = onWhole;
    this.allocate(byteSize);
  }

  end(): void {
    this.#onWhole();
    this.answer();
  }

  abstract put(bytes: Uint8Array): void;
  abstract fail(error: Error): void;
  protected abstract allocate(byteSize: number): void;
  protected abstract answer(): void;

  protected check(correlationId: number): void {
    if (correlationId !== this.correlationId) throw new WireError('an answer came out of order');
  }
}

interface LibraryCall<T> {
  readonly apiKey: number;
  readonly version: number;
  readonly parse: ParseAnswer<T>;
  readonly hasTags: boolean;
  readonly callback: (error: Error | null, answer: T) => void;
}

/** A request whose answer the library reads. */
export class LibraryRequest<T> extends PendingRequest {
  readonly #library: KafkaLibrary;
  readonly #call: LibraryCall<T>;
  #bytes: Buffer = Buffer.alloc(0);
  #size = 0;

  constructor(library: KafkaLibrary, call: LibraryCall<T>) {
    super();
    this.#library = library;
    this.#call = call;
  }

  put(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  fail(error: Error): void {
    this.#call.callback(error, undefined as never);
  }

  protected allocate(byteSize: number): void {
    this.#bytes = Buffer.allocUnsafe(byteSize);
  }

  protected answer(): void {
    const { apiKey, version, parse, hasTags, callback } = this.#call;
    let answer: T;
    try {
      this.check(this.#bytes.readInt32BE(0));
      const reader = this.#library.Reader.from(this.#bytes.subarray(CORRELATION_BYTES + Number(hasTags)));
      answer = parse(this.correlationId, apiKey, version, reader);
    } catch (error) {
      callback(error as Error, undefined as never);
      return;
    }
    callback(null, answer);
  }
}

/** An answer in linear memory, behind its header. */
export interface Answer {
  /** In the hands of who gets the answer. */
  readonly block: MemoryBlock;
  readonly address: number;
  readonly byteSize: number;
}

/** A request whose answer goes to linear memory. */
export class BlockRequest extends PendingRequest {
  readonly #blocks: MemoryBlocks;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: unknown) => void;
  #block: MemoryBlock | undefined;
  #size = 0;

  constructor(blocks: MemoryBlocks, resolve: (answer: Answer) => void, reject: (error: unknown) => void) {
    super();
    this.#blocks = blocks;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  put(bytes: Uint8Array): void {
    this.#blocks.memory.u8.set(bytes, this.#block!.address + this.#size);
    this.#size += bytes.length;
  }

  fail(error: Error): void {
    this.#block?.release();
    this.#block = undefined;
    this.#reject(error);
  }

  protected allocate(byteSize: number): void {
    this.#block = this.#blocks.take(byteSize);
  }

  protected answer(): void {
    const block = this.#block!;
    try {
      const reader = new AnswerReader(this.#blocks.memory, block.address, this.#size);
      this.check(reader.readInt32());
      reader.readTags();
      this.#resolve({ block, address: reader.at, byteSize: block.address + this.#size - reader.at });
    } catch (error) {
      this.fail(error as Error);
    }
  }
}
