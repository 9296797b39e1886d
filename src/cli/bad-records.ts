import type { BadRecord } from '../formats/format.ts';
import type { Messages } from './messages.ts';

/** Says that records were skipped: the first of each table at once, how many at the end. */
export class BadRecords {
  readonly #messages: Messages;
  readonly #counts = new Map<string, number>();

  constructor(messages: Messages) {
    this.#messages = messages;
  }

  add(table: string, bad: BadRecord): void {
    const count = (this.#counts.get(table) ?? 0) + 1;
    this.#counts.set(table, count);
    if (count === 1)
      this.#messages.warn(`a record of table ${table} was skipped (line ${bad.line}, byte ${bad.byteOffset}): ${bad.reason}`);
  }

  /** Tells the counts of what was skipped since the last time. */
  report(): void {
    for (const [table, count] of this.#counts) if (count > 1) this.#messages.warn(`${count} records of table ${table} were skipped`);
    this.#counts.clear();
  }
}
