// Speed of the datagen source alone: M rows per CPU-second on one core.
import { readOptions } from '../src/catalog/options.ts';
import { systemClock } from '../src/common/clock.ts';
import { datagen } from '../src/connectors/datagen/datagen.ts';
import type { Schema } from '../src/data/schema.ts';
import { types } from '../src/data/types/sql-type.ts';
import { loadKernels } from '../src/kernels/kernels.ts';

const ROWS = 4_000_000;
const RUNS = 7;
const a = 'a';
const b = 'b';
const cases: Readonly<Record<string, readonly [Schema, Record<string, string>]>> = {
  'two BIGINT, any value': [{ fields: [a, b].map((name) => ({ name, type: types.bigint() })) }, {}],
  'two BIGINT, 0 to 999,999': [
    { fields: [a, b].map((name) => ({ name, type: types.bigint() })) },
    { 'fields.a.min': '0', 'fields.a.max': '999999', 'fields.b.min': '0', 'fields.b.max': '999999' },
  ],
  'sequence BIGINT': [
    { fields: [{ name: a, type: types.bigint() }] },
    { 'fields.a.kind': 'sequence', 'fields.a.start': '0', 'fields.a.end': '99999999' },
  ],
  'INT, DOUBLE': [
    {
      fields: [
        { name: a, type: types.int() },
        { name: b, type: types.double() },
      ],
    },
    {},
  ],
  'STRING of 10': [{ fields: [{ name: a, type: types.string() }] }, { 'fields.a.length': '10' }],
  'STRING of 100': [{ fields: [{ name: a, type: types.string() }] }, {}],
};

const none = (): never => {
  throw new Error('not used');
};

async function measure(schema: Schema, raw: Record<string, string>): Promise<number> {
  const kernels = await loadKernels();
  const all = { 'number-of-rows': String(ROWS), 'rows-per-second': '1000000000000', ...raw };
  const options = readOptions(datagen.descriptor.options, all, { what: "connector 'datagen'" });
  const shared = { kernels, options, schema, tableSchema: schema, tableName: 't', primaryKey: [], clock: systemClock, metadata: new Map() };
  const context = { ...shared, subtask: { index: 0, count: 1 }, createDecoder: none, onBadRecord: none };
  const rates: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const reader = await datagen.openSource!(context);
    const start = process.cpuUsage();
    let rows = 0;
    for (let batch = reader.poll(); batch !== 'end'; batch = reader.poll()) if (batch !== 'idle') rows += batch.size;
    const { user, system } = process.cpuUsage(start);
    if (rows !== ROWS) throw new Error(`${rows} rows instead of ${ROWS}`);
    rates.push(rows / (user + system));
    await reader.close();
  }
  return rates.sort((x, y) => x - y)[RUNS >> 1]!;
}

for (const [name, [schema, raw]] of Object.entries(cases)) {
  console.log(`${name.padEnd(28)}${(await measure(schema, raw)).toFixed(1).padStart(8)} M rows/s per CPU-second`);
}
