import type { Schema } from '../../data/schema.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { Messages } from '../messages.ts';
import { createDisplayEncoder } from '../output/line-encoder.ts';
import type { Output } from '../output/output.ts';
import type { Presenter, QueryDescription, ResultView } from '../output/result-view.ts';
import { LiveTableView } from './live-table-view.ts';
import type { Screen } from './screen.ts';
import { TableLayout } from './table-layout.ts';

export interface TerminalOptions {
  readonly output: Output;
  readonly screen: Screen;
  readonly kernels: Kernels;
  readonly timeZone: () => string;
  readonly messages: Messages;
  /** Makes room for the table of a query, until the returned function is called. */
  readonly pauseStatus: () => () => void;
}

/** Results for a person: tables. */
export class TerminalPresenter implements Presenter {
  readonly #options: TerminalOptions;

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  rows(schema: Schema, rows: readonly (readonly unknown[])[]): void {
    const { output, screen, messages } = this.#options;
    const cells = rows.map((row) => row.map((value) => (value === null || value === undefined ? null : String(value))));
    // SHOW CREATE TABLE answers with one text of several lines, which a cell would not show well.
    const [first] = cells;
    messages.makeRoom();
    if (cells.length === 1 && first!.length === 1 && first![0]?.includes('\n')) return output.write(`${first![0]}\n`);
    output.write(`${new TableLayout(schema, messages.colours).lines(cells, screen.columns - 1).join('\n')}\n`);
  }

  text(text: string): void {
    this.#options.messages.makeRoom();
    this.#options.output.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  query(query: QueryDescription): ResultView {
    const { kernels, timeZone, pauseStatus } = this.#options;
    const encoder = createDisplayEncoder(kernels, query.schema, timeZone());
    return new LiveTableView({ ...this.#options, query, encoder, onClosed: pauseStatus() });
  }
}
