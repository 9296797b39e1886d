import type { OptionSpec, Options } from '../../catalog/option-spec.ts';
import { SqlError } from '../../common/errors.ts';

const RATE_NOTE = 'events come at first-event.rate throughout, as from the official generator.';
const MAX_EVENT_BYTES = 1024 * 1024;

/** The official connector's options, and two of our own: seed and base-time. */
export const nexmarkOptions: readonly OptionSpec[] = [
  { name: 'first-event.rate', kind: 'int', default: '10000', doc: 'Events per second of event time.' },
  { name: 'next-event.rate', kind: 'int', default: '10000', doc: 'Events per second after a step of the rate.', note: RATE_NOTE },
  { name: 'rate.shape', kind: ['SQUARE', 'SINE'], default: 'SQUARE', doc: 'How the rate moves between the two.', note: RATE_NOTE },
  { name: 'rate.period', kind: 'duration', default: '600 s', doc: 'Time for the rate to move there and back.', note: RATE_NOTE },
  {
    name: 'rate.limited',
    kind: 'boolean',
    default: 'false',
    doc: 'Whether an event waits until the clock reaches its time since the start.',
  },
  { name: 'max-emit-speed', kind: 'boolean', default: 'true', doc: "'false' means the same as 'rate.limited' = 'true'." },
  { name: 'events.num', kind: 'bigint', default: '0', doc: 'How many events there are; 0 for no end.' },
  { name: 'stop-at', kind: 'bigint', default: '-1', doc: 'Ends after this many events, if that comes first; -1 for never.' },
  { name: 'keep-alive', kind: 'boolean', default: 'false', doc: 'Whether the source stays open, without rows, after its last event.' },
  { name: 'person.proportion', kind: 'int', default: '1', doc: 'New persons in each round of events.' },
  { name: 'auction.proportion', kind: 'int', default: '3', doc: 'New auctions in each round of events.' },
  { name: 'bid.proportion', kind: 'int', default: '46', doc: 'Bids in each round of events.' },
  { name: 'person.avg-size', kind: 'memory', default: '200 b', doc: 'Average size of a person, which the column extra fills up.' },
  { name: 'auction.avg-size', kind: 'memory', default: '500 b', doc: 'Average size of an auction, likewise.' },
  { name: 'bid.avg-size', kind: 'memory', default: '100 b', doc: 'Average size of a bid, likewise.' },
  { name: 'bid.hot-ratio.auctions', kind: 'int', default: '2', doc: 'One bid in so many is not for the hot auction.' },
  { name: 'bid.hot-ratio.bidders', kind: 'int', default: '4', doc: 'One bid in so many is not by the hot bidder.' },
  { name: 'auction.hot-ratio.sellers', kind: 'int', default: '4', doc: 'One auction in so many is not by the hot seller.' },
  { name: 'seed', kind: 'bigint', default: '0', doc: 'The same seed gives the same events on every machine and at any parallelism.' },
  {
    name: 'base-time',
    kind: 'string',
    default: '2026-01-01 00:00:00',
    doc: "Event time of the start: 'yyyy-mm-dd hh:mm:ss[.fff]', milliseconds since 1970, or 'now', as the official generator has it.",
  },
];

/** What the generator needs to know, checked. */
export interface NexmarkSettings {
  readonly seed: bigint;
  /** Milliseconds since 1970. */
  readonly baseTime: bigint;
  readonly eventsPerSecond: number;
  readonly persons: number;
  readonly auctions: number;
  readonly bids: number;
  readonly hotAuctions: number;
  readonly hotBidders: number;
  readonly hotSellers: number;
  readonly personBytes: number;
  readonly auctionBytes: number;
  readonly bidBytes: number;
  /** Number of events; Infinity for no end. */
  readonly eventCount: number;
  readonly keepAlive: boolean;
  readonly paced: boolean;
}

/** Throws MS1304 for values outside what the model knows. `nowMs` is what 'now' means. */
export function readNexmarkSettings(options: Options, nowMs: number): NexmarkSettings {
  const settings: NexmarkSettings = {
    seed: options.bigint('seed'),
    baseTime: readBaseTime(options.string('base-time'), nowMs),
    eventsPerSecond: atLeast(options, 'first-event.rate', 1),
    persons: atLeast(options, 'person.proportion', 0),
    auctions: atLeast(options, 'auction.proportion', 0),
    bids: atLeast(options, 'bid.proportion', 0),
    hotAuctions: atLeast(options, 'bid.hot-ratio.auctions', 1),
    hotBidders: atLeast(options, 'bid.hot-ratio.bidders', 1),
    hotSellers: atLeast(options, 'auction.hot-ratio.sellers', 1),
    personBytes: eventBytes(options, 'person.avg-size'),
    auctionBytes: eventBytes(options, 'auction.avg-size'),
    bidBytes: eventBytes(options, 'bid.avg-size'),
    eventCount: eventCount(options),
    keepAlive: options.boolean('keep-alive'),
    paced: options.boolean('rate.limited') || !options.boolean('max-emit-speed'),
  };
  const round = settings.persons + settings.auctions + settings.bids;
  if (round < 1 || round > 1_000_000) {
    throw new SqlError('MS1304', `the proportions of persons, auctions and bids add up to ${round}, but must be 1 to 1000000 together`);
  }
  return settings;
}

/** Events until the end: the lower of events.num and stop-at; Infinity without either. */
export function eventCount(options: Options): number {
  const number = options.bigint('events.num');
  const stopAt = options.bigint('stop-at');
  if (number < 0n) throw new SqlError('MS1304', `'events.num' is ${number}, but must be at least 0`);
  return Math.min(number === 0n ? Number.POSITIVE_INFINITY : Number(number), stopAt < 0n ? Number.POSITIVE_INFINITY : Number(stopAt));
}

function atLeast(options: Options, name: string, least: number): number {
  const value = options.number(name);
  if (value < least) throw new SqlError('MS1304', `'${name}' is ${value}, but must be at least ${least}`);
  return value;
}

function eventBytes(options: Options, name: string): number {
  const value = options.number(name);
  if (value > MAX_EVENT_BYTES) throw new SqlError('MS1304', `'${name}' is ${value} bytes, but may be 1 mb at most`);
  return value;
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,3})?$/;

function readBaseTime(text: string, nowMs: number): bigint {
  if (text.toLowerCase() === 'now') return BigInt(Math.floor(nowMs));
  if (/^-?\d{1,15}$/.test(text)) return BigInt(text);
  const match = TIMESTAMP.exec(text);
  const ms = match ? Date.parse(`${match[1]}T${match[2]}${match[3] ?? ''}Z`) : Number.NaN;
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(match![1]!)) {
    throw new SqlError(
      'MS1303',
      `option 'base-time' of connector 'nexmark' is '${text}', but takes 'yyyy-mm-dd hh:mm:ss[.fff]', milliseconds or 'now'`,
    );
  }
  return BigInt(ms);
}
