import { seededRandom } from '../src/common/random.ts';

const CHANNELS = ['Google', 'Facebook', 'Baidu', 'Apple', 'channel-4711'];

/** NDJSON of NEXMark bids, about 240 bytes a line; `extra` holds the characters H to z and so now and then a backslash. */
export function bidLines(count: number, seed = 1): Uint8Array {
  const random = seededRandom(seed);
  const text = (length: number): string => {
    let out = '';
    for (let i = 0; i < length; i++) out += String.fromCharCode(72 + random.below(51));
    return out;
  };
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const time = new Date(Date.UTC(2026, 0, 1) + i * 2).toISOString().replace('T', ' ').slice(0, 23);
    lines.push(
      JSON.stringify({
        auction: 1000 + random.below(100_000),
        bidder: 1001 + random.below(50_000),
        price: 100 + random.below(10_000_000),
        channel: CHANNELS[random.below(CHANNELS.length)],
        url: `https://www.nexmark.com/${text(5).replace(/\\/g, '_')}/item.htm?query=1`,
        dateTime: time,
        extra: text(60),
      }),
    );
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}
