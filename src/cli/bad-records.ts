import type { BadRecord } from '../formats/format.ts';
import type { Messages } from './messages.ts';

/** Says that records were skipped or set aside: the first of each table at once, how many at the end. */
export class BadRecords {
  readonly #messages: Messages;
  readonly #met = new Map<string, { readonly table: string; readonly fate: string; count: number }>();

  constructor(messages: Messages) {
    this.#messages = messages;
  }

  /** `deadLetters` is the table that gets the record, if any. */
  add(table: string, { source, line, byteOffset, reason }: BadRecord, deadLetters: string | undefined): void {
    const key = JSON.stringify([table, deadLetters]);
    const fate = deadLetters === undefined ? 'skipped' : `sent to ${deadLetters}`;
    const met = this.#met.get(key) ?? { table, fate, count: 0 };
    this.#met.set(key, met);
    if (++met.count > 1) return;
    const place = source === '' ? `line ${line}` : `${source}:${line}`;
    this.#messages.warn(`a record of table ${table} was ${fate} (${place}, byte ${byteOffset}): ${reason}`);
  }

  /** Tells the counts of what was met since the last time. */
  report(): void {
    for (const { table, fate, count } of this.#met.values())
      if (count > 1) this.#messages.warn(`${count} records of table ${table} were ${fate}`);
    this.#met.clear();
  }
}
