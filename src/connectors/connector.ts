import type { ConnectorDescriptor } from '../catalog/connector-descriptor.ts';
import type { Options } from '../catalog/option-spec.ts';
import type { Field } from '../data/schema.ts';
import type { LookupTable } from '../operators/lookup-join/lookup-table.ts';
import type { SinkContext, SinkWriter } from '../runtime/sink.ts';
import type { SourceContext, SourceReader } from '../runtime/source.ts';

/** A connector: one folder in connectors/, one line in connectors/index.ts. */
export interface Connector {
  readonly descriptor: ConnectorDescriptor;
  /** Whether several workers may read a table, each its splits, or write one, each what it has. Without it one worker does. */
  readonly parallel?: { readonly source?: boolean; readonly sink?: boolean | ((options: Options) => boolean) };
  /** The columns of a table that declares none, where they are in what its options (as written) name. Throws where that cannot be read. */
  inferColumns?(options: ReadonlyMap<string, string>): Promise<readonly Field[]>;
  openSource?(context: SourceContext): Promise<SourceReader>;
  /** The partitions that a partitioned table has: the texts of its columns, undefined for NULL. */
  listPartitions?(table: {
    readonly options: Options;
    readonly columns: readonly string[];
  }): Promise<readonly { readonly texts: readonly (string | undefined)[] }[]>;
  /** The table as one that is looked up, where its descriptor says that it can be. Opens nothing yet. */
  openLookup?(context: SourceContext): LookupTable;
  openSink?(context: SinkContext): Promise<SinkWriter>;
}
