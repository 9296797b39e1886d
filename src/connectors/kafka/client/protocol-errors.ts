import { ConnectorError } from '../../../common/errors.ts';
import { messageOf } from '../../../common/message-of.ts';

/** Codes of the protocol that something is done about. */
export const Code = {
  none: 0,
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  notCoordinator: 16,
  topicAuthorizationFailed: 29,
  unsupportedVersion: 35,
  outOfOrderSequence: 45,
  duplicateSequence: 46,
  invalidProducerEpoch: 47,
  invalidTransactionState: 48,
  invalidProducerIdMapping: 49,
  invalidTransactionTimeout: 50,
  concurrentTransactions: 51,
  unknownProducerId: 59,
  producerFenced: 90,
  unknownTopicId: 100,
  inconsistentTopicId: 103,
  transactionalIdNotFound: 105,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  [-1]: 'UNKNOWN_SERVER_ERROR',
  1: 'OFFSET_OUT_OF_RANGE',
  2: 'CORRUPT_MESSAGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_OR_FOLLOWER',
  7: 'REQUEST_TIMED_OUT',
  8: 'BROKER_NOT_AVAILABLE',
  9: 'REPLICA_NOT_AVAILABLE',
  10: 'MESSAGE_TOO_LARGE',
  13: 'NETWORK_EXCEPTION',
  14: 'COORDINATOR_LOAD_IN_PROGRESS',
  15: 'COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR',
  17: 'INVALID_TOPIC_EXCEPTION',
  18: 'RECORD_LIST_TOO_LARGE',
  19: 'NOT_ENOUGH_REPLICAS',
  20: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  25: 'UNKNOWN_MEMBER_ID',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  30: 'GROUP_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  32: 'INVALID_TIMESTAMP',
  35: 'UNSUPPORTED_VERSION',
  45: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  46: 'DUPLICATE_SEQUENCE_NUMBER',
  47: 'INVALID_PRODUCER_EPOCH',
  48: 'INVALID_TXN_STATE',
  49: 'INVALID_PRODUCER_ID_MAPPING',
  50: 'INVALID_TRANSACTION_TIMEOUT',
  51: 'CONCURRENT_TRANSACTIONS',
  53: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  56: 'KAFKA_STORAGE_ERROR',
  59: 'UNKNOWN_PRODUCER_ID',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  76: 'UNSUPPORTED_COMPRESSION_TYPE',
  78: 'OFFSET_NOT_AVAILABLE',
  87: 'INVALID_RECORD',
  90: 'PRODUCER_FENCED',
  100: 'UNKNOWN_TOPIC_ID',
  103: 'INCONSISTENT_TOPIC_ID',
  105: 'TRANSACTIONAL_ID_NOT_FOUND',
};

/** Codes that may be gone at the next attempt: a leader or coordinator moves, or is not ready. */
const PASSING: ReadonlySet<number> = new Set([2, 3, 5, 6, 7, 8, 9, 13, 14, 15, 16, 19, 20, 51, 56, 74, 75, 78, 100, 103]);
const REFUSALS: ReadonlySet<number> = new Set([29, 30, 31, 53]);

export const nameOfCode = (code: number): string => NAMES[code] ?? `error ${code}`;

/** A broker's answer that says no. */
export class ProtocolError extends Error {
  readonly code: number;

  constructor(code: number, what: string) {
    super(`${what}: ${nameOfCode(code)}`);
    this.code = code;
  }
}

/** A connection that could not be made, broke, or brought what is no answer: another one may do better. */
export class WireError extends Error {}

/** A broker that does not let the user in, or that is not the one it should be. */
export class AccessRefused extends Error {}

const REFUSED_TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_)/;

/** What a connection's failure is: refused where the certificates or the protocol do not fit, which no other attempt changes. */
export function asWireError(what: string, cause: unknown): WireError | AccessRefused {
  if (cause instanceof WireError) return cause;
  const ErrorClass = REFUSED_TLS.test(codeOf(cause) ?? '') ? AccessRefused : WireError;
  return new ErrorClass(`${what}: ${messageOf(cause) || codeOf(cause)}`, { cause });
}

/** Throws unless the code is that of success. */
export function requireSuccess(code: number, what: string): void {
  if (code !== Code.none) throw new ProtocolError(code, what);
}

/** Whether the same attempt may succeed later: the network, or a broker that is not ready. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ProtocolError) return PASSING.has(error.code);
  if (error instanceof ConnectorError) return error.retry;
  return error instanceof WireError;
}

/** Whether the cluster refused access. */
export function isRefusal(error: unknown): boolean {
  return error instanceof AccessRefused || (error instanceof ProtocolError && REFUSALS.has(error.code));
}

/** The innermost message, which says what happened. */
export function rootMessage(error: unknown): string {
  let message = messageOf(error);
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) message = cause.message || message;
  return message;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
