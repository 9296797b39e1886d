import type { Options } from '../../catalog/option-spec.ts';
import { types } from '../../data/types/sql-type.ts';
import type { Connector } from '../connector.ts';
import { RateReader } from './rate-reader.ts';

const hasEnd = (options: Options): boolean => options.get('number-of-rows') !== undefined;

/** Spark's rate source: a row so many times a second, counted from 0, with the time at which it was due. */
export const rate: Connector = {
  descriptor: {
    name: 'rate',
    doc: 'Makes rows at a steady rate by the clock, as the rate source of Spark does: a `timestamp` and a `value` that counts from 0.',
    options: [
      { name: 'rowsPerSecond', aliases: ['rows-per-second'], kind: 'bigint', default: '1', doc: 'Rows per second, evenly spread.' },
      {
        name: 'rampUpTime',
        aliases: ['ramp-up-time'],
        kind: 'duration',
        default: '0 s',
        doc: 'How long the speed grows before it reaches rowsPerSecond, in whole seconds.',
      },
      {
        name: 'numPartitions',
        aliases: ['num-partitions'],
        kind: 'int',
        doc: 'How many partitions Spark makes of the rows.',
        note: 'the rows are spread over the workers that there are.',
      },
      { name: 'number-of-rows', kind: 'bigint', doc: 'Ends after this many rows; without it the source has no end.' },
    ],
    formatted: false,
    columns: [
      { name: 'timestamp', type: types.timestampLtz(3) },
      { name: 'value', type: types.bigint() },
    ],
    source: { bounded: hasEnd, projection: true },
  },
  parallel: { source: true },
  openSource: (context) => Promise.resolve().then(() => new RateReader(context)),
};
