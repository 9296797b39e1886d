import { Batch, ByteVector, IntVector, RowKind } from '../../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../../data/column.ts';
import type { Kernels } from '../../../kernels/kernels.ts';
import type { Decoder, MessagePlace, Messages } from '../../../runtime/decoder.ts';
import type { SourceContext } from '../../../runtime/source.ts';
import { decodeMessages } from './decode-messages.ts';
import { KeyColumns } from './key-columns.ts';
import { MESSAGE_BYTES, type MessageTable } from './message-table.ts';
import { MetadataColumns } from './metadata-columns.ts';
import { type RecordLayout, recordLayout } from './record-layout.ts';
import type { SourcePartition } from './source-partition.ts';

/** Makes rows of messages: columns of the value, of the key, and of the metadata. */
export class RecordRows {
  /** What was handed out last. */
  readonly batch: Batch;
  readonly #kernels: Kernels;
  readonly #decoder: Decoder;
  readonly #keys: KeyColumns | undefined;
  readonly #metadata: MetadataColumns;
  /** The columns of the value alone: what the decoder fills. */
  readonly #decoded: Batch;
  /** Address of each row's message number. */
  readonly #rows: number;
  readonly #selection: IntVector;
  /** Only where rows are updated and deleted. */
  readonly #kinds: ByteVector | undefined;

  /** `isUpsert`: the key is the primary key, and a message without a value a deletion. Throws MS3078 for columns that cannot be divided into key and value. */
  constructor(context: SourceContext, isUpsert: boolean) {
    const { kernels, metadata, schema } = context;
    const { memory } = kernels;
    const columns = schema.fields.map((field) => new Column(memory, field.type));
    const layout = layoutOf(context, isUpsert);
    this.#kernels = kernels;
    this.#decoder = context.createDecoder(layout.value.part);
    this.#keys = keyColumns(context, layout, columns);
    const targets = [...metadata].map(([index, key]) => ({ key, column: columns[index]! }));
    this.#metadata = new MetadataColumns(memory, targets);
    this.#rows = memory.alloc(BATCH_ROWS * 4);
    this.#selection = new IntVector(memory);
    this.#kinds = isUpsert ? new ByteVector(memory) : undefined;
    this.batch = new Batch(columns);
    this.#decoded = new Batch(layout.value.columns.map((index) => columns[index]!));
  }

  /** Fills the batch with messages from the `first` on; the number of the first that has no row. The batch may be empty. */
  fill(table: MessageTable, partition: SourcePartition, first: number): number {
    const next = this.#decode(table, partition, first);
    const { batch } = this;
    const { rowCount } = this.#decoded;
    batch.rowCount = rowCount;
    batch.selection = null;
    if (rowCount > 0) this.#complete(table, partition);
    return next;
  }

  free(): void {
    this.#decoder.close?.();
    this.#keys?.free();
    this.#metadata.free();
    this.#selection.free();
    this.#kinds?.free();
    this.#kernels.memory.free(this.#rows, BATCH_ROWS * 4);
    for (const column of this.batch.columns) column.free();
  }

  #decode(table: MessageTable, { name }: SourcePartition, first: number): number {
    const placeOf = (index: number): MessagePlace => ({ source: name, offset: table.offset(index) });
    const messages: Messages = { address: table.address, stride: MESSAGE_BYTES, count: table.count, rows: this.#rows, placeOf };
    this.#decoded.rowCount = 0;
    this.#decoder.beginBatch(this.#decoded);
    return decodeMessages(this.#decoder, this.#kernels.memory, messages, first, this.#decoded);
  }

  /** What is not in the value. */
  #complete(table: MessageTable, partition: SourcePartition): void {
    const { rowCount } = this.batch;
    const messages = this.#kernels.memory.u32.subarray(this.#rows >>> 2, (this.#rows >>> 2) + rowCount);
    this.#metadata.fill({ table, partition, messages, rowCount });
    if (this.#kinds !== undefined) this.#fillKinds(this.#kinds, table, messages);
    const placeOf = (row: number): MessagePlace => ({ source: partition.name, offset: table.offset(messages[row]!) });
    const bad = this.#keys?.fill(table, messages, rowCount, placeOf);
    if (bad !== undefined && bad.size > 0) this.#leaveOut(bad);
  }

  /** An update, of which nothing says whether it is the first of its key, or a deletion. */
  #fillKinds(kinds: ByteVector, table: MessageTable, messages: Uint32Array): void {
    const { view } = kinds;
    for (let row = 0; row < messages.length; row++) view[row] = table.hasValue(messages[row]!) ? RowKind.updateAfter : RowKind.delete;
    this.batch.kinds = kinds;
  }

  #leaveOut(bad: ReadonlySet<number>): void {
    const { batch } = this;
    const { view } = this.#selection;
    batch.selectedCount = 0;
    for (let row = 0; row < batch.rowCount; row++) if (!bad.has(row)) view[batch.selectedCount++] = row;
    batch.selection = this.#selection;
  }
}

/** Deletions have nothing but the key: where rows are updated by it, its columns are read from there. */
function layoutOf(context: SourceContext, isUpsert: boolean): RecordLayout {
  const { schema, tableSchema, options, primaryKey } = context;
  const isMetadata = isMetadataOf(context);
  if (!isUpsert) return recordLayout({ options, schema, tableSchema, isMetadata });
  const layout = recordLayout({ options, schema, tableSchema, isMetadata, keyFields: primaryKey });
  const inKey = new Set(layout.key?.columns);
  const { part, columns } = layout.value;
  const isKept = (_: unknown, i: number): boolean => !inKey.has(columns[i]!);
  return {
    ...layout,
    value: { columns: columns.filter(isKept), part: { ...part, schema: { fields: part.schema.fields.filter(isKept) } } },
  };
}

/** The columns that are in the key only: one that is in both is read from the value, as in Flink. */
function keyColumns(
  { kernels, createDecoder }: SourceContext,
  { key, value }: RecordLayout,
  columns: readonly Column[],
): KeyColumns | undefined {
  const inValue = new Set(value.columns);
  const wanted = (key?.columns ?? []).filter((index) => !inValue.has(index));
  if (key === undefined || wanted.length === 0) return undefined;
  const fields = key.part.schema.fields.filter((_, i) => wanted.includes(key.columns[i]!));
  const decoder = createDecoder({ ...key.part, schema: { fields } });
  return new KeyColumns(
    kernels,
    decoder,
    wanted.map((index) => columns[index]!),
  );
}

function isMetadataOf({ schema, metadata }: SourceContext): (name: string) => boolean {
  const names = new Set([...metadata.keys()].map((index) => schema.fields[index]!.name));
  return (name) => names.has(name);
}
