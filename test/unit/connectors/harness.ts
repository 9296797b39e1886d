import { readOptions } from '../../../src/catalog/options.ts';
import { VirtualClock } from '../../../src/common/clock.ts';
import type { Connector } from '../../../src/connectors/connector.ts';
import type { Batch } from '../../../src/data/batch.ts';
import type { Schema } from '../../../src/data/schema.ts';
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
    bounded: false,
    timeZone: 'UTC',
    subtask: { index: 0, count: 1 },
    createEncoder: noFormat,
    print: noFormat,
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
