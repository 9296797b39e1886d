import type { Options } from '../../catalog/option-spec.ts';
import type { Clock } from '../../common/clock.ts';
import { ConnectorError, SqlError } from '../../common/errors.ts';
import { instantOfLocal } from '../../data/values/time-zone.ts';
import { localTimeOf } from '../../functions/scalar/temporal/to-timestamp.ts';
import type { PartitionTexts } from './partition-path.ts';

/** A partition that has got rows since it was last called whole. */
export interface PendingPartition {
  /** Its folder below the table's. */
  readonly folder: string;
  /** From when on it is whole: of the clock, or of the watermark, in milliseconds. */
  readonly due: number;
}

/** Whether a table's partitions are committed: their readers are told when one is whole. */
export const commitsPartitions = (options: Options): boolean => options.get('sink.partition-commit.policy.kind') !== undefined;

/** Throws SqlError MS1303 for policies and extractors that need classes of Java, or a metastore. */
export function checkPartitionOptions(options: Options): void {
  const kinds = options.get('sink.partition-commit.policy.kind') as string | undefined;
  for (const kind of kinds?.split(/[,;]/) ?? []) {
    if (kind.trim() === 'success-file') continue;
    throw new SqlError('MS1303', `'sink.partition-commit.policy.kind' is '${kind.trim()}', but takes success-file`, {
      hint: 'there is no metastore, and there are no classes of Java',
    });
  }
  if (options.string('partition.time-extractor.kind') === 'default') return;
  throw new SqlError('MS1303', `'partition.time-extractor.kind' takes default`, {
    hint: "say how the columns make a time by 'partition.time-extractor.timestamp-pattern'",
  });
}

/** The partitions of a writer that are not committed yet, and when they are to be. */
export class PartitionCommits {
  readonly #clock: Clock;
  readonly #columns: readonly string[];
  readonly #byTime: boolean;
  readonly #delayMs: number;
  readonly #zone: string;
  readonly #pattern: string | undefined;
  readonly #formatter: string | undefined;
  readonly #pending = new Map<string, PendingPartition>();
  #watermark = Number.NEGATIVE_INFINITY;

  constructor(options: Options, columns: readonly string[], clock: Clock) {
    this.#clock = clock;
    this.#columns = columns;
    this.#byTime = options.string('sink.partition-commit.trigger') === 'partition-time';
    this.#delayMs = options.number('sink.partition-commit.delay');
    this.#zone = options.string('sink.partition-commit.watermark-time-zone');
    this.#pattern = options.get('partition.time-extractor.timestamp-pattern') as string | undefined;
    this.#formatter = options.get('partition.time-extractor.timestamp-formatter') as string | undefined;
  }

  /** A partition has got rows. Throws ConnectorError MS3039 where its time is asked for and it has none. */
  add(folder: string, texts: PartitionTexts): void {
    if (this.#pending.has(folder)) return;
    const from = this.#byTime ? this.#timeOf(texts) : this.#clock.now();
    this.#pending.set(folder, { folder, due: from + this.#delayMs });
  }

  /** Those that a checkpoint before had. */
  restore(pending: readonly PendingPartition[]): void {
    for (const one of pending) this.#pending.set(one.folder, one);
  }

  watermark(time: bigint): void {
    this.#watermark = Number(time);
  }

  get pending(): PendingPartition[] {
    return [...this.#pending.values()];
  }

  /** Folders whose time has come, which wait no longer. */
  takeDue(): string[] {
    const now = this.#byTime ? this.#watermark : this.#clock.now();
    return this.#take((due) => now > due || (!this.#byTime && now === due));
  }

  /** All folders, at the end of the input. */
  takeAll(): string[] {
    return this.#take(() => true);
  }

  #take(isDue: (due: number) => boolean): string[] {
    const folders = this.pending.flatMap(({ folder, due }) => (isDue(due) ? [folder] : []));
    for (const folder of folders) this.#pending.delete(folder);
    return folders;
  }

  /** The time that the columns make, read in the zone of the watermark. */
  #timeOf(texts: PartitionTexts): number {
    const text = this.#pattern === undefined ? (texts[0] ?? '') : this.#fill(this.#pattern, texts);
    const local = localTimeOf(text, this.#formatter);
    if (local !== undefined) return instantOfLocal(local, this.#zone);
    throw new ConnectorError('MS3039', `the partition ${texts.join('/')} makes the text '${text}', which is no time`, {
      hint: "set 'partition.time-extractor.timestamp-pattern', for instance to '$dt $hour:00:00', and its timestamp-formatter",
    });
  }

  /** The pattern with the values of columns: of names that begin alike the longer one is meant. */
  #fill(pattern: string, texts: PartitionTexts): string {
    const byLength = this.#columns.map((column, i) => ({ column, text: texts[i] ?? '' })).sort((a, b) => b.column.length - a.column.length);
    return byLength.reduce((text, { column, text: value }) => text.replaceAll(`$${column}`, () => value), pattern);
  }
}
