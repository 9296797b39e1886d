import type { ConnectorDescriptor } from '../catalog/connector-descriptor.ts';
import type { SinkContext, SinkWriter } from '../runtime/sink.ts';
import type { SourceContext, SourceReader } from '../runtime/source.ts';

/** A connector: one folder in connectors/, one line in connectors/index.ts. */
export interface Connector {
  readonly descriptor: ConnectorDescriptor;
  openSource?(context: SourceContext): Promise<SourceReader>;
  openSink?(context: SinkContext): Promise<SinkWriter>;
}
