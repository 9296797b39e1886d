import { describe, expect, expectTypeOf, it } from 'vitest';
import { ConnectorTable } from '../../src/api/typed/connector-table.ts';
import { open, type Sink, SqlError, t } from '../../src/index.ts';
import { kafka, upsertKafka } from '../../src/kafka.ts';

const bootstrapServers = '127.0.0.1:9';

describe('typed kafka tables', () => {
  it('are sources with a schema, and sinks without', async () => {
    const source = kafka({ topic: 'bids', bootstrapServers, format: 'json', schema: { price: t.bigint() } });
    const sink = kafka({ topic: 'bids', bootstrapServers, format: 'json' });
    expectTypeOf(sink).toEqualTypeOf<Sink>();
    const ms = await open();
    const prices = ms.from(source).select('price');
    expectTypeOf(prices.rows).returns.resolves.toEqualTypeOf<{ price: bigint | null }[]>();
    expect(prices.explain()).toContain('connector=[kafka], unbounded');
    await ms.close();
  });

  it('hand their options on by the names of SQL', async () => {
    const ms = await open();
    const options = { topic: 'bids', bootstrapServers, properties: { 'group.id': 'me' }, keyFields: ['id'], keyFormat: 'json' } as const;
    const schema = { id: t.bigint() };
    expect(ms.from(kafka({ ...options, schema, valueFormat: 'json' })).explain()).toContain('columns=[id]');
    const wrong = kafka({ ...options, schema, valueFormat: 'json', sinkPartitioner: 'round-robin' });
    expect(() => ms.from(wrong).explain()).toThrow(SqlError);
    await ms.close();
  });

  it('of updates have a primary key', () => {
    const table = upsertKafka({ topic: 'totals', bootstrapServers, primaryKey: ['id'], keyFormat: 'json', valueFormat: 'json' });
    expect(table).toBeInstanceOf(ConnectorTable);
    expect((table as ConnectorTable<never>).primaryKey).toEqual(['id']);
    // @ts-expect-error: there is no update without a key.
    upsertKafka({ topic: 'totals', bootstrapServers, keyFormat: 'json' });
  });
});
