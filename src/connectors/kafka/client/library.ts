import { ConnectorError } from '../../../common/errors.ts';
import { importModule } from '../../../common/platform.ts';

/** What is used of @platformatic/kafka: its requests. Its producer and consumers lose, leak or double records. */
export interface KafkaLibrary {
  readonly Writer: { create(): WireWriter };
  readonly Reader: { from(bytes: Buffer): WireReader };
  readonly metadataV12: { readonly api: Api<[topics: string[] | null, autoCreate?: boolean], MetadataResponse> };
  readonly findCoordinatorV6: { readonly api: Api<[keyType: number, keys: string[]], CoordinatorResponse> };
  readonly listOffsetsV9: {
    readonly api: Api<[replica: number, isolation: number, topics: readonly ListOffsetsTopic[]], ListOffsetsResponse>;
  };
  readonly offsetFetchV9: { readonly api: Api<[groups: readonly OffsetFetchGroup[], requireStable: boolean], OffsetFetchResponse> };
  readonly offsetCommitV9: {
    readonly api: Api<
      [groupId: string, generation: number, memberId: string, instanceId: null, topics: readonly OffsetCommitTopic[]],
      OffsetCommitResponse
    >;
  };
  readonly initProducerIdV5: {
    readonly api: Api<[id: string | null, timeoutMs: number, producerId: bigint, epoch: number], ProducerIdResponse>;
  };
  readonly addPartitionsToTxnV5: { readonly api: Api<[transactions: readonly object[]], AddPartitionsResponse> };
  readonly endTxnV4: {
    readonly api: Api<[id: string, producerId: bigint, epoch: number, committed: boolean], { readonly errorCode: number }>;
  };
  readonly describeTransactionsV0: { readonly api: Api<[ids: string[]], DescribeTransactionsResponse> };
  readonly saslHandshakeV1: { readonly api: Api<[mechanism: string], unknown> };
  readonly saslAuthenticateV2: { readonly api: Api<[bytes: Uint8Array], AuthenticationAnswer> };
  readonly saslPlain: { readonly authenticate: Authenticate<[username: string, password: string]> };
  readonly saslOAuthBearer: { readonly authenticate: Authenticate<[token: string, extensions: object]> };
  readonly saslScramSha: {
    readonly defaultCrypto: object;
    readonly authenticate: Authenticate<[algorithm: string, username: string, password: string, crypto: object]>;
  };
}

export interface Api<Arguments extends unknown[], Response> {
  async(connection: WireConnection, ...args: Arguments): Promise<Response>;
}

/** Exchanges what a mechanism of SASL needs, by requests of `api`. */
type Authenticate<Arguments extends unknown[]> = (
  api: Api<[bytes: Uint8Array], AuthenticationAnswer>,
  connection: WireConnection,
  ...args: [...Arguments, callback: (error: Error | null, answer: AuthenticationAnswer) => void]
) => void;

export interface AuthenticationAnswer {
  /** How long the connection may be used; 0 for ever. */
  readonly sessionLifetimeMs: bigint;
}

export type ParseAnswer<T> = (correlationId: number, apiKey: number, version: number, reader: WireReader) => T;

/** What the library's requests are sent over. */
export interface WireConnection {
  send<T>(
    apiKey: number,
    version: number,
    createPayload: () => WireWriter,
    parse: ParseAnswer<T>,
    requestTags: boolean,
    responseTags: boolean,
    callback: (error: Error | null, answer: T) => void,
  ): void;
}

export interface WireWriter {
  readonly length: number;
  /** What was written, in pieces. */
  readonly buffers: readonly Uint8Array[];
  readonly context: Record<string, unknown>;
  append(bytes: Uint8Array): this;
  appendInt8(value: number): this;
  appendInt16(value: number): this;
  appendInt32(value: number): this;
  appendInt64(value: bigint): this;
  appendUnsignedVarInt(value: number): this;
  appendString(value: string | null): this;
  appendUUID(value: string): this;
  appendTaggedFields(): this;
}

export interface WireReader {
  skip(byteSize: number): this;
  readInt16(): number;
  readInt32(): number;
  readString(): string;
  readNullableString(): string | null;
  readArray<T>(read: (reader: WireReader) => T): T[];
  readNullableArray<T>(read: (reader: WireReader) => T): T[] | null;
}

export interface MetadataResponse {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly topics: readonly {
    readonly errorCode: number;
    readonly name: string;
    readonly topicId: string;
    readonly isInternal: boolean;
    readonly partitions: readonly { readonly partitionIndex: number; readonly leaderId: number; readonly leaderEpoch: number }[];
  }[];
}

export interface CoordinatorResponse {
  readonly coordinators: readonly {
    readonly key: string;
    readonly nodeId: number;
    readonly host: string;
    readonly port: number;
    readonly errorCode: number;
  }[];
}

export interface ListOffsetsTopic {
  readonly name: string;
  readonly partitions: readonly { readonly partitionIndex: number; readonly currentLeaderEpoch: number; readonly timestamp: bigint }[];
}

export interface ListOffsetsResponse {
  readonly topics: readonly {
    readonly name: string;
    readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number; readonly offset: bigint }[];
  }[];
}

interface OffsetFetchGroup {
  readonly groupId: string;
  readonly memberId: string | null;
  readonly memberEpoch: number;
  readonly topics: readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[];
}

export interface OffsetFetchResponse {
  readonly groups: readonly {
    readonly errorCode: number;
    readonly topics: readonly {
      readonly name: string;
      readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number; readonly committedOffset: bigint }[];
    }[];
  }[];
}

interface OffsetCommitTopic {
  readonly name: string;
  readonly partitions: readonly {
    readonly partitionIndex: number;
    readonly committedOffset: bigint;
    readonly committedLeaderEpoch: number;
    readonly committedMetadata: string;
  }[];
}

export interface OffsetCommitResponse {
  readonly topics: readonly { readonly partitions: readonly { readonly errorCode: number }[] }[];
}

export interface ProducerIdResponse {
  readonly errorCode: number;
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

export interface AddPartitionsResponse {
  readonly errorCode: number;
  readonly resultsByTransaction: readonly {
    readonly topicResults: readonly { readonly resultsByPartition: readonly { readonly partitionErrorCode: number }[] }[];
  }[];
}

export interface DescribeTransactionsResponse {
  readonly transactionStates: readonly { readonly errorCode: number; readonly transactionState: string }[];
}

let loaded: Promise<KafkaLibrary> | undefined;

/** The library, loaded when the first table opens. Throws MS3070 where it is not installed. */
export function loadLibrary(): Promise<KafkaLibrary> {
  loaded ??= importPackage('@platformatic/kafka', '@platformatic/kafka@1.35').then((library) => library as KafkaLibrary);
  return loaded;
}

/** An optional package. Throws MS3070, with how to install it, where it is not there. */
export async function importPackage(name: string, toInstall = name): Promise<unknown> {
  try {
    return await importModule(name);
  } catch (cause) {
    throw new ConnectorError('MS3070', `connector 'kafka' needs the package ${name}, which cannot be loaded`, {
      hint: `npm install ${toInstall}`,
      cause,
    });
  }
}
