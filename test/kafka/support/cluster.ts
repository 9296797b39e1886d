import { pbkdf2Sync } from 'node:crypto';
import * as client from '@platformatic/kafka';
import { Admin } from '@platformatic/kafka';
import { BOOTSTRAP } from './required.ts';

/** A record as tests write it: bytes are those of the text. */
export interface TestRecord {
  readonly key?: string;
  /** Absent: no value, which stands for a deletion. */
  readonly value?: string;
  readonly partition?: number;
  readonly timestamp?: bigint;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StoredRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly timestamp: bigint;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RawProducer {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly epoch: number;
  /** Records sent to each partition: their numbers go on from transaction to transaction. */
  readonly sent: Map<number, number>;
  /** The partitions of the transaction. */
  readonly joined: Set<number>;
}

let count = 0;

/** Writes to topics by single requests of the protocol, so that what is tested is not tested with itself. */
export class TestCluster {
  readonly bootstrap: string;
  readonly #admin: Admin;
  readonly #connections = new Map<string, Promise<client.Connection>>();

  constructor(bootstrap = BOOTSTRAP) {
    this.bootstrap = bootstrap;
    this.#admin = new Admin({ clientId: 'tests', bootstrapBrokers: [bootstrap], retries: 20, retryDelay: 250 });
  }

