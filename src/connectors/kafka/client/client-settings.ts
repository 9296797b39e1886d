import { readFileSync } from 'node:fs';
import type { Options, OptionValue } from '../../../catalog/option-spec.ts';
import { SqlError, UnsupportedError } from '../../../common/errors.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** How the user is known to the cluster. */
export interface Sasl {
  readonly mechanism: string;
  readonly username: string;
  readonly password: string;
  /** For OAUTHBEARER. */
  readonly token: string;
}

/** How the cluster is reached. */
export interface ClientSettings {
  readonly bootstrap: readonly Endpoint[];
  readonly clientId: string;
  readonly tls: object | undefined;
  readonly sasl: Sasl | undefined;
  readonly requestTimeoutMs: number;
  /** For how long what may pass is tried again. */
  readonly retryTimeoutMs: number;
}

/** Kafka's own names without `properties.`; values as texts. */
export type Properties = ReadonlyMap<string, OptionValue>;

export function propertiesOf(options: Options): Properties {
  const properties = new Map(options.wildcard('properties.#'));
  const servers = options.get('properties.bootstrap.servers');
  if (servers !== undefined) properties.set('bootstrap.servers', servers);
  return properties;
}

type ReadFile = (path: string) => string;

/** Looks whether the properties can be read, without the files that they name. Throws as clientSettings. */
export function checkClient(options: Options): void {
  clientSettings(options, () => '');
}

/** Throws MS3078 for malformed properties, MS3080 for ways of authentication that are not there. */
export function clientSettings(options: Options, readFile: ReadFile = (path) => readFileSync(path, 'utf8')): ClientSettings {
  const properties = propertiesOf(options);
  const text = (name: string): string | undefined => properties.get(name)?.toString();
  const protocol = (text('security.protocol') ?? 'PLAINTEXT').toUpperCase();
  if (!['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'].includes(protocol)) {
    throw invalid('security.protocol', protocol, 'it is PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL');
  }
  return {
    bootstrap: readServers(text('bootstrap.servers') ?? ''),
    clientId: text('client.id') ?? 'millstream',
    tls: protocol.endsWith('SSL') ? tlsOf(text, readFile) : undefined,
    sasl: protocol.startsWith('SASL') ? saslOf(text) : undefined,
    requestTimeoutMs: integer(properties, 'request.timeout.ms', 30_000, 1000),
    retryTimeoutMs: options.number('connection.retry-timeout'),
  };
}

/** A whole number among the properties. Throws MS3078. */
export function integer(properties: Properties, name: string, byDefault: number, least = 0): number {
  const text = properties.get(name)?.toString();
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw invalid(name, text, `it is a whole number, at least ${least}`);
}

/** One of several words among the properties. Throws MS3078. */
export function choice<T extends string>(properties: Properties, name: string, choices: readonly T[], byDefault: T): T {
  const text = properties.get(name)?.toString() ?? byDefault;
  const found = choices.find((candidate) => candidate === text.toLowerCase());
  if (found !== undefined) return found;
  throw invalid(name, text, `it is one of ${choices.join(', ')}`);
}

function readServers(text: string): Endpoint[] {
  const servers = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (servers.length === 0) throw invalid('bootstrap.servers', text, "it is a list such as 'host1:9092,host2:9092'");
  return servers.map((server) => {
    const match = /^(?:[A-Z_]+:\/\/)?(\[[0-9a-f:]+\]|[^:[\]]+):(\d{1,5})$/i.exec(server);
    const port = Number(match?.[2]);
    if (match === null || port < 1 || port > 65_535) throw invalid('bootstrap.servers', server, "a server is 'host:port'");
    return { host: match[1]!.replace(/^\[|\]$/g, ''), port };
  });
}

type Text = (name: string) => string | undefined;

function tlsOf(text: Text, readFile: ReadFile): object {
  for (const [store, type] of [
    ['ssl.truststore.location', 'ssl.truststore.type'],
    ['ssl.keystore.location', 'ssl.keystore.type'],
  ] as const) {
    if (text(store) !== undefined && text(type)?.toUpperCase() !== 'PEM') {
      throw new UnsupportedError('MS3080', `'properties.${store}' is read as PEM only`, {
        hint: `convert the store to PEM and set 'properties.${type}' = 'PEM'; 'properties.ssl.truststore.certificates' takes the text itself`,
      });
    }
  }
  const file = (name: string): string | undefined => {
    const path = text(name);
    if (path === undefined) return undefined;
    try {
      return readFile(path);
    } catch (cause) {
      throw new SqlError('MS3078', `'properties.${name}': cannot read ${path}`, { cause });
    }
  };
  const ca = text('ssl.truststore.certificates') ?? file('ssl.truststore.location');
  const keystore = file('ssl.keystore.location');
  const cert = text('ssl.keystore.certificate.chain') ?? keystore;
  const key = text('ssl.keystore.key') ?? keystore;
  const passphrase = text('ssl.key.password');
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(passphrase !== undefined && { passphrase }),
    // An empty algorithm is Kafka's way to accept any host name.
    ...(text('ssl.endpoint.identification.algorithm') === '' && { checkServerIdentity: () => undefined }),
  };
}

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'];

function saslOf(text: Text): Sasl {
  const mechanism = (text('sasl.mechanism') ?? 'GSSAPI').toUpperCase();
  if (!MECHANISMS.includes(mechanism)) {
    throw new UnsupportedError('MS3080', `the SASL mechanism ${mechanism} is not supported`, {
      hint: `set 'properties.sasl.mechanism' to one of ${MECHANISMS.join(', ')}`,
    });
  }
  const jaas = text('sasl.jaas.config') ?? '';
  const part = (name: string): string | undefined =>
    new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`)
      .exec(jaas)
      ?.slice(1)
      .find((found) => found !== undefined)
      ?.replace(/\\(.)/g, '$1');
  if (mechanism === 'OAUTHBEARER') return { mechanism, username: '', password: '', token: part('token') ?? '' };
  const username = part('username');
  const password = part('password');
  if (username !== undefined && password !== undefined) return { mechanism, username, password, token: '' };
  throw new SqlError('MS3078', `'properties.sasl.jaas.config' has no username and password for ${mechanism}`, {
    hint: `it is as in Kafka: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="..." password="...";'`,
  });
}

const invalid = (name: string, value: string, hint: string): SqlError =>
  new SqlError('MS3078', `'properties.${name}' is '${value}'`, { hint });
