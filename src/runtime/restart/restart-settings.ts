/** When a job that has failed is started again. Times in milliseconds. The kinds are Flink's. */
export type RestartSettings =
  | { readonly type: 'none' }
  | {
      readonly type: 'fixed-delay';
      /** Restarts over the whole life of the job. */
      readonly attempts: number;
      readonly delayMs: number;
    }
  | {
      readonly type: 'exponential-delay';
      readonly initialBackoffMs: number;
      readonly maxBackoffMs: number;
      readonly backoffMultiplier: number;
      /** Each delay is longer or shorter by up to this share of it. */
      readonly jitterFactor: number;
      /** A job that has run for so long without a failure begins with the initial delay again. */
      readonly resetBackoffThresholdMs: number;
      /** Restarts until then. */
      readonly attemptsBeforeReset: number;
    }
  | {
      readonly type: 'failure-rate';
      readonly maxFailuresPerInterval: number;
      readonly failureRateIntervalMs: number;
      readonly delayMs: number;
    };

/** What is done when a job fails. */
export interface RestartPolicy {
  readonly settings: RestartSettings;
  /**
   * Whether somebody has asked for it. Then it applies to every failure, as in Flink; else only to failures that may be over at the next
   * attempt: without that a mistake in the data would be tried for ever.
   */
  readonly isExplicit: boolean;
}
