import { Decimal, type Millstream, memory, type OpenOptions, open, seconds, Timestamp, t } from '../../../src/index.ts';

export const tripSchema = {
  id: t.bigint().notNull(),
  city: t.string(),
  fare: t.decimal(10, 2),
  seats: t.int(),
  km: t.double(),
  paid: t.boolean(),
  ts: t.timestamp(3),
};

export const tripRows = [
  { id: 1n, city: 'Paris', fare: Decimal.from('12.50'), seats: 2, km: 3.5, paid: true, ts: Timestamp.from('2024-01-01 00:00:10.000') },
  { id: 2n, city: 'Rome', fare: Decimal.from('8.00'), seats: 1, km: 1.25, paid: false, ts: Timestamp.from('2024-01-01 00:00:50.000') },
  { id: 3n, city: 'Paris', fare: Decimal.from('7.25'), seats: null, km: null, paid: null, ts: Timestamp.from('2024-01-01 00:01:05.000') },
  { id: 4n, city: null, fare: null, seats: 4, km: 9, paid: true, ts: Timestamp.from('2024-01-01 00:03:00.000') },
];

export const openUtc = (options: OpenOptions = {}): Promise<Millstream> =>
  open({ print: () => undefined, ...options, settings: { 'table.local-time-zone': 'UTC', ...options.settings } });

/** The rows above as a pipeline, under the name `trips`. */
export const tripsOf = (ms: Millstream) => ms.from(memory(tripRows, { schema: tripSchema }), 'trips').watermark('ts', seconds(5));
