import { type Batch, ROW_KIND_TEXT } from '../../data/batch.ts';
import type { SinkContext, SinkWriter } from '../../runtime/sink.ts';
import type { Connector } from '../connector.ts';
import { printText } from './print-text.ts';

/** Prints every change as a line in the form of Flink's print sink: `+I[1, abc, 2.5]`. */
class PrintWriter implements SinkWriter {
  readonly #print: (text: string) => void;
  readonly #prefix: string;
  bytesWritten = 0;

  constructor(context: SinkContext) {
    this.#print = context.options.boolean('standard-error') ? (text) => console.error(text.slice(0, -1)) : context.print;
    this.#prefix = prefixOf(String(context.options.get('print-identifier') ?? ''), context.subtask);
  }

  write(batch: Batch): boolean {
    const lines: string[] = [];
    for (let n = 0; n < batch.size; n++) {
      const row = batch.rowIndex(n);
      const values = batch.columns.map((column) => printText(column, row));
      lines.push(`${this.#prefix}${ROW_KIND_TEXT[batch.kind(row)]}[${values.join(', ')}]\n`);
    }
    const text = lines.join('');
    this.bytesWritten += text.length;
    if (text !== '') this.#print(text);
    return true;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** `id> `, and with several subtasks the number of the one that prints: `id:2> `, or `2> ` without an identifier. */
function prefixOf(identifier: string, { index, count }: SinkContext['subtask']): string {
  const parts = [identifier, count > 1 ? String(index + 1) : ''].filter((part) => part !== '');
  return parts.length === 0 ? '' : `${parts.join(':')}> `;
}

export const print: Connector = {
  descriptor: {
    name: 'print',
    doc: 'Prints every change as a line, as the print connector of Flink does: `+I[1, abc, 2.5]`.',
    options: [
      { name: 'print-identifier', kind: 'string', doc: 'Stands before every line: `identifier> `.' },
      { name: 'standard-error', kind: 'boolean', default: 'false', doc: 'Prints to standard error instead.' },
      { name: 'sink.parallelism', kind: 'int', doc: "Flink's number of printing tasks.", note: 'every worker prints its own rows.' },
      { name: 'property-version', kind: 'int', default: '1', doc: 'A number of no effect.', note: 'it has no effect.' },
    ],
    formatted: false,
    sink: { changelog: 'all' },
  },
  openSink: (context) => Promise.resolve(new PrintWriter(context)),
};
