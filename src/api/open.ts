import type { DeclaredFunction } from '../functions/user/user-function.ts';
import type { Millstream } from './millstream.ts';
import type { SessionOptions } from './session.ts';
import type { Duration } from './typed/duration.ts';

/** When a job that has failed is started again from its last checkpoint, by Flink's names and with its defaults. */
export type RestartStrategy =
  | { readonly type: 'none' }
  /** So many times (once), each after `delay` (1 s). */
  | { readonly type: 'fixed-delay'; readonly attempts?: number; readonly delay?: Duration }
  /** As often as need be, unless `attemptsBeforeResetBackoff` says otherwise, after 1 s at first and 1.5 times longer each time, up to a minute. */
  | {
      readonly type: 'exponential-delay';
      readonly initialBackoff?: Duration;
      readonly maxBackoff?: Duration;
      readonly backoffMultiplier?: number;
      readonly jitterFactor?: number;
      readonly resetBackoffThreshold?: Duration;
      readonly attemptsBeforeResetBackoff?: number;
    }
  /** Until it has failed more than `maxFailuresPerInterval` times (once) within `failureRateInterval` (a minute). */
  | {
      readonly type: 'failure-rate';
      readonly maxFailuresPerInterval?: number;
      readonly failureRateInterval?: Duration;
      readonly delay?: Duration;
    };

export interface OpenOptions extends Omit<SessionOptions, 'connectors' | 'state' | 'openSpillFile' | 'modules' | 'moduleBase'> {
  /** What SET would set: `{ 'table.local-time-zone': 'UTC' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * A folder in which jobs keep their state: what runs into tables survives the process, and goes on where it was when the same program
   * runs again. Without it all state ends with the process.
   */
  readonly dir?: string;
  /** Path of a savepoint: jobs without state in `dir` start from it. */
  readonly from?: string;
  /** Whether a changed query may leave state behind that it has no place for. */
  readonly allowLostState?: boolean;
  /**
   * How many workers a job has, 1 by default: threads that share its keys. Tables in this program's memory, and a clock of its own, keep a
   * job in one worker.
   */
  readonly parallelism?: number;
  /** What state may take of memory, such as `'512 mb'`; the rest lies in a temporary file. Without it all state is in memory. */
  readonly memory?: string;
  /** Functions of the program that SQL can call, by name: `{ count_char: scalar({ ... }, (text, char) => ...) }`. */
  readonly functions?: Readonly<Record<string, DeclaredFunction>>;
  /** `import.meta.url` of the program's module: paths in CREATE FUNCTION count from its folder, and from the working folder without it. */
  readonly module?: string;
  /** How often a checkpoint is made in `dir`; every ten seconds by default. */
  readonly checkpoint?: Duration;
  /**
   * When a job that has failed goes on from its last checkpoint in `dir`, in this process; for any failure. Without it that is done for failures that
   * may pass (a broker or a disk that is away, a lost thread), as `exponential-delay` has it.
   */
  readonly restart?: RestartStrategy;
}

/**
 * Opens an engine in this process: tables, views and settings of its own, and all jobs it starts. The engine is loaded here and not
 * when the package is imported. Throws MS1301 and MS1303 for settings, MS4009 and MS4010 for a folder in use or out of reach.
 */
export async function open(options: OpenOptions = {}): Promise<Millstream> {
  const { Millstream: Opened } = await import('./millstream.ts');
  return Opened.open(options);
}
