import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schema } from '../../src/data/schema.ts';
import { types } from '../../src/data/types/sql-type.ts';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.ts';
import { batchOf } from '../unit/connectors/harness.ts';
import { type Certificates, makeCertificates } from './support/certificates.ts';
import { retried, TestCluster } from './support/cluster.ts';
import { isRequired, SECURE_PORT } from './support/required.ts';
import { openSink, openSource, type Raw, readRows, withTopic, writeAll } from './support/tables.ts';

const script = fileURLToPath(new URL('../../scripts/kafka-up.sh', import.meta.url));
const schema: Schema = { fields: [{ name: 'id', type: types.bigint() }] };
const LISTENERS = ['PLAINTEXT', 'CONTROLLER', 'SSL', 'SASL_SSL', 'SASL_PLAINTEXT'];
const portOf = (listener: string): number => SECURE_PORT + LISTENERS.indexOf(listener);
const SESSION_MS = 3000;
/** Nothing here is to be tried for long. */
const BRIEFLY = { 'connection.retry-timeout': '1500 ms' };

/** A broker that is reached in every way; certificates of clients are asked for by SSL alone. */
function properties({ ca, broker }: Certificates): string {
  const addresses = LISTENERS.map((name) => `${name}://127.0.0.1:${portOf(name)}`);
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_me="secret";';
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return [
    `listeners=${addresses.join(',')}`,
    `advertised.listeners=${addresses.filter((address) => !address.startsWith('CONTROLLER')).join(',')}`,
    `ssl.keystore.type=PEM\nssl.keystore.location=${broker}\nssl.truststore.type=PEM\nssl.truststore.location=${ca}`,
    'listener.name.ssl.ssl.client.auth=required',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    `connections.max.reauth.ms=${SESSION_MS}`,
    ...['sasl_ssl', 'sasl_plaintext'].flatMap((listener) => [
      `listener.name.${listener}.plain.sasl.jaas.config=${plain}`,
      `listener.name.${listener}.scram-sha-256.sasl.jaas.config=${scram}`,
      `listener.name.${listener}.scram-sha-512.sasl.jaas.config=${scram}`,
    ]),
  ].join('\n');
}

