import { SqlError } from '../../common/errors.ts';
import { type Batch, RowKind, type RowKindCode } from '../../data/batch.ts';
import type { TypeDescriptor } from '../../data/types/descriptor.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import type { SinkContext, SinkWriter } from '../../runtime/sink.ts';
import { ChangelogRows } from './changelog-rows.ts';
import { type Cell, drawTable, type TableLayout } from './console-table.ts';

/** What is shown of a micro-batch. Takes the changes one by one; `rows` are those to show now, if there is something to show. */
interface OutputMode {
  apply(kind: RowKindCode, cells: () => readonly Cell[]): void;
  /** The rows to show at the end of a micro-batch, after which the next one begins. */
  take(): readonly (readonly Cell[])[];
}

/**
 * Prints each micro-batch as a table, as Spark's console sink does. A micro-batch ends when the sources have nothing more at once
 * (flush) or the input ends; one without changes is not printed.
 */
export class ConsoleWriter implements SinkWriter {
  readonly #context: SinkContext;
  readonly #mode: OutputMode;
  readonly #layout: TableLayout;
  readonly #names: readonly string[];
  readonly #descriptors: readonly TypeDescriptor[];
  #batchNumber = 0;
  #changed = false;
  bytesWritten = 0;

  constructor(context: SinkContext) {
    const { options, schema } = context;
    this.#context = context;
    this.#layout = { rowLimit: Math.max(0, options.number('num-rows')), cellLimit: readTruncate(options.string('truncate')) };
    this.#mode = createMode(options.string('output-mode'), context, this.#layout);
    this.#names = schema.fields.map((field) => field.name);
    this.#descriptors = schema.fields.map((field) => descriptorOf(field.type));
  }

  write(batch: Batch): boolean {
    const { size } = batch;
    for (let n = 0; n < size; n++) {
      const row = batch.rowIndex(n);
      this.#mode.apply(batch.kind(row), () => this.#cells(batch, row));
    }
    this.#changed ||= size > 0;
    return true;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  flush(): Promise<void> {
    if (this.#changed) this.#printBatch();
    return Promise.resolve();
  }

  close(cause?: unknown): Promise<void> {
    return cause === undefined ? this.flush() : Promise.resolve();
  }

  #cells(batch: Batch, row: number): readonly Cell[] {
    const { timeZone } = this.#context;
    return batch.columns.map((column, i) => (column.isNull(row) ? null : this.#descriptors[i]!.text(column, row, timeZone)));
  }

  #printBatch(): void {
    const rule = '-'.repeat(43);
    const text = `${rule}\nBatch: ${this.#batchNumber++}\n${rule}\n${drawTable(this.#names, this.#mode.take(), this.#layout)}`;
    this.bytesWritten += text.length;
    this.#changed = false;
    this.#context.print(text);
  }
}

function createMode(name: string, context: SinkContext, layout: TableLayout): OutputMode {
  if (name === 'append') return appendMode(context, layout);
  const rows = new ChangelogRows(context.primaryKey);
  if (name === 'complete') return { apply: (kind, cells) => rows.apply(kind, cells()), take: () => rows.rows() };
  return updateMode(rows);
}

/** Shows the rows that came or changed since the last micro-batch, as they are now. */
function updateMode(rows: ChangelogRows): OutputMode {
  return {
    apply: (kind, cells) => rows.apply(kind, cells()),
    take: () => {
      const changed = rows.rows();
      rows.clear();
      return changed;
    },
  };
}

/** Shows the rows that were inserted; keeps the texts of no more than are shown, and one to know that there are more. */
function appendMode({ tableName, insertOnly }: SinkContext, { rowLimit }: TableLayout): OutputMode {
  if (!insertOnly) throw appendRefused(tableName);
  let rows: (readonly Cell[])[] = [];
  return {
    apply: (kind, cells) => {
      if (kind !== RowKind.insert) throw appendRefused(tableName);
      if (rows.length <= rowLimit) rows.push(cells());
    },
    take: () => {
      const taken = rows;
      rows = [];
      return taken;
    },
  };
}

function appendRefused(tableName: string): SqlError {
  return new SqlError('MS3003', `console table '${tableName}' is in output mode append, but its rows are updated after they were printed`, {
    hint: "use 'output-mode' = 'update' or 'complete', or group by a window over a time with a watermark, whose results are final",
  });
}

/** Characters per cell: 'true' means 20 and 'false' all, as for Spark. Throws MS1303. */
function readTruncate(text: string): number {
  const lower = text.toLowerCase();
  if (lower === 'true') return 20;
  if (lower === 'false') return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new SqlError('MS1303', `option 'truncate' of connector 'console' is '${text}', but takes a number of characters, true or false`);
}
