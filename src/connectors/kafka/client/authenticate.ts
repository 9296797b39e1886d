import type { Sasl } from './client-settings.ts';
import type { AuthenticationAnswer, KafkaLibrary, WireConnection } from './library.ts';
import { AccessRefused, rootMessage, WireError } from './protocol-errors.ts';

/**
 * Says to a broker who one is, as the first thing on a connection; `ended` is aborted when the connection is. Rejects with AccessRefused, and
 * with WireError where the connection breaks.
 */
export async function authenticate(library: KafkaLibrary, connection: WireConnection, sasl: Sasl, ended: AbortSignal): Promise<void> {
  const { mechanism } = sasl;
  try {
    await library.saslHandshakeV1.api.async(connection, mechanism);
    await new Promise<AuthenticationAnswer>((resolve, reject) => {
      // The library may throw where an answer is malformed, and then never calls back.
      ended.addEventListener('abort', () => reject(ended.reason));
      const callback = (error: Error | null, answer: AuthenticationAnswer): void => (error ? reject(error) : resolve(answer));
      exchange(library, connection, sasl, callback);
    });
  } catch (cause) {
    for (let each = cause; each instanceof Error; each = each.cause) if (each instanceof WireError) throw each;
    throw new AccessRefused(`authentication by ${mechanism} failed: ${rootMessage(cause)}`, { cause });
  }
}

function exchange(
  library: KafkaLibrary,
  connection: WireConnection,
  { mechanism, username, password, token }: Sasl,
  callback: (error: Error | null, answer: AuthenticationAnswer) => void,
): void {
  const { api } = library.saslAuthenticateV2;
  if (mechanism === 'PLAIN') library.saslPlain.authenticate(api, connection, username, password, callback);
  else if (mechanism === 'OAUTHBEARER') library.saslOAuthBearer.authenticate(api, connection, token, {}, callback);
  else {
    const { defaultCrypto, authenticate: authenticateScram } = library.saslScramSha;
    authenticateScram(api, connection, mechanism.slice('SCRAM-'.length), username, password, defaultCrypto, callback);
  }
}
