import type { LocalJob } from '../../backends/local/job.ts';
import type { Batch } from '../../data/batch.ts';
import type { Drawing, Messages } from '../messages.ts';
import type { LineEncoder } from '../output/line-encoder.ts';
import type { Output } from '../output/output.ts';
import type { QueryDescription, ResultView } from '../output/result-view.ts';
import { cellReader } from './cells-of-line.ts';
import { JobStatus } from './job-status.ts';
import { durationText, grouped } from './quantities.ts';
import { LastRows, type ResultRows, UpdatedRows } from './result-rows.ts';
import type { Screen } from './screen.ts';
import { type CellText, TableLayout } from './table-layout.ts';

const REDRAW_MS = 100;
/** Rows of a result that has ended are printed up to here. */
export const FINAL_ROWS_MAX = 1000;
/** Lines of a frame beside its rows: header, rule, how many rows are not shown, an empty line, status, and one that stays free. */
const FRAME_LINES = 6;

export interface LiveTableOptions {
  readonly query: QueryDescription;
  readonly encoder: LineEncoder;
  readonly screen: Screen;
  readonly output: Output;
  readonly messages: Messages;
  /** Called when nothing more is drawn. */
  readonly onClosed: () => void;
}

/** A query on a terminal: its result as a table that is drawn anew while it changes, and printed whole at the end. */
export class LiveTableView implements ResultView, Drawing {
  readonly #options: LiveTableOptions;
  readonly #rows: ResultRows;
  readonly #cellsOf: (line: string) => CellText[];
  readonly #layout: TableLayout;
  readonly #release: () => void;
  readonly #startedAt = performance.now();
  #status: JobStatus | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LiveTableOptions) {
    const { query, encoder, messages } = options;
    this.#options = options;
    this.#rows = query.insertOnly ? new LastRows(encoder, FINAL_ROWS_MAX) : new UpdatedRows(encoder);
    this.#cellsOf = cellReader(query.schema);
    this.#layout = new TableLayout(query.schema, messages.colours);
    this.#release = messages.above(this);
  }

  onBatch(batch: Batch): boolean {
    if (batch.size > 0) this.#rows.apply(batch);
    return true;
  }

  started(job: LocalJob): void {
    this.#status = new JobStatus(job);
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
  }

  erase(): void {
    this.#options.screen.erase();
  }

  async finish(): Promise<void> {
    const { output, messages, screen, query } = this.#options;
    this.close();
    const { size } = this.#rows;
    // Of rows without an end that the user has seen pass, the last ones are enough.
    const limit = query.insertOnly && !query.bounded ? this.#rowsMax() : FINAL_ROWS_MAX;
    const shown = this.#rows.shown(limit).map(this.#cellsOf);
    output.write(`${this.#layout.lines(shown, screen.columns - 1).join('\n')}\n`);
    const left = size - shown.length;
    const which = left === 0 ? '' : `, the ${query.insertOnly ? 'last' : 'first'} ${grouped(shown.length)} of them shown`;
    const took = durationText(performance.now() - this.#startedAt);
    messages.print(`${messages.colours.dim(`${grouped(size)} ${size === 1 ? 'row' : 'rows'} in ${took}${which}`)}\n`);
    await output.ready();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.erase();
    this.#release();
    this.#options.encoder.close();
    this.#options.onClosed();
  }

  /** Rows that fit on the screen. */
  #rowsMax(): number {
    return Math.max(1, this.#options.screen.rows - FRAME_LINES);
  }

  #draw(): void {
    const { screen, query, messages } = this.#options;
    const width = screen.columns - 1;
    const { size } = this.#rows;
    const shown = this.#rows.shown(this.#rowsMax());
    const hidden = size - shown.length;
    const { dim } = messages.colours;
    const more =
      hidden === 0 ? [] : [dim(`… ${grouped(hidden)} ${query.insertOnly ? 'earlier' : 'more'} ${hidden === 1 ? 'row' : 'rows'}`)];
    const table = this.#layout.lines(shown.map(this.#cellsOf), width);
    const body = query.insertOnly ? [...table.slice(0, 2), ...more, ...table.slice(2)] : [...table, ...more];
    screen.draw([...body, '', dim(this.#status!.line(width))]);
  }
}
