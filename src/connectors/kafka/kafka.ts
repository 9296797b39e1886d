import type { Connector } from '../connector.ts';
import { kafkaDescriptor } from './kafka-descriptor.ts';
import { openKafkaSource } from './source/open-source.ts';

/** Topics of Apache Kafka. */
export const kafka: Connector = {
  descriptor: kafkaDescriptor,
  openSource: openKafkaSource,
};
