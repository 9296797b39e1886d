import { readOptions } from '../../../src/catalog/options.ts';
import { VirtualClock } from '../../../src/common/clock.ts';
import type { Connector } from '../../../src/connectors/connector.ts';
import { Batch, ByteVector, type ROW_KIND_TEXT, RowKind } from '../../../src/data/batch.ts';
import { Column } from '../../../src/data/column.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { StringArena } from '../../../src/data/string-arena.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import type { Kernels } from '../../../src/kernels/kernels.ts';
import type { SinkContext } from '../../../src/runtime/sink.ts';
import type { SourceContext, SourceReader } from '../../../src/runtime/source.ts';

/** The options of a table with this connector, as the catalog would read them. */
export function optionsOf(connector: Connector, raw: Record<string, string>) {
  return readOptions(connector.descriptor.options, raw, { what: `connector '${connector.descriptor.name}'` });
}

const noFormat = (): never => {
  throw new Error('the connector has no format');
};

/** What the runtime hands to openSource; the table has the columns that are read unless said otherwise. */
export function sourceContext(
  connector: Connector,
  kernels: Kernels,
  schema: Schema,
  raw: Record<string, string> = {},
  rest: Partial<SourceContext> = {},
): SourceContext {
  return {
    kernels,
    clock: new VirtualClock(),
    schema,
    tableSchema: schema,
    tableName: 't',
    primaryKey: [],
    options: optionsOf(connector, raw),
    metadata: new Map(),
    subtask: { index: 0, count: 1 },
    createDecoder: noFormat,
    onBadRecord: noFormat,
    ...rest,
  };
}

/** What the runtime hands to openSink. */
export function sinkContext(
  connector: Connector,
  kernels: Kernels,
  schema: Schema,
  raw: Record<string, string> = {},
  rest: Partial<SinkContext> = {},
): SinkContext {
  return {
    kernels,
    clock: new VirtualClock(),
    schema,
    tableName: 't',
    options: optionsOf(connector, raw),
    primaryKey: [],
    insertOnly: true,
    checkpointed: false,
    uid: 'uid',
    bounded: false,
    timeZone: 'UTC',
    subtask: { index: 0, count: 1 },
    createEncoder: noFormat,
    print: noFormat,
    metadata: new Map(),
    ...rest,
  };
}

/** Polls until the source says 'idle' or 'end'; calls back for each batch; returns how it stopped. */
export function drain(reader: SourceReader, onBatch: (batch: Batch) => void): 'idle' | 'end' {
  for (;;) {
    const result = reader.poll();
    if (typeof result === 'string') return result;
    onBatch(result);
  }
}

const KINDS: Readonly<Record<(typeof ROW_KIND_TEXT)[number], number>> = {
  '+I': RowKind.insert,
  '-U': RowKind.updateBefore,
  '+U': RowKind.updateAfter,
  '-D': RowKind.delete,
};

/** A batch of rows given as arrays of JavaScript values; `kinds` are inserts unless said otherwise. */
export function batchOf(
  kernels: Kernels,
  schema: Schema,
  rows: readonly (readonly unknown[])[],
  kinds?: readonly (keyof typeof KINDS)[],
): Batch {
  const arena = new StringArena(kernels.memory);
  const batch = new Batch(schema.fields.map((field) => new Column(kernels.memory, field.type)));
  rows.forEach((row, i) => {
    for (const [c, column] of batch.columns.entries()) descriptorOf(column.type).write(column, i, row[c], arena);
  });
  batch.rowCount = rows.length;
  if (kinds !== undefined) {
    batch.kinds = new ByteVector(kernels.memory);
    batch.kinds.view.set(kinds.map((kind) => KINDS[kind]));
  }
  return batch;
}
