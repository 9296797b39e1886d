import type { Clock } from '../common/clock.ts';

/**
 * Where a task waits. A record that comes alone wakes it, and a source is asked to wait again after each, so there must be little to it: an
 * AbortController for each wait, with its listeners and the exception that it makes, took longer than the record.
 */
export class Sleep {
  readonly #cancel: AbortSignal;
  readonly #ended = new AbortController();
  readonly #owned: AbortController[] = [];
  #wake: (() => void) | undefined;

  /** `cancel` ends every wait; `drain` ends those for sources. */
  constructor(cancel: AbortSignal, drain: AbortSignal) {
    this.#cancel = cancel;
    for (const signal of [cancel, drain]) {
      if (signal.aborted) this.end();
      else signal.addEventListener('abort', () => this.end(), { once: true, signal: this.#ended.signal });
    }
    cancel.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  /** Aborted when nobody waits for sources any more. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** A signal of its own for each that waits: Node warns of a leak when more than ten listen to one. */
  signal(): AbortSignal {
    const own = new AbortController();
    if (this.#ended.signal.aborted) own.abort();
    else this.#owned.push(own);
    return own.signal;
  }

  end(): void {
    this.#ended.abort();
    for (const own of this.#owned.splice(0)) own.abort();
    this.#wake?.();
  }

  wake(): void {
    this.#wake?.();
  }

  /** Resolves with the work, or as soon as the run is cancelled: what waits outside may never end. */
  until(work: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      work.then(resolve, reject);
      if (this.#cancel.aborted) resolve();
      else this.#wake = () => this.#cancel.aborted && resolve();
    });
  }

  /** Resolves at wake(), at once when nobody waits for sources any more. */
  untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#ended.signal.aborted) resolve();
      else this.#wake = resolve;
    });
  }
}

interface Waiting {
  wait(signal: AbortSignal): Promise<void>;
}

/** Wakes a task when a source's wait is over. A wait goes on while the task works, so that there is one at a time; it may be over early. */
export class WakeUp {
  readonly #sleep: Sleep;
  readonly #signal: AbortSignal;
  #isWaiting = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(sleep: Sleep) {
    this.#sleep = sleep;
    this.#signal = sleep.signal();
  }

  /** Throws what the wait before failed with. */
  after(source: Waiting): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    source.wait(this.#signal).then(this.#done, this.#failed);
  }

  readonly #done = (): void => {
    this.#isWaiting = false;
    this.#sleep.wake();
  };

  readonly #failed = (error: unknown): void => {
    this.#isWaiting = false;
    this.#failure = { error };
    this.#sleep.wake();
  };
}

/** Wakes a task at a time of the clock. */
export class Alarm {
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  /** The time that is slept for, and what ends it early. */
  #pending: { readonly at: number; readonly end: AbortController } | undefined;

  constructor(clock: Clock, sleep: Sleep) {
    this.#clock = clock;
    this.#sleep = sleep;
    sleep.ended.addEventListener('abort', () => this.#pending?.end.abort(), { once: true });
  }

  /** Milliseconds since 1970-01-01; takes the place of an earlier call's. */
  set(at: number): void {
    if (this.#pending?.at === at || this.#sleep.ended.aborted) return;
    this.#pending?.end.abort();
    const pending = { at, end: new AbortController() };
    this.#pending = pending;
    void this.#clock.sleep(Math.max(0, at - this.#clock.now()), pending.end.signal).then(() => {
      if (this.#pending !== pending) return;
      this.#pending = undefined;
      this.#sleep.wake();
    });
  }
}
