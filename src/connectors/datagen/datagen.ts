import type { Connector } from '../connector.ts';
import { DatagenReader } from './datagen-reader.ts';
import { fieldOptionSpecs, hasSequence } from './field-options.ts';

/** Flink's datagen connector: random values or sequences, column by column. */
export const datagen: Connector = {
  descriptor: {
    name: 'datagen',
    doc: 'Generates rows of random values or of sequences, as the datagen connector of Flink does, for any columns that the table declares.',
    options: [
      { name: 'rows-per-second', kind: 'bigint', default: '10000', doc: 'Rows per second.' },
      {
        name: 'number-of-rows',
        kind: 'bigint',
        doc: 'Ends after this many rows; without it, and without a sequence, the source has no end.',
      },
      { name: 'seed', kind: 'bigint', doc: 'The same seed gives the same random values; without it they differ from run to run.' },
      {
        name: 'scan.parallelism',
        kind: 'int',
        doc: "Flink's number of generating tasks.",
        note: 'the rows are spread over the workers that there are.',
      },
      ...fieldOptionSpecs,
    ],
    formatted: false,
    source: { bounded: (options) => options.get('number-of-rows') !== undefined || hasSequence(options), projection: true },
  },
  parallel: { source: true },
  openSource: (context) => Promise.resolve().then(() => new DatagenReader(context)),
};
