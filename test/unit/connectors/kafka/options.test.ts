import { describe, expect, it } from 'vitest';
import { readTableOptions } from '../../../../src/catalog/table-options.ts';
import { clientSettings } from '../../../../src/connectors/kafka/client/client-settings.ts';
import { kafkaDescriptor } from '../../../../src/connectors/kafka/kafka-descriptor.ts';
import { sinkSettings } from '../../../../src/connectors/kafka/sink/sink-settings.ts';
import { recordLayout } from '../../../../src/connectors/kafka/source/record-layout.ts';
import { sourceSettings } from '../../../../src/connectors/kafka/source/source-settings.ts';
import { upsertKafkaDescriptor } from '../../../../src/connectors/kafka/upsert-kafka-descriptor.ts';
import type { Schema } from '../../../../src/data/schema.ts';
import { types } from '../../../../src/data/types/sql-type.ts';
import { formats } from '../../../../src/formats/index.ts';

const descriptors = {
  connectors: new Map([kafkaDescriptor, upsertKafkaDescriptor].map((descriptor) => [descriptor.name, descriptor])),
  formats: new Map(formats.map(({ descriptor }) => [descriptor.name, descriptor])),
};
const KAFKA = { connector: 'kafka', topic: 't', format: 'json', 'properties.bootstrap.servers': 'a:1,b:2' };
const read = (rest: Readonly<Record<string, string | undefined>>) => {
  const entries = Object.entries({ ...KAFKA, ...rest }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return readTableOptions(new Map(entries), descriptors, () => undefined);
};

describe('options of a kafka table', () => {
  it.each([
    [{ topic: undefined }, "needs a 'topic'"],
    [{ 'topic-pattern': 't.*' }, 'cannot both be set'],
    [{ topic: undefined, 'topic-pattern': '(' }, 'no regular expression'],
    [{ 'scan.startup.mode': 'timestamp' }, "needs the option 'scan.startup.timestamp-millis'"],
    [{ 'scan.startup.mode': 'specific-offsets' }, "needs the option 'scan.startup.specific-offsets'"],
    [{ 'scan.startup.mode': 'specific-offsets', 'scan.startup.specific-offsets': 'partition:0' }, "is 'partition:0'"],
    [{ 'scan.bounded.mode': 'timestamp' }, "needs the option 'scan.bounded.timestamp-millis'"],
    [{ 'key.format': 'json' }, "'key.format' needs 'key.fields'"],
    [{ 'key.fields': 'id' }, "'key.fields' needs 'key.format'"],
    [{ 'value.format': 'json' }, "'format' and 'value.format' cannot both be set"],
    [{ 'sink.delivery-guarantee': 'exactly-once' }, "needs 'sink.transactional-id-prefix'"],
    [{ 'sink.partitioner': 'org.example.Mine' }, 'sink.partitioner'],
    [{ 'sink.partitioner': 'round-robin', 'key.format': 'json', 'key.fields': 'id' }, 'without a key'],
    [{ 'properties.bootstrap.servers': 'nowhere' }, "is 'nowhere'"],
    [{ 'properties.security.protocol': 'TLS' }, "is 'TLS'"],
    [{ 'properties.security.protocol': 'SASL_SSL', 'properties.sasl.mechanism': 'PLAIN' }, 'no username and password'],
    [{ connector: 'upsert-kafka' }, "needs a 'key.format'"],
  ])('%o is refused when the table is made', (rest, message) => {
    expect(() => read(rest)).toThrow(expect.objectContaining({ code: 'MS3078', message: expect.stringContaining(message) }));
  });

  it('says what kinds of authentication there are', () => {
    const sasl = { 'properties.security.protocol': 'SASL_PLAINTEXT' };
    expect(() => read(sasl)).toThrow(expect.objectContaining({ code: 'MS3080', message: expect.stringContaining('GSSAPI') }));
    const jaas = 'org.example.Login required username="me" password="a\\"b;c";';
    const { options } = read({ ...sasl, 'properties.sasl.mechanism': 'SCRAM-SHA-512', 'properties.sasl.jaas.config': jaas });
    expect(clientSettings(options).sasl).toEqual({ mechanism: 'SCRAM-SHA-512', token: '', username: 'me', password: 'a"b;c' });
    const jks = { 'properties.security.protocol': 'SSL', 'properties.ssl.truststore.location': 'store.jks' };
    expect(() => read(jks)).toThrow(expect.objectContaining({ code: 'MS3080' }));
  });

  it('are read as Flink reads them', () => {
    const { options } = read({ 'scan.startup.mode': 'earliest-offset', topic: 'a; b' });
    expect(sourceSettings(options)).toMatchObject({
      topics: ['a', 'b'],
      start: { kind: 'earliest' },
      end: undefined,
      readCommitted: false,
      onMissingOffset: 'none',
      discoveryMs: 300_000,
    });
    expect(clientSettings(options).bootstrap).toEqual([
      { host: 'a', port: 1 },
      { host: 'b', port: 2 },
    ]);
    expect(() => sinkSettings(options)).toThrow(expect.objectContaining({ code: 'MS3078' }));
    expect(sinkSettings(read({}).options)).toMatchObject({ delivery: 'at-least-once', acks: -1, isIdempotent: true });
  });

  it('name the options of key and value by their formats', () => {
    const rest = {
      format: undefined,
      'value.format': 'json',
      'value.json.fail-on-missing-field': 'true',
      'key.format': 'csv',
      'key.fields': 'id',
      'key.csv.field-delimiter': ';',
    };
    const table = read(rest);
    expect([table.format?.name, table.formatPrefix, table.keyFormat?.name]).toEqual(['json', 'value.json', 'csv']);
    expect(() => read({ ...rest, 'json.fail-on-missing-field': 'true' })).toThrow(expect.objectContaining({ code: 'MS1301' }));
  });
});

describe('the parts of a record', () => {
  const schema: Schema = { fields: ['k_id', 'k_x', 'name', 'at'].map((name) => ({ name, type: types.string() })) };
  const layout = (rest: Record<string, string>, of = schema) =>
    recordLayout({
      options: read({ 'key.format': 'json', 'key.fields': 'k_x;k_id', ...rest }).options,
      schema: of,
      tableSchema: schema,
      isMetadata: (name) => name === 'at',
    });
  const names = (part: { schema: Schema } | undefined) => part?.schema.fields.map(({ name }) => name);

  it('are key and value, with the names that they have there', () => {
    const { key, value } = layout({ 'key.fields-prefix': 'k_', 'value.fields-include': 'EXCEPT_KEY' });
    expect([names(key?.part), key?.columns, names(value.part), value.columns]).toEqual([['id', 'x'], [0, 1], ['name'], [2]]);
    expect(names(layout({}).value.part)).toEqual(['k_id', 'k_x', 'name']);
  });

  it('have only the columns that are read', () => {
    const { key, value } = layout({ 'value.fields-include': 'EXCEPT_KEY' }, { fields: schema.fields.slice(1, 2) });
    expect([names(key?.part), key?.columns, value.columns]).toEqual([['k_x'], [0], []]);
    expect(key?.part.tableSchema.fields).toHaveLength(2);
  });

  it('need prefixes that fit', () => {
    expect(() => layout({ 'key.fields-prefix': 'k_' })).toThrow(expect.objectContaining({ code: 'MS3078' }));
    expect(() => layout({ 'key.fields-prefix': 'z_', 'value.fields-include': 'EXCEPT_KEY' })).toThrow('does not begin with');
    expect(() => layout({ 'key.fields': 'nothing' })).toThrow('no physical column');
    expect(() => layout({ 'key.fields': 'at' })).toThrow('no physical column');
  });
});
