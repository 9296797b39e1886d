/** What `import ... from 'millstream/kafka'` offers: topics as typed sources and sinks. */

export { type KafkaOptions, kafka, type UpsertKafkaOptions, upsertKafka } from './api/typed/kafka.ts';
