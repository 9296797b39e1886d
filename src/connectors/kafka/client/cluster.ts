import type { Clock } from '../../../common/clock.ts';
import { ConnectorError } from '../../../common/errors.ts';
import { messageOf } from '../../../common/message-of.ts';
import { authenticate } from './authenticate.ts';
import type { ClientSettings, Endpoint, Sasl } from './client-settings.ts';
import type { Api, KafkaLibrary } from './library.ts';
import { Outage } from './outage.ts';
import { Code, isPassing, isRefusal, ProtocolError, requireSuccess, rootMessage } from './protocol-errors.ts';
import { WireSocket } from './wire-socket.ts';

const BACK_OFF_MS = 50;
const BACK_OFF_MS_MAX = 1000;
const CONNECT_TIMEOUT_MS_MAX = 10_000;

export interface Topic {
  readonly name: string;
  readonly id: string;
  readonly isInternal: boolean;
  /** Partition numbers, ascending. */
  readonly partitions: readonly number[];
}

/** The node that leads a partition, and how often that had changed. */
interface Leader {
  readonly node: number;
  readonly epoch: number;
}

/** What a connection is for: one whose requests wait (fetch) must not hold up others. */
export type Purpose = 'fetch' | 'produce' | 'control';

/**
 * The brokers of one cluster: who leads which partition, and connections to them. What fails for reasons that may pass is tried again with
 * growing pauses until the retry time-out is over, and thrown then as ConnectorError MS3071; MS3072 at once where access is refused.
 */
export class Cluster {
  readonly library: KafkaLibrary;
  readonly settings: ClientSettings;
  readonly clock: Clock;
  readonly outage: Outage;
  readonly #stopped = new AbortController();
  #brokers = new Map<number, Endpoint>();
  /** Who leads a partition, by topic and number. */
  readonly #leaders = new Map<string, Leader>();
  readonly #coordinators = new Map<string, number>();
  readonly #connections = new Map<string, Promise<WireSocket>>();
  readonly #keys = new Map<WireSocket, string>();

  /** `tell` gets what a person should know of a cluster that does not answer. */
  constructor(library: KafkaLibrary, settings: ClientSettings, clock: Clock, tell?: (text: string) => void) {
    this.outage = new Outage(settings, tell);
    this.library = library;
    this.settings = settings;
    this.clock = clock;
  }

  /** Aborted when the cluster is closed. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  /** Makes attempts until one succeeds. `refresh` names topics whose leaders are looked up anew between attempts. */
  async retry<T>(what: string, attempt: () => Promise<T>, refresh: readonly string[] = []): Promise<T> {
    const retries = this.retries(what);
    for (;;) {
      try {
        const result = await attempt();
        retries.succeeded();
        return result;
      } catch (error) {
        await retries.pause(error);
        if (refresh.length > 0) await this.refresh(refresh).catch(() => undefined);
      }
    }
  }

  retries(what: string): Retries {
    return new Retries(this, what);
  }

  /** The topics that are there among those named; all of them for null. */
  topics(names: readonly string[] | null): Promise<Topic[]> {
    return this.retry(names === null ? 'asking for topics' : `asking for topic ${names.join(', ')}`, () => this.refresh(names));
  }

  /** Asks once who leads the topics' partitions; `create` lets brokers that do so make a topic that is not there. */
  async refresh(names: readonly string[] | null, create = false): Promise<Topic[]> {
    const connection = await this.#any();
    const answer = await this.call(connection, this.library.metadataV12.api, names === null ? null : [...names], create);
    this.#brokers = new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    const found: Topic[] = [];
    for (const topic of answer.topics) {
      if (topic.errorCode === 3) continue;
      if (topic.errorCode !== 5) requireSuccess(topic.errorCode, `topic ${topic.name}`);
      for (const { partitionIndex, leaderId, leaderEpoch } of topic.partitions) {
        this.#leaders.set(keyOf(topic.name, partitionIndex), { node: leaderId, epoch: leaderEpoch });
      }
      const partitions = topic.partitions.map(({ partitionIndex }) => partitionIndex).sort((a, b) => a - b);
      found.push({ name: topic.name, id: topic.topicId, isInternal: topic.isInternal, partitions });
    }
    return found;
  }

