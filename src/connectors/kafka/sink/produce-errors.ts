import { ConnectorError } from '../../../common/errors.ts';
import { Code, isPassing, nameOfCode, ProtocolError } from '../client/protocol-errors.ts';
import type { DeliveryGuarantee } from './sink-settings.ts';

const TOO_LARGE: ReadonlySet<number> = new Set([10, 18]);
const FORGOTTEN: ReadonlySet<number> = new Set([Code.outOfOrderSequence, Code.unknownProducerId, Code.invalidProducerEpoch]);

/** The broker does not know the numbers of the producer (any more). At least once, another producer may go on. */
export function isForgotten(error: unknown, delivery: DeliveryGuarantee): boolean {
  return delivery !== 'exactly-once' && error instanceof ProtocolError && FORGOTTEN.has(error.code);
}

/** Whether the same batch may be stored later. */
export function isRepeatable(error: unknown, delivery: DeliveryGuarantee): boolean {
  return isPassing(error) || isForgotten(error, delivery);
}

/** What a job fails with when records were not taken: MS3072 or MS3076 for what a broker says, other errors as they are. */
export function asRejection(error: unknown): unknown {
  if (!(error instanceof ProtocolError)) return error;
  const code = error.code === Code.topicAuthorizationFailed ? 'MS3072' : 'MS3076';
  return new ConnectorError(code, `the cluster did not take records: ${error.message}`, {
    cause: error,
    detail: nameOfCode(error.code),
    hint: TOO_LARGE.has(error.code)
      ? "a record, or a batch, is larger than the topic's max.message.bytes: raise it, or set 'properties.compression.type'"
      : undefined,
  });
}
