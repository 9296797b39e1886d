import { type Random, seededRandom } from '../src/common/random.ts';
import type { Schema } from '../src/data/schema.ts';
import { types as t } from '../src/data/types/sql-type.ts';

const CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple', 'channel-4711'];

export const bidSchema: Schema = {
  fields: [
    { name: 'auction', type: t.bigint() },
    { name: 'bidder', type: t.bigint() },
    { name: 'price', type: t.bigint() },
    { name: 'channel', type: t.string() },
    { name: 'url', type: t.string() },
    { name: 'dateTime', type: t.timestamp(3) },
    { name: 'extra', type: t.string() },
  ],
};

export interface BidLinesOptions {
  readonly seed?: number;
  /** Fields in a random order, another one in each line. */
  readonly shuffled?: boolean;
}

/** NDJSON of NEXMark bids, about 240 bytes a line; `extra` holds the characters H to z and so now and then a backslash. */
export function bidLines(count: number, { seed = 1, shuffled = false }: BidLinesOptions = {}): Uint8Array {
  const random = seededRandom(seed);
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const entries = Object.entries(bid(i, random));
    if (shuffled) entries.sort(() => random.next() - 0.5);
    lines.push(JSON.stringify(Object.fromEntries(entries)));
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

function bid(i: number, random: Random): Record<string, number | string> {
  return {
    auction: 1000 + random.below(100_000),
    bidder: 1001 + random.below(50_000),
    price: 100 + random.below(10_000_000),
    channel: CHANNELS[random.below(CHANNELS.length)]!,
    url: `https://www.nexmark.com/${letters(5, random).replace(/\\/g, '_')}/item.htm?query=1`,
    dateTime: new Date(Date.UTC(2026, 0, 1) + i * 2).toISOString().replace('T', ' ').slice(0, 23),
    extra: letters(60, random),
  };
}

function letters(length: number, random: Random): string {
  let out = '';
  for (let i = 0; i < length; i++) out += String.fromCharCode(72 + random.below(51));
  return out;
}
