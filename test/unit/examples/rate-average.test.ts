import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { avg, console as consoleSink, type Millstream, rate, t, VirtualClock } from '../../../src/api/index.ts';
import { open } from '../../../src/api/open.ts';

const examples = new URL('../../../examples/', import.meta.url);
const clock = new VirtualClock(1_700_000_000_000);
const printed: string[] = [];
let opened: Millstream | undefined;

/** Examples open an engine of their own: here it runs on the virtual clock and prints into a list. */
vi.mock('millstream', async (load) => {
  const millstream = (await load()) as typeof import('../../../src/index.ts');
  return { ...millstream, open: () => openVirtual() };
});

async function openVirtual(): Promise<Millstream> {
  opened = await open({ clock, print: (text) => printed.push(text) });
  return opened;
}

afterEach(async () => {
  await opened?.close();
  printed.length = 0;
});

/** Lets everything that is due run, second by second. */
async function runSeconds(count: number): Promise<void> {
  for (let second = 0; second <= count; second++) {
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    if (second < count) clock.advance(1000);
  }
}

/** The number in each of the printed tables of one row. */
const meansOf = (texts: readonly string[]): number[] => texts.map((text) => Number(/\|\s*([^|\s]+)\|\n\+-+\+\s*$/.exec(text)?.[1]));

/** sum / count of the values 0 to n, for the first ten of them. */
const expected = Array.from({ length: 10 }, (_, n) => {
  const values = Array.from({ length: n + 1 }, (_, value) => value);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
});

describe('the running mean of a rate source', () => {
  it('in SQL is sum / count after each second', async () => {
    const ms = await openVirtual();
    const [job] = await ms.sql(readFileSync(new URL('rate-average.sql', examples), 'utf8'));
    await runSeconds(9);
    expect(meansOf(printed)).toEqual(expected);
    expect(job!.metrics().rowsIn).toBe(10);
  });

  it('in TypeScript is the same', async () => {
    const running = import('../../../examples/rate-average.ts');
    await vi.waitUntil(() => opened !== undefined && printed.length > 0);
    await runSeconds(9);
    expect(meansOf(printed)).toEqual(expected);
    await opened!.close();
    await expect(running).resolves.toBeDefined();
  });

  it('is printed as Spark prints it', async () => {
    const ms = await openVirtual();
    await ms.sql(readFileSync(new URL('rate-average.sql', examples), 'utf8'));
    await runSeconds(1);
    expect(printed[1]).toBe(
      '-------------------------------------------\nBatch: 1\n-------------------------------------------\n+----+\n|mean|\n+----+\n| 0.5|\n+----+\n\n',
    );
  });

  it.each(['complete', 'update'] as const)('is the same in output mode %s', async (outputMode) => {
    const ms = await openVirtual();
    await ms
      .from(rate())
      .select((tick) => ({ mean: avg(tick.value.cast(t.double())) }))
      .to(consoleSink({ outputMode }))
      .start();
    await runSeconds(4);
    expect(meansOf(printed)).toEqual(expected.slice(0, 5));
  });

  it('is refused in output mode append, with the reason and what to do', async () => {
    const ms = await openVirtual();
    const text = readFileSync(new URL('rate-average.sql', examples), 'utf8').replace(
      "'output-mode' = 'complete'",
      "'output-mode' = 'append'",
    );
    await expect(ms.sql(text)).rejects.toThrow(
      expect.objectContaining({
        code: 'MS1215',
        message: 'table averages takes inserts only, but the query updates its rows',
        hint: expect.stringMatching(/printed once.*'complete' or 'update'.*window over a time with a watermark/),
        span: expect.objectContaining({ line: 11 }),
      }),
    );
    expect(printed).toEqual([]);
  });
});
