import type { Millstream } from './millstream.ts';
import type { SessionOptions } from './session.ts';
import type { Duration } from './typed/duration.ts';

export interface OpenOptions extends Omit<SessionOptions, 'connectors' | 'state' | 'openSpillFile'> {
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
  /** What the groups of aggregates may take of memory, such as `'512 mb'`; the rest lies in a temporary file. Without it all state is in memory. */
  readonly memory?: string;
  /** How often a checkpoint is made in `dir`; every ten seconds by default. */
  readonly checkpoint?: Duration;
}

/**
 * Opens an engine in this process: tables, views and settings of its own, and all jobs it starts. The engine is loaded here and not
 * when the package is imported. Throws MS1301 and MS1303 for settings, MS4009 and MS4010 for a folder in use or out of reach.
 */
export async function open(options: OpenOptions = {}): Promise<Millstream> {
  const { Millstream: Opened } = await import('./millstream.ts');
  return Opened.open(options);
}
