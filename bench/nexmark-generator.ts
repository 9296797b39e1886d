// Speed of the NEXMark generator alone, by the columns that are read: M events per second on one core.
import { readOptions } from '../src/catalog/options.ts';
import { systemClock } from '../src/common/clock.ts';
import { nexmark } from '../src/connectors/nexmark/nexmark.ts';
import { nexmarkColumns } from '../src/connectors/nexmark/nexmark-columns.ts';
import type { Field, Schema } from '../src/data/schema.ts';
import { loadKernels } from '../src/kernels/kernels.ts';

const RUNS = 9;
const EVENTS = 4_000_000;

/** The official table with only these columns and ROW fields (`bid.price`, `bid` for all of it). */
function pruned(names: readonly string[]): Schema {
  const fields = nexmarkColumns.flatMap((field): Field[] => {
    const { name, type } = field;
    if (names.includes(name)) return [field];
    if (type.root !== 'ROW') return [];
    const kept = type.fields.filter((inner) => names.includes(`${name}.${inner.name}`));
    return kept.length === 0 ? [] : [{ name, type: { ...type, fields: kept } }];
  });
  return { fields };
}

async function measure(names: readonly string[]): Promise<{ median: number; best: number }> {
  const kernels = await loadKernels();
  const options = readOptions(nexmark.descriptor.options, { 'events.num': String(EVENTS) }, { what: "connector 'nexmark'" });
  const schema = pruned(names);
  const none = (): never => {
    throw new Error('not used');
  };
  const context = {
    kernels,
    options,
    schema,
    clock: systemClock,
    tableSchema: schema,
    tableName: 'nexmark',
    primaryKey: [],
    metadata: new Map(),
    subtask: { index: 0, count: 1 },
    createDecoder: none,
    onBadRecord: none,
  };
  const rates: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const reader = await nexmark.openSource!(context);
    const start = process.cpuUsage();
    let rows = 0;
    for (let batch = reader.poll(); typeof batch !== 'string'; batch = reader.poll()) rows += batch.size;
    const { user, system } = process.cpuUsage(start);
    if (rows !== EVENTS) throw new Error(`${rows} rows instead of ${EVENTS}`);
    rates.push(rows / (user + system));
    await reader.close();
  }
  rates.sort((a, b) => a - b);
  return { median: rates[RUNS >> 1]!, best: rates.at(-1)! };
}

const numbers = ['bid.auction', 'bid.bidder', 'bid.price', 'bid.dateTime'];
const cases: Readonly<Record<string, readonly string[]>> = {
  event_type: ['event_type'],
  'bid.auction': ['bid.auction'],
  'bid.price': ['bid.price'],
  'bid.dateTime': ['bid.dateTime'],
  'bid, all numbers': numbers,
  'event_type + bid, all numbers': ['event_type', ...numbers],
  'bid.channel': ['bid.channel'],
  'bid.url': ['bid.url'],
  'bid.extra': ['bid.extra'],
  'bid, all 7': ['bid'],
  'event_type + bid, all 7': ['event_type', 'bid'],
  'auction, all 10': ['auction'],
  'person, all 8': ['person'],
  everything: ['event_type', 'person', 'auction', 'bid'],
};
for (const [name, names] of Object.entries(cases)) {
  const { median, best } = await measure(names);
  console.log(`${name.padEnd(32)}${median.toFixed(1).padStart(8)} M events/s per CPU-second, best ${best.toFixed(1)}`);
}
