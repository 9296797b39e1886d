import { optionsUnder } from '../../../src/catalog/options.ts';
import { type Descriptors, readTableOptions } from '../../../src/catalog/table-options.ts';
import { systemClock } from '../../../src/common/clock.ts';
import { connectors } from '../../../src/connectors/index.ts';
import type { Batch } from '../../../src/data/batch.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import type { BadRecord } from '../../../src/formats/format.ts';
import { formats } from '../../../src/formats/index.ts';
import type { Kernels } from '../../../src/kernels/kernels.ts';
import type { SinkContext, SinkWriter } from '../../../src/runtime/sink.ts';
import type { RecordPart, SourceContext, SourceReader } from '../../../src/runtime/source.ts';

const descriptors: Descriptors = {
  connectors: new Map(connectors.map(({ descriptor }) => [descriptor.name, descriptor])),
  formats: new Map(formats.map(({ descriptor }) => [descriptor.name, descriptor])),
};

export type Raw = Readonly<Record<string, string>>;

/** What a table's WITH says, in short: the topic, and where it is. */
export const withTopic = (topic: string, bootstrap: string, rest: Raw = {}): Raw => ({
  connector: 'kafka',
  topic,
  'properties.bootstrap.servers': bootstrap,
  ...(rest['value.format'] === undefined && { format: 'json' }),
  'scan.startup.mode': 'earliest-offset',
  ...rest,
});

function read(raw: Raw, kernels: Kernels, schema: Schema) {
  const table = readTableOptions(new Map(Object.entries(raw)), descriptors, () => undefined);
  const formatOf = (part: RecordPart | undefined) => {
    const { name } = part?.of === 'key' ? table.keyFormat! : table.format!;
    const format = formats.find(({ descriptor }) => descriptor.name === name)!;
    return { format, options: optionsUnder(table.options, part?.of === 'key' ? `key.${name}` : table.formatPrefix) };
  };
  return {
    options: table.options,
    connector: connectors.find(({ descriptor }) => descriptor.name === raw['connector'])!,
    formatOf,
    kernels,
    schema,
  };
}

/** Opens a table as the runtime does. */
export function openSource(
  kernels: Kernels,
  raw: Raw,
  schema: Schema,
  rest: Partial<SourceContext> & { readonly bad?: BadRecord[] } = {},
): Promise<SourceReader> {
  const { options, connector, formatOf } = read(raw, kernels, schema);
  const onBadRecord = (record: BadRecord) => void rest.bad?.push(record);
  return connector.openSource!({
    kernels,
    clock: systemClock,
    schema,
    tableSchema: schema,
    tableName: 't',
    primaryKey: [],
    options,
    metadata: new Map(),
    subtask: { index: 0, count: 1 },
    onBadRecord,
    createDecoder: (part) => {
      const { format, options: own } = formatOf(part);
      return format.createDecoder!({
        kernels,
        schema: part!.schema,
        tableSchema: part!.tableSchema,
        options: own,
        timeZone: 'UTC',
        badRecords: rest.bad === undefined ? 'fail' : 'skip',
        onBadRecord,
      });
    },
    ...rest,
  });
}

export function openSink(kernels: Kernels, raw: Raw, schema: Schema, rest: Partial<SinkContext> = {}): Promise<SinkWriter> {
  const { options, connector, formatOf } = read(raw, kernels, schema);
  return connector.openSink!({
    kernels,
    clock: systemClock,
    schema,
    tableName: 't',
    options,
    primaryKey: [],
    insertOnly: true,
    checkpointed: true,
    uid: 'uid',
    bounded: false,
    timeZone: 'UTC',
    subtask: { index: 0, count: 1 },
    print: () => undefined,
    metadata: new Map(),
    createEncoder: (part) => {
      const { format, options: own } = formatOf(part);
      return format.createEncoder!({ kernels, schema: part!.schema, options: own, timeZone: 'UTC' });
    },
    ...rest,
  });
}

/** The rows of a batch as texts of JSON arrays. */
export function rowTexts(batch: Batch): string[] {
  return Array.from({ length: batch.size }, (_, n) => {
    const row = batch.rowIndex(n);
    return `[${batch.columns.map((column) => (column.isNull(row) ? 'null' : descriptorOf(column.type).json(column, row))).join(',')}]`;
  });
}

/** Reads until the end, or until there are so many rows. Throws what the reader throws, and when `ms` have passed. */
export async function readRows(reader: SourceReader, count = Number.POSITIVE_INFINITY, ms = 30_000): Promise<string[]> {
  const rows: string[] = [];
  const deadline = Date.now() + ms;
  while (rows.length < count) {
    const polled = reader.poll();
    if (polled === 'end') break;
    if (polled !== 'idle') {
      rows.push(...rowTexts(polled));
      continue;
    }
    if (Date.now() > deadline) throw new Error(`${rows.length} rows came within ${ms} ms: ${rows.slice(-3)}`);
    await reader.wait(AbortSignal.timeout(200));
  }
  return rows;
}

/** Writes a batch, waiting where the sink is full. */
export async function writeAll(sink: SinkWriter, batch: Batch): Promise<void> {
  while (!sink.write(batch)) await sink.ready();
}
