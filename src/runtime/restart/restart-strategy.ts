import type { Random } from '../../common/random.ts';
import type { RestartSettings } from './restart-settings.ts';

/** Counts the failures of one job. */
export interface RestartStrategy {
  /** The job has failed at `now`, a monotonic time: milliseconds until it is started again, or why it is not. */
  afterFailure(now: number): { readonly delayMs: number } | { readonly refusal: string };
}

/** The strategies of Flink 2: RestartBackoffTimeStrategy and its implementations. */
export function restartStrategy(settings: RestartSettings, random: Random): RestartStrategy {
  switch (settings.type) {
    case 'none':
      return { afterFailure: () => ({ refusal: "'restart-strategy.type' is none" }) };
    case 'fixed-delay':
      return new FixedDelay(settings);
    case 'exponential-delay':
      return new ExponentialDelay(settings, random);
    case 'failure-rate':
      return new FailureRate(settings);
  }
}

type Settings<T extends RestartSettings['type']> = Extract<RestartSettings, { readonly type: T }>;

class FixedDelay implements RestartStrategy {
  readonly #settings: Settings<'fixed-delay'>;
  #restarts = 0;

  constructor(settings: Settings<'fixed-delay'>) {
    this.#settings = settings;
  }

  afterFailure(): { readonly delayMs: number } | { readonly refusal: string } {
    const { attempts, delayMs } = this.#settings;
    if (this.#restarts >= attempts) return { refusal: `it has been restarted ${times(attempts)}, as often as its strategy allows` };
    this.#restarts++;
    return { delayMs };
  }
}

class ExponentialDelay implements RestartStrategy {
  readonly #settings: Settings<'exponential-delay'>;
  readonly #random: Random;
  #restarts = 0;
  /** When the last restart was due. */
  #restartedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: Settings<'exponential-delay'>, random: Random) {
    this.#settings = settings;
    this.#random = random;
  }

  afterFailure(now: number): { readonly delayMs: number } | { readonly refusal: string } {
    const { resetBackoffThresholdMs, attemptsBeforeReset } = this.#settings;
    if (now - this.#restartedAt > resetBackoffThresholdMs) this.#restarts = 0;
    if (this.#restarts >= attemptsBeforeReset) {
      return { refusal: `it has been restarted ${times(attemptsBeforeReset)}, as often as its strategy allows` };
    }
    const delayMs = this.#delay(this.#restarts++);
    this.#restartedAt = now + delayMs;
    return { delayMs };
  }

  #delay(restarts: number): number {
    const { initialBackoffMs, maxBackoffMs, backoffMultiplier, jitterFactor } = this.#settings;
    const backoff = Math.min(initialBackoffMs * backoffMultiplier ** restarts, maxBackoffMs);
    const jitter = backoff * jitterFactor * (2 * this.#random.next() - 1);
    return Math.round(Math.min(Math.max(backoff + jitter, initialBackoffMs), maxBackoffMs));
  }
}

class FailureRate implements RestartStrategy {
  readonly #settings: Settings<'failure-rate'>;
  /** Times of the last failures, one more than are allowed within the interval. */
  #failures: readonly number[] = [];

  constructor(settings: Settings<'failure-rate'>) {
    this.#settings = settings;
  }

  afterFailure(now: number): { readonly delayMs: number } | { readonly refusal: string } {
    const { maxFailuresPerInterval, failureRateIntervalMs, delayMs } = this.#settings;
    this.#failures = [...this.#failures, now].slice(-maxFailuresPerInterval - 1);
    const [first] = this.#failures;
    if (this.#failures.length <= maxFailuresPerInterval || now - first! > failureRateIntervalMs) return { delayMs };
    return { refusal: `it has failed ${times(maxFailuresPerInterval + 1)} within ${failureRateIntervalMs / 1000} s` };
  }
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