describe.skipIf(!isRequired)('a real Kafka that asks who comes (MILLSTREAM_REQUIRE=kafka)', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millstream-certificates-'));
  let kernels: Kernels;
  let cluster: TestCluster;
  let certificates: Certificates;
  const broker = (command: string[], text = '') =>
    promisify(execFile)(script, command, {
      env: { ...process.env, KAFKA_PORT: String(SECURE_PORT), KAFKA_PROPERTIES: text },
      timeout: 120_000,
    });
  beforeAll(async () => {
    certificates = makeCertificates(folder);
    await broker(['stop']);
    await broker([], properties(certificates));
    kernels = await loadKernels();
    cluster = new TestCluster(`127.0.0.1:${SECURE_PORT}`);
    await retried(() => cluster.scramUser('me', 'secret'));
  }, 300_000);
  afterAll(async () => {
    await cluster.close();
    await broker(['stop']);
    rmSync(folder, { recursive: true });
  });

  const tls = (): Raw => ({ 'properties.ssl.truststore.type': 'PEM', 'properties.ssl.truststore.location': certificates.ca });
  const clientCertificate = (): Raw => ({
    'properties.ssl.keystore.type': 'PEM',
    'properties.ssl.keystore.location': certificates.client,
  });
  const sasl = (mechanism: string, password = 'secret'): Raw => ({
    'properties.sasl.mechanism': mechanism,
    'properties.sasl.jaas.config': `org.example.AnyLoginModule required username="me" password="${password}";`,
  });
  const through = (topic: string, listener: string, rest: Raw, host = '127.0.0.1'): Raw =>
    withTopic(topic, `${host}:${portOf(listener)}`, { 'properties.security.protocol': listener, ...rest });

  /** Writes rows and reads them again, all through one listener. */
  async function copy(listener: string, options: Raw, host?: string): Promise<void> {
    const topic = await cluster.topic(2);
    const count = 20_000;
    const raw = through(
      topic,
      listener,
      { 'sink.delivery-guarantee': 'exactly-once', 'sink.transactional-id-prefix': topic, ...options },
      host,
    );
    const sink = await openSink(kernels, raw, schema);
    for (let first = 0; first < count; first += 4000) {
      const rows = Array.from({ length: 4000 }, (_, i) => [BigInt(first + i)]);
      await writeAll(sink, batchOf(kernels, schema, rows));
    }
    await sink.close();
    const committed = { ...raw, 'properties.isolation.level': 'read_committed', 'scan.bounded.mode': 'latest-offset' };
    await expect
      .poll(
        async () => {
          const reader = await openSource(kernels, committed, schema);
          const rows = await readRows(reader);
          await reader.close();
          return new Set(rows).size;
        },
        { timeout: 10_000 },
      )
      .toBe(count);
  }
  const refused = async (raw: Raw, code: string, text: string): Promise<void> => {
    const start = performance.now();
    await expect(openSource(kernels, { ...raw, ...BRIEFLY }, schema)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
    await expect(openSink(kernels, { ...raw, ...BRIEFLY }, schema)).rejects.toMatchObject({ code });
    expect(performance.now() - start).toBeLessThan(code === 'MS3072' ? 3000 : 15_000);
  };

  it('is written and read with TLS, and a certificate of the client where it wants one', () =>
    copy('SSL', { ...tls(), ...clientCertificate() }));

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('is written and read with TLS and %s', (mechanism) =>
    copy('SASL_SSL', { ...tls(), ...sasl(mechanism) }),
  );

  it('is written and read with a password and without TLS', () => copy('SASL_PLAINTEXT', sasl('SCRAM-SHA-256')));

  it('is not taken for another one: by its certificate, and its name unless that is not to be checked', async () => {
    const any = through('any', 'SASL_SSL', sasl('PLAIN'));
    await refused(any, 'MS3072', 'certificate');
    await refused(
      through('any', 'SASL_SSL', { ...tls(), ...sasl('PLAIN') }, 'localhost'),
      'MS3072',
      "does not match certificate's altnames",
    );
    await copy('SASL_SSL', { ...tls(), ...sasl('PLAIN'), 'properties.ssl.endpoint.identification.algorithm': '' }, 'localhost');
  });

  it.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('refuses a wrong password at once: %s', (mechanism) =>
    refused(through('any', 'SASL_PLAINTEXT', sasl(mechanism, 'wrong')), 'MS3072', mechanism),
  );

  it('says what is wrong where one side speaks TLS and the other does not', async () => {
    await refused(
      withTopic('any', `127.0.0.1:${portOf('PLAINTEXT')}`, { 'properties.security.protocol': 'SSL', ...tls() }),
      'MS3071',
      'failed',
    );
    await refused(withTopic('any', `127.0.0.1:${portOf('SSL')}`), 'MS3071', '127.0.0.1');
  });

  it('is read and written on when the session is over', async () => {
    const topic = await cluster.topic(1);
    const raw = through(topic, 'SASL_SSL', { ...tls(), ...sasl('SCRAM-SHA-512'), 'properties.fetch.max.wait.ms': '200' });
    const sink = await openSink(kernels, raw, schema);
    const reader = await openSource(kernels, raw, schema);
    for (let n = 0; n < 3; n++) {
      const reading = readRows(reader, 1);
      await writeAll(sink, batchOf(kernels, schema, [[BigInt(n)]]));
      await sink.flush();
      expect(await reading).toEqual([`[${n}]`]);
      await new Promise((resolve) => setTimeout(resolve, SESSION_MS));
    }
    await sink.close();
    await reader.close();
  });
});