  /** The node that leads a partition, as far as is known; undefined where there is none just now. */
  leaderOf(topic: string, partition: number): number | undefined {
    const node = this.#leaders.get(keyOf(topic, partition))?.node ?? -1;
    return node < 0 || !this.#brokers.has(node) ? undefined : node;
  }

  /** -1 where it is not known. */
  leaderEpochOf(topic: string, partition: number): number {
    return this.#leaders.get(keyOf(topic, partition))?.epoch ?? -1;
  }

  /** Any node that leads a partition of the topic. Throws where none is known. */
  anyLeader(topic: string): number {
    for (const [key, { node }] of this.#leaders) if (key.startsWith(`${topic}/`) && this.#brokers.has(node)) return node;
    throw new ProtocolError(5, `topic ${topic}`);
  }

  /** A connection to the leader of a partition. */
  async toLeader(topic: string, partition: number, purpose: Purpose): Promise<WireSocket> {
    const leader = this.leaderOf(topic, partition);
    if (leader === undefined) throw new ProtocolError(5, `partition ${topic}/${partition}`);
    return this.connection(leader, purpose);
  }

  /** Runs a request at the coordinator of a group (0) or a transaction (1), which is found anew when it has moved. */
  async atCoordinator<T>(keyType: 0 | 1, key: string, what: string, act: (connection: WireSocket) => Promise<T>): Promise<T> {
    const name = `${keyType}/${key}`;
    return this.retry(what, async () => {
      try {
        const node = this.#coordinators.get(name) ?? (await this.#findCoordinator(keyType, key));
        this.#coordinators.set(name, node);
        return await act(await this.connection(node, 'control'));
      } catch (error) {
        this.#coordinators.delete(name);
        throw error;
      }
    });
  }

  async #findCoordinator(keyType: 0 | 1, key: string): Promise<number> {
    const answer = await this.call(await this.#any(), this.library.findCoordinatorV6.api, keyType, [key]);
    const [found] = answer.coordinators;
    requireSuccess(found?.errorCode ?? 15, `the coordinator of ${key}`);
    this.#brokers.set(found!.nodeId, { host: found!.host, port: found!.port });
    return found!.nodeId;
  }

  /** Sends a request of the library. An answer that carries error codes is an answer; any other failure gives the connection up. */
  async call<A extends unknown[], R>(connection: WireSocket, api: Api<A, R>, ...args: A): Promise<R> {
    try {
      return await api.async(connection, ...args);
    } catch (error) {
      if (error instanceof Error && 'response' in error && error.response !== undefined) return error.response as R;
      this.drop(connection);
      throw error;
    }
  }

  /** Any broker that answers, those named by the table last known first. */
  async #any(): Promise<WireSocket> {
    let failure: unknown;
    for (const node of this.#brokers.keys()) {
      try {
        return await this.connection(node, 'control');
      } catch (error) {
        failure = error;
      }
    }
    for (const endpoint of this.settings.bootstrap) {
      try {
        return await this.#open(`${endpoint.host}:${endpoint.port}`, endpoint);
      } catch (error) {
        if (isRefusal(error)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  connection(node: number, purpose: Purpose): Promise<WireSocket> {
    const endpoint = this.#brokers.get(node);
    if (endpoint === undefined) throw new ProtocolError(8, `broker ${node}`);
    return this.#open(`${node}/${endpoint.host}:${endpoint.port}/${purpose}`, endpoint);
  }

  #open(key: string, endpoint: Endpoint): Promise<WireSocket> {
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    const opening = this.#connect(key, endpoint);
    this.#connections.set(key, opening);
    opening.catch(() => this.#connections.delete(key));
    return opening;
  }

  async #connect(key: string, endpoint: Endpoint): Promise<WireSocket> {
    if (this.signal.aborted) throw new ConnectorError('MS3071', 'the table is closed');
    const { clientId, tls, sasl, requestTimeoutMs } = this.settings;
    const options = { clientId, tls, requestTimeoutMs, connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS_MAX, requestTimeoutMs) };
    const connection: WireSocket = new WireSocket(this.library, this.clock, options, () => this.drop(connection));
    this.#keys.set(connection, key);
    await connection.connect(endpoint);
    if (sasl !== undefined) await this.#authenticate(connection, sasl);
    return connection;
  }

  async #authenticate(connection: WireSocket, sasl: Sasl): Promise<void> {
    try {
      await authenticate(this.library, connection, sasl, connection.ended);
    } catch (error) {
      this.drop(connection);
      throw error;
    }
  }

  /** Gives a connection up: after a time-out or an unexpected answer nothing that comes over it can be trusted. */
  drop(connection: WireSocket): void {
    const key = this.#keys.get(connection);
    if (key === undefined) return;
    this.#keys.delete(connection);
    this.#connections.delete(key);
    connection.close();
  }

  close(): void {
    this.#stopped.abort();
    for (const connection of [...this.#keys.keys()]) this.drop(connection);
  }
}

/** Attempts at one thing: how long it has been tried, and when to give up. A success begins anew. */
export class Retries {
  readonly #cluster: Cluster;
  readonly #what: string;
  #since: number | undefined;
  #count = 0;

  constructor(cluster: Cluster, what: string) {
    this.#cluster = cluster;
    this.#what = what;
  }

  succeeded(): void {
    if (this.#count > 0) this.#cluster.outage.isOver();
    this.#since = undefined;
    this.#count = 0;
  }

  /** Waits before the next attempt. Throws where there is to be none: MS3072 (refused), MS3071 (tried for long enough), or the error itself. */
  async pause(error: unknown): Promise<void> {
    const { clock, settings, signal, outage } = this.#cluster;
    if (isRefusal(error)) throw refused(this.#what, error);
    if (!isPassing(error)) throw error instanceof ProtocolError ? unexpected(this.#what, error) : error;
    if (signal.aborted) throw error;
    this.#since ??= clock.monotonic();
    this.#count++;
    const ms = clock.monotonic() - this.#since;
    if (ms >= settings.retryTimeoutMs) throw unreachable(this.#what, this.#count, settings, error);
    outage.goesOn(ms, error);
    await clock.sleep(Math.min(BACK_OFF_MS_MAX, BACK_OFF_MS * 2 ** Math.min(this.#count - 1, 10)), signal);
  }
}

const keyOf = (topic: string, partition: number): string => `${topic}/${partition}`;

function refused(what: string, cause: unknown): ConnectorError {
  return new ConnectorError('MS3072', `${what}: the cluster refused access: ${messageOf(cause)}`, {
    cause,
    hint: "check 'properties.security.protocol' and 'properties.sasl.*', and what the user may do",
  });
}

function unreachable(what: string, count: number, { retryTimeoutMs, bootstrap }: ClientSettings, cause: unknown): ConnectorError {
  const servers = bootstrap.map(({ host, port }) => `${host}:${port}`).join(', ');
  if (cause instanceof ProtocolError && (cause.code === Code.unknownTopicOrPartition || cause.code === Code.unknownTopicId)) {
    return new ConnectorError('MS3073', `${what} failed: the topic is not there (any more)`, { cause, retry: true });
  }
  const tried = `${count} attempts in ${Math.round(retryTimeoutMs / 1000)} s at the cluster of ${servers}`;
  return new ConnectorError('MS3071', `${what} failed: ${rootMessage(cause)} (${tried})`, {
    cause,
    retry: true,
    hint: "check that the brokers run and that the addresses they advertise can be reached; 'connection.retry-timeout' says how long it is tried",
  });
}

function unexpected(what: string, cause: ProtocolError): ConnectorError {
  const isVersion = cause.code === 35;
  return new ConnectorError(isVersion ? 'MS3080' : 'MS3071', `${what} failed: ${cause.message}`, {
    cause,
    ...(isVersion && { hint: 'brokers of Kafka 3.9 and newer are supported' }),
  });
}