  /** Makes a topic, under a name of its own unless one is given: that of a topic that was deleted is free after a moment. */
  async topic(
    partitions = 1,
    configs: Readonly<Record<string, string>> = {},
    topic = `test-${process.pid}-${Date.now()}-${count++}`,
  ): Promise<string> {
    const create = () =>
      this.#admin.createTopics({
        topics: [topic],
        partitions,
        replicas: 1,
        configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
      });
    await retried(create);
    await this.#untilLed(topic, partitions);
    return topic;
  }

  async addPartitions(topic: string, total: number): Promise<void> {
    const request = [{ name: topic, count: total, assignments: null as never }];
    await client.createPartitionsV3.api.async(await this.#connection(), request, 10_000, false);
    await this.#untilLed(topic, total);
  }

  deleteTopic(topic: string): Promise<void> {
    return this.#admin.deleteTopics({ topics: [topic] });
  }

  async deleteRecords(topic: string, partition: number, before: bigint): Promise<void> {
    const connection = await this.#connection();
    await client.deleteRecordsV2.api.async(
      connection,
      [{ name: topic, partitions: [{ partitionIndex: partition, offset: before }] }],
      5000,
    );
  }

  /** Writes records in one batch a partition. */
  async produce(topic: string, records: readonly TestRecord[], by?: RawProducer, compression: 'none' | 'gzip' = 'none'): Promise<void> {
    const partitions = new Set(records.map(({ partition }) => partition ?? 0));
    for (const partition of partitions) {
      const some = records.filter((each) => (each.partition ?? 0) === partition);
      await this.#send(topic, partition, some, by, compression);
    }
  }

  async #send(topic: string, partition: number, records: readonly TestRecord[], by: RawProducer | undefined, compression: 'none' | 'gzip') {
    const connection = await this.#connection();
    if (by !== undefined && !by.joined.has(partition)) await this.#join(connection, topic, partition, by);
    const first = by?.sent.get(partition) ?? 0;
    by?.sent.set(partition, first + records.length);
    const messages = records.map(({ key, value, timestamp, headers }) => ({
      topic,
      partition,
      ...(key !== undefined && { key: Buffer.from(key) }),
      value: (value === undefined ? undefined : Buffer.from(value)) as Buffer,
      timestamp: timestamp ?? BigInt(Date.now()),
      ...(headers && { headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])) }),
    }));
    const options = by === undefined ? { compression } : { ...producerOf(by), compression, sequences: sequencesFrom(first) };
    await retried(() => client.produceV11.api.async(connection, -1, 10_000, messages, options));
  }

  async #join(connection: client.Connection, topic: string, partition: number, by: RawProducer): Promise<void> {
    const request = {
      transactionalId: by.transactionalId,
      producerId: by.producerId,
      producerEpoch: by.epoch,
      verifyOnly: false,
      topics: [{ name: topic, partitions: [partition] }],
    };
    await retried(() => client.addPartitionsToTxnV5.api.async(connection, [request]));
    by.joined.add(partition);
  }

  /** A producer whose records are in a transaction. */
  async transactional(transactionalId: string): Promise<RawProducer> {
    const connection = await this.#connection();
    await retried(() => client.findCoordinatorV6.api.async(connection, 1, [transactionalId]));
    const { producerId, producerEpoch } = await retried(() =>
      client.initProducerIdV5.api.async(connection, transactionalId, 60_000, -1n, -1),
    );
    return { transactionalId, producerId, epoch: producerEpoch, sent: new Map(), joined: new Set() };
  }

  /** Ends the transaction; the next record begins another. */
  async end(by: RawProducer, committed: boolean): Promise<void> {
    const connection = await this.#connection();
    await retried(() => client.endTxnV4.api.async(connection, by.transactionalId, by.producerId, by.epoch, committed));
    by.joined.clear();
  }

  /** The records of a partition as they are stored, control batches left out. */
  async records(topic: string, partition = 0): Promise<StoredRecord[]> {
    const connection = await this.#connection();
    const { topics } = await client.metadataV12.api.async(connection, [topic]);
    const found: StoredRecord[] = [];
    for (let offset = 0n; ; ) {
      const wanted = { partition, currentLeaderEpoch: -1, fetchOffset: offset, lastFetchedEpoch: -1, partitionMaxBytes: 1 << 24 };
      const request = [{ topicId: topics[0]!.topicId, partitions: [wanted] }];
      const { responses } = await client.fetchV17.api.async(connection, 200, 1, 1 << 24, 0, 0, -1, request, [], '');
      const batches = responses.flatMap(({ partitions }) => partitions.flatMap(({ records }) => records ?? []));
      if (batches.length === 0) return found;
      for (const batch of batches) {
        offset = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
        if ((batch.attributes & 32) === 0) for (const record of batch.records) found.push(storedRecord(record, batch.firstTimestamp));
      }
    }
  }

  /** Makes a user who is known by SCRAM with either hash. */
  async scramUser(name: string, password: string): Promise<void> {
    const [iterations, salt] = [4096, Buffer.from(`salt of ${name}`)];
    for (const [mechanism, size, hash] of [
      [1, 32, 'sha256'],
      [2, 64, 'sha512'],
    ] as const) {
      const user = { name, mechanism, iterations, salt, saltedPassword: pbkdf2Sync(password, salt, iterations, size, hash) };
      await client.alterUserScramCredentialsV0.api.async(await this.#connection(), [], [user]);
    }
  }

  async groupOffset(group: string, topic: string, partition: number): Promise<bigint> {
    const [found] = await this.#admin.listConsumerGroupOffsets({ groups: [group] });
    const partitions = found?.topics.find(({ name }) => name === topic)?.partitions;
    return partitions?.find(({ partitionIndex }) => partitionIndex === partition)?.committedOffset ?? -1n;
  }

  commitGroup(group: string, topic: string, offsets: readonly bigint[]): Promise<void> {
    const partitionOffsets = offsets.map((offset, partition) => ({ partition, offset }));
    return this.#admin.alterConsumerGroupOffsets({ groupId: group, topics: [{ name: topic, partitionOffsets }] });
  }

  /** After a crash of the broker: the connections before are no more. */
  async reconnect(): Promise<void> {
    this.#connections.clear();
    await retried(async () => client.metadataV12.api.async(await this.#connection(), null));
  }

  async close(): Promise<void> {
    for (const connection of this.#connections.values()) await (await connection).close();
    await this.#admin.close();
  }

  #connection(): Promise<client.Connection> {
    let opening = this.#connections.get(this.bootstrap);
    if (opening === undefined) {
      opening = this.#open();
      this.#connections.set(this.bootstrap, opening);
      opening.catch(() => this.#connections.clear());
    }
    return opening;
  }

  async #open(): Promise<client.Connection> {
    const connection = new client.Connection('tests', { requestTimeout: 30_000 });
    connection.on('error', () => undefined);
    const [host = '', port] = this.bootstrap.split(':');
    await connection.connect(host, Number(port));
    return connection;
  }

  async #untilLed(topic: string, partitions: number): Promise<void> {
    await retried(async () => {
      const { topics } = await client.metadataV12.api.async(await this.#connection(), [topic]);
      const led = topics[0]!.partitions.filter(({ leaderId }) => leaderId >= 0);
      if (led.length < partitions) throw new Error(`${topic} has no leaders`);
    });
  }
}

function storedRecord(record: client.KafkaRecord, firstTimestamp: bigint): StoredRecord {
  const textOf = (bytes: Buffer | null | undefined): string | null => bytes?.toString() ?? null;
  return {
    key: textOf(record.key),
    value: textOf(record.value),
    timestamp: firstTimestamp + record.timestampDelta,
    headers: Object.fromEntries([...record.headers].map(([name, value]) => [String(name), String(value)])),
  };
}

/** What the library asks for the number of a batch's first record. */
const sequencesFrom = (first: number) => ({ getWithDefault: () => first }) as unknown as client.CreateRecordsBatchOptions['sequences'];

const producerOf = ({ transactionalId, producerId, epoch }: RawProducer) => ({ transactionalId, producerId, producerEpoch: epoch });

/** Coordinators and leaders take a moment to be there. */
export async function retried<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
