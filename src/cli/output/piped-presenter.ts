import { SqlError } from '../../common/errors.ts';
import type { Schema } from '../../data/schema.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { changelogLines } from './changelog-lines.ts';
import { FinalRowsView } from './final-rows-view.ts';
import { createLineEncoder } from './line-encoder.ts';
import type { Output } from './output.ts';
import type { Presenter, QueryDescription, ResultView } from './result-view.ts';
import { RowLinesView } from './row-lines-view.ts';
import { smallRowsText } from './small-rows.ts';

export interface PipedOptions {
  readonly output: Output;
  readonly kernels: Kernels;
  /** The session's time zone, asked for each statement. */
  readonly timeZone: () => string;
  /** Whether each change is a line of its own. */
  readonly changelog: boolean;
}

/** Results for a program: NDJSON. */
export class PipedPresenter implements Presenter {
  readonly #options: PipedOptions;

  constructor(options: PipedOptions) {
    this.#options = options;
  }

  rows(schema: Schema, rows: readonly (readonly unknown[])[]): void {
    this.#options.output.write(smallRowsText(schema, rows));
  }

  text(text: string): void {
    this.#options.output.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  query({ schema, insertOnly, bounded }: QueryDescription): ResultView {
    const { output, kernels, timeZone, changelog } = this.#options;
    if (!insertOnly && !bounded && !changelog) throw changelogNeeded();
    const encoder = createLineEncoder(kernels, schema, timeZone());
    if (changelog) return new RowLinesView(output, encoder, changelogLines);
    return insertOnly ? new RowLinesView(output, encoder) : new FinalRowsView(output, encoder);
  }
}

function changelogNeeded(): SqlError {
  return new SqlError('MS5003', 'the result of the query is updated for as long as its input runs, and the input has no end', {
    hint: 'run it with --changelog, which prints each change as a line {"op":"+U","row":{...}}',
  });
}
