import type { Options } from '../../../catalog/option-spec.ts';
import { SqlError } from '../../../common/errors.ts';
import { choice, integer, propertiesOf } from '../client/client-settings.ts';
import { COMPRESSION_TYPES, type CompressionType } from '../codecs/codecs.ts';
import { topicsOf } from '../source/source-settings.ts';

export type DeliveryGuarantee = 'none' | 'at-least-once' | 'exactly-once';
export type Partitioner = 'default' | 'fixed' | 'round-robin';

export interface SinkSettings {
  readonly topic: string;
  readonly delivery: DeliveryGuarantee;
  readonly transactionalIdPrefix: string;
  readonly transactionTimeoutMs: number;
  /** Whether a transaction that a checkpoint prepared, and that is no more, is passed over. */
  readonly ignoresLostTransactions: boolean;
  readonly partitioner: Partitioner;
  /** Replicas that must have a record before it counts as stored: -1 all, 1 the leader, 0 none. */
  readonly acks: -1 | 0 | 1;
  readonly isIdempotent: boolean;
  readonly batchBytes: number;
  readonly lingerMs: number;
  readonly bufferBytes: number;
  readonly compression: CompressionType;
}

const KB = 1024;
const ACKS = { all: -1, '-1': -1, '0': 0, '1': 1 } as const;

/** Reads the options of a table that is written. Throws SqlError MS3078. */
export function sinkSettings(options: Options): SinkSettings {
  const properties = propertiesOf(options);
  const topics = topicsOf(options);
  if (topics.length !== 1) {
    throw new SqlError('MS3078', 'a table of several topics can be read, not written', { hint: "let 'topic' name one topic" });
  }
  const delivery = options.string('sink.delivery-guarantee') as DeliveryGuarantee;
  const acks = ACKS[choice(properties, 'acks', ['all', '-1', '0', '1'], 'all')];
  const wantsIdempotence = choice(properties, 'enable.idempotence', ['true', 'false'], acks === -1 ? 'true' : 'false') === 'true';
  const isExactlyOnce = delivery === 'exactly-once';
  if ((wantsIdempotence || isExactlyOnce) && acks !== -1) {
    throw new SqlError('MS3078', "'properties.acks' must be 'all' for idempotent and transactional writing");
  }
  if (delivery === 'at-least-once' && acks === 0) {
    throw new SqlError('MS3078', "'properties.acks' = '0' cannot deliver at least once", {
      hint: "set 'sink.delivery-guarantee' = 'none'",
    });
  }
  return {
    topic: topics[0]!,
    delivery,
    transactionalIdPrefix: options.get('sink.transactional-id-prefix')?.toString() ?? '',
    transactionTimeoutMs: integer(properties, 'transaction.timeout.ms', 15 * 60_000, 1000),
    ignoresLostTransactions: options.string('sink.lost-transactions') === 'ignore',
    partitioner: (options.get('sink.partitioner')?.toString() ?? 'default') as Partitioner,
    acks,
    isIdempotent: wantsIdempotence || isExactlyOnce,
    batchBytes: Math.min(integer(properties, 'batch.size', 256 * KB, 0), 1_000_000),
    lingerMs: integer(properties, 'linger.ms', 20, 0),
    bufferBytes: integer(properties, 'buffer.memory', 32 * KB * KB, 1),
    compression: choice(properties, 'compression.type', COMPRESSION_TYPES, 'none'),
  };
}
