import { SqlError, StateError } from '../../common/errors.ts';
import { Batch } from '../../data/batch.ts';
import type { Field } from '../../data/schema.ts';
import { printType } from '../../data/types/print-type.ts';
import type { PollResult, Progress, SourceContext, SourceReader } from '../../runtime/source.ts';
import type { FoundState } from './saved-jobs.ts';
import { columnsOfState, StateScan } from './state-scan.ts';

/** The rows of a saved table, once. Of N subtasks, number i reads the key groups that are i modulo N. */
export class StateReader implements SourceReader {
  readonly bytesRead: number;
  readonly split: number;
  readonly #checkpoint: number;
  readonly #scan: StateScan;
  readonly #batch: Batch;
  readonly #total: number;
  #done = 0;
  #skip = 0;
  #ended = false;

  constructor({ kernels, schema, subtask, tableName }: SourceContext, { job, operator, state }: FoundState) {
    const { checkpoint } = job;
    const groups = checkpoint.subtasks
      .flatMap(({ operators }) => operators)
      .filter(({ id }) => id === operator.id)
      .flatMap((one) => one.groups)
      .filter(({ name, keyGroup }) => name === state.name && keyGroup % subtask.count === subtask.index);
    const places = placesOf(schema.fields, columnsOfState(state), tableName);
    this.#checkpoint = checkpoint.id;
    this.#scan = new StateScan(kernels, state, groups);
    this.#total = this.#scan.rowCount;
    this.#batch = new Batch(places.map((place) => this.#scan.columns[place]!));
    this.bytesRead = groups.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.split = subtask.index;
  }

  get activeSplits(): ReadonlySet<number> {
    return new Set(this.#ended ? [] : [this.split]);
  }

  poll(): PollResult {
    for (;;) {
      const count = this.#scan.next();
      if (count === 0) {
        this.#ended = true;
        return 'end';
      }
      if (this.#skip >= count) {
        this.#skip -= count;
        continue;
      }
      return this.#fill(count);
    }
  }

  /** What was handed out before a restart is left out. */
  #fill(count: number): Batch {
    const batch = this.#batch;
    batch.rowCount = count;
    batch.kinds = null;
    this.#done += count - this.#skip;
    if (this.#skip > 0) throw new StateError('MS4004', 'a table of state is read in other batches than before');
    return batch;
  }

  wait(): Promise<void> {
    return Promise.resolve();
  }

  position(): unknown {
    return { checkpoint: this.#checkpoint, rows: this.#done };
  }

  /** Throws MS4024 where the newest checkpoint is another than that which was being read. */
  restore(position: unknown): void {
    const { checkpoint, rows } = (position ?? {}) as { checkpoint?: unknown; rows?: unknown };
    if (checkpoint !== this.#checkpoint || typeof rows !== 'number') {
      throw new StateError('MS4024', `checkpoint ${String(checkpoint)}, which was being read, is not the newest any more`, {
        hint: 'read a savepoint, which stays as it is',
      });
    }
    this.#skip = rows;
    this.#done = rows;
  }

  progress(): Progress {
    return { done: this.#done, total: this.#total };
  }

  close(): Promise<void> {
    this.#scan.close();
    return Promise.resolve();
  }
}

/** Where the declared columns lie among the table's. Throws SqlError MS3001 for one that is not there, or has another type. */
function placesOf(declared: readonly Field[], saved: readonly Field[], table: string): number[] {
  return declared.map(({ name, type }) => {
    const place = saved.findIndex((column) => column.name === name);
    const plain = (one: Field['type']): string => printType({ ...one, nullable: true });
    if (place === -1) {
      throw new SqlError('MS3001', `the state has no column '${name}' for ${table}`, {
        hint: `it has ${saved.map((column) => column.name).join(', ')}`,
      });
    }
    const there = saved[place]!.type;
    if (plain(there) === plain(type)) return place;
    throw new SqlError('MS3001', `column '${name}' of ${table} must be ${printType(there)}`, { hint: 'or declare no columns at all' });
  });
}
