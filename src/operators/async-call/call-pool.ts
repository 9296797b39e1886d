/** Starts calls that take time, so many at once at most, until all are done or one has failed. */
export class CallPool {
  /** Resolves when no call is awaited any more; never rejects. */
  readonly whenDone: Promise<void>;
  readonly #call: (n: number) => Promise<void>;
  readonly #count: number;
  readonly #capacity: number;
  #resolve!: () => void;
  #next = 0;
  #active = 0;
  #failure: { readonly error: unknown } | undefined;

  /** `call` is called with 0 to `count - 1`, in this order. */
  constructor(count: number, capacity: number, call: (n: number) => Promise<void>) {
    this.#count = count;
    this.#capacity = capacity;
    this.#call = call;
    this.whenDone = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#startMore();
  }

  /** Whether all calls are done. Throws what the first one that failed was rejected with. */
  get isDone(): boolean {
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#next === this.#count && this.#active === 0;
  }

  #startMore(): void {
    while (this.#active < this.#capacity && this.#next < this.#count) {
      this.#active++;
      this.#call(this.#next++).then(this.#ended, this.#failed);
    }
    if (this.#active === 0) this.#resolve();
  }

  readonly #ended = (): void => {
    this.#active--;
    if (this.#failure === undefined) this.#startMore();
  };

  readonly #failed = (error: unknown): void => {
    this.#active--;
    this.#failure ??= { error };
    this.#resolve();
  };
}
