import type { Options } from '../../catalog/option-spec.ts';

/** When a part file is ended and the next one begun (Flink's rolling policy). Sizes in bytes, times in milliseconds. */
export interface RollingPolicy {
  readonly fileBytes: number;
  readonly rolloverIntervalMs: number;
  readonly inactivityIntervalMs: number;
  readonly checkIntervalMs: number;
}

export function rollingPolicyOf(options: Options): RollingPolicy {
  return {
    fileBytes: options.number('sink.rolling-policy.file-size'),
    rolloverIntervalMs: options.number('sink.rolling-policy.rollover-interval'),
    inactivityIntervalMs: options.number('sink.rolling-policy.inactivity-interval'),
    checkIntervalMs: options.number('sink.rolling-policy.check-interval'),
  };
}

/** The policy of a single file: never another one. */
export const NEVER_ROLL: RollingPolicy = {
  fileBytes: Number.POSITIVE_INFINITY,
  rolloverIntervalMs: Number.POSITIVE_INFINITY,
  inactivityIntervalMs: Number.POSITIVE_INFINITY,
  checkIntervalMs: Number.POSITIVE_INFINITY,
};
