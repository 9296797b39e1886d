import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/common/clock.ts';
import { Cluster } from '../../../../src/connectors/kafka/client/cluster.ts';
import type { KafkaLibrary } from '../../../../src/connectors/kafka/client/library.ts';
import { Outage } from '../../../../src/connectors/kafka/client/outage.ts';
import { WireError } from '../../../../src/connectors/kafka/client/protocol-errors.ts';

const settings = { bootstrap: [{ host: 'broker', port: 9092 }], retryTimeoutMs: 60_000 };

describe('a cluster that does not answer', () => {
  it('is spoken of once, when that has lasted a while, and once more when it answers', () => {
    const told: string[] = [];
    const outage = new Outage(settings, (text) => told.push(text));
    outage.goesOn(100, new Error('refused'));
    outage.isOver();
    expect(told).toEqual([]);
    for (const ms of [1500, 2500, 4000]) outage.goesOn(ms, new Error('refused'));
    outage.isOver();
    outage.isOver();
    expect(told).toEqual(['the cluster of broker:9092 does not answer (refused); it is tried for up to 60 s', 'the cluster answers again']);
  });

  it('is tried again with growing pauses, up to the limit that is set', async () => {
    const clock = new VirtualClock();
    const told: string[] = [];
    const client = { ...settings, clientId: 'c', tls: undefined, sasl: undefined, requestTimeoutMs: 1000 };
    const cluster = new Cluster({} as KafkaLibrary, client, clock, (text) => told.push(text));
    const at: number[] = [];
    const attempt = (failures: number) => async (): Promise<string> => {
      at.push(clock.now());
      if (at.length <= failures) throw new WireError('connection refused');
      return 'answer';
    };
    const run = async <T>(work: Promise<T>): Promise<T> => {
      let isOver = false;
      const over = work.finally(() => {
        isOver = true;
      });
      over.catch(() => undefined);
      for (let n = 0; n < 20_000 && !isOver; n++) {
        await new Promise((resolve) => setImmediate(resolve));
        clock.advance(10);
      }
      return over;
    };
    expect(await run(cluster.retry('asking', attempt(8)))).toBe('answer');
    const pauses = at.slice(1).map((time, i) => Math.round((time - at[i]!) / 10) * 10);
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1000, 1000, 1000]);
    expect(told.at(-1)).toBe('the cluster answers again');
    at.length = 0;
    await expect(run(cluster.retry('asking', attempt(1e9)))).rejects.toMatchObject({ code: 'MS3071', retry: true });
    expect(clock.now()).toBeGreaterThan(60_000);
    expect(told).toHaveLength(3);
  });
});
