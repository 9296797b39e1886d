import type { ConnectorDescriptor } from '../../catalog/connector-descriptor.ts';
import { SqlError } from '../../common/errors.ts';
import { checkClient } from './client/client-settings.ts';
import { checkSink, deliveryOf } from './kafka-descriptor.ts';
import { KAFKA_METADATA } from './kafka-metadata.ts';
import { CLUSTER_OPTIONS, RECORD_OPTIONS, SCAN_OPTIONS, SINK_OPTIONS } from './kafka-options.ts';
import { endOf, topicsOf } from './source/source-settings.ts';

export const upsertKafkaDescriptor: ConnectorDescriptor = {
  name: 'upsert-kafka',
  doc: 'A topic of Apache Kafka that holds the newest row of each key: reads it as rows that are updated and deleted, and writes updates by primary key and deletions as records without a value.',
  options: [
    {
      name: 'topic',
      kind: 'string',
      required: true,
      doc: 'The topic. Let the broker compact it, so that it keeps the newest record of each key.',
    },
    ...RECORD_OPTIONS,
    ...SCAN_OPTIONS,
    ...SINK_OPTIONS,
    ...CLUSTER_OPTIONS,
  ],
  formatted: true,
  keyed: true,
  source: {
    bounded: (options) => options.string('scan.bounded.mode') !== 'unbounded',
    projection: true,
    metadata: KAFKA_METADATA,
    changelog: () => 'upsert',
  },
  sink: { changelog: 'upsert', delivers: deliveryOf },
  check: (options) => {
    checkClient(options);
    checkSink(options);
    endOf(options);
    if (options.get('key.format') === undefined) {
      throw new SqlError('MS3078', "connector 'upsert-kafka' needs a 'key.format'", {
        hint: 'the key of a record is the primary key of the table',
      });
    }
    if (topicsOf(options).length > 1) throw new SqlError('MS3078', "connector 'upsert-kafka' takes one topic");
  },
};
