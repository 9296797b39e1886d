import type { Connector } from '../connector.ts';
import { nexmarkColumns } from './nexmark-columns.ts';
import { eventCount, nexmarkOptions } from './nexmark-options.ts';
import { NexmarkReader } from './nexmark-reader.ts';

/**
 * The public NEXMark benchmark's source: an auction house as one stream of new persons, new auctions and bids. The table is the
 * official one, so that published DDL runs unchanged; the model is described at github.com/nexmark/nexmark.
 */
export const nexmark: Connector = {
  descriptor: {
    name: 'nexmark',
    doc: 'Generates the events of the NEXMark benchmark: 1 new person, 3 new auctions and 46 bids in every 50, as the rows person, auction and bid, one of which is set in each event (event_type 0, 1, 2).',
    options: nexmarkOptions,
    formatted: false,
    columns: nexmarkColumns,
    source: {
      bounded: (options) => Number.isFinite(eventCount(options)) && !options.boolean('keep-alive'),
      projection: true,
    },
  },
  parallel: { source: true },
  openSource: (context) => Promise.resolve().then(() => new NexmarkReader(context)),
};
