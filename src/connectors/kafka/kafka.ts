import { SqlError } from '../../common/errors.ts';
import type { SinkContext, SinkWriter } from '../../runtime/sink.ts';
import type { Connector } from '../connector.ts';
import { kafkaDescriptor } from './kafka-descriptor.ts';
import { openKafkaSink } from './sink/open-sink.ts';
import { openKafkaSource } from './source/open-source.ts';
import { upsertKafkaDescriptor } from './upsert-kafka-descriptor.ts';

/** Topics of Apache Kafka. */
export const kafka: Connector = {
  descriptor: kafkaDescriptor,
  parallel: { source: true, sink: true },
  openSource: (context) => openKafkaSource(context, false),
  openSink: (context) => openKafkaSink(context, false),
};

/** Topics of Apache Kafka in which a record replaces the one before with its key. */
export const upsertKafka: Connector = {
  descriptor: upsertKafkaDescriptor,
  parallel: { source: true, sink: true },
  openSource: (context) => openKafkaSource(context, true),
  openSink: openUpsertSink,
};

async function openUpsertSink(context: SinkContext): Promise<SinkWriter> {
  if (context.primaryKey.length > 0) return openKafkaSink(context, true);
  throw new SqlError('MS3078', `table ${context.tableName} has no primary key, by which connector 'upsert-kafka' writes`, {
    hint: 'declare PRIMARY KEY (...) NOT ENFORCED',
  });
}
