import type { Connector } from '../connector.ts';
import { ConsoleWriter } from './console-writer.ts';

const APPEND_HINT =
  "in output mode append a row is printed once, and the rows of this query change with what comes later: set 'output-mode' to 'complete' or 'update', " +
  'or group by a window over a time with a watermark, whose results are final';

/** Spark's console sink: the rows of each micro-batch as a table. */
export const consoleConnector: Connector = {
  descriptor: {
    name: 'console',
    doc: 'Prints the result of each micro-batch as a table, as the console sink of Spark does. A micro-batch ends when the sources have nothing more at once.',
    options: [
      {
        name: 'output-mode',
        aliases: ['outputMode'],
        kind: ['append', 'update', 'complete'],
        default: 'append',
        doc: 'What is printed: new rows, which must not change later; rows that are new or changed; or the whole result each time.',
      },
      { name: 'num-rows', aliases: ['numRows'], kind: 'int', default: '20', doc: 'Rows printed at most.' },
      { name: 'truncate', kind: 'string', default: '20', doc: 'Characters of a value printed at most; 0 or false for all.' },
    ],
    formatted: false,
    sink: { changelog: 'all', insertsOnly: (options) => (options.string('output-mode') === 'append' ? APPEND_HINT : undefined) },
  },
  openSink: (context) => Promise.resolve().then(() => new ConsoleWriter(context)),
};
