import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blackhole, memory, open, t } from '../../../src/index.ts';

const TABLES = `CREATE TABLE src (k INT) WITH ('connector' = 'datagen', 'number-of-rows' = '10');
CREATE TABLE files (k INT) WITH ('connector' = 'filesystem', 'path' = 'out/', 'format' = 'json');
CREATE TABLE screen (k INT) WITH ('connector' = 'print');
CREATE TABLE topic (k INT) WITH ('connector' = 'kafka', 'topic' = 't', 'properties.bootstrap.servers' = 'localhost:1', 'format' = 'json');
CREATE TABLE exact (k INT) WITH ('connector' = 'kafka', 'topic' = 't', 'properties.bootstrap.servers' = 'localhost:1', 'format' = 'json', 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'p');
CREATE TABLE loose (k INT) WITH ('connector' = 'kafka', 'topic' = 't', 'properties.bootstrap.servers' = 'localhost:1', 'format' = 'json', 'sink.delivery-guarantee' = 'none');`;
const EXPLAIN = `EXPLAIN EXECUTE STATEMENT SET BEGIN ${['files', 'screen', 'topic', 'exact', 'loose'].map((name) => `INSERT INTO ${name} SELECT k FROM src;`).join(' ')} END`;
const PROMISES = `source src: goes on where the checkpoint was made
sink files: exactly-once
sink screen: at-least-once: rows since the last checkpoint are written again after a crash
sink topic: at-least-once: rows since the last checkpoint are written again after a crash
sink exact: exactly-once
sink loose: no promise: rows may be lost, or written again, by a crash
`;

const delivery = (text: string): string | undefined => text.split('== Delivery ==\n')[1];

describe('what a job promises', () => {
  it('is in EXPLAIN, under the settings of the job', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'delivery-'));
    for (const dir of [undefined, folder]) {
      const ms = await open(dir === undefined ? {} : { dir });
      await ms.sql(TABLES);
      const [{ result }] = (await ms.query<{ result: string }>(EXPLAIN).rows()) as [{ result: string }];
      expect(delivery(result)).toBe(
        dir === undefined
          ? `nothing is kept over a crash: the job begins anew, and what it has written stays. With a state folder (--state):\n${PROMISES}`
          : PROMISES,
      );
      expect(delivery((await ms.query<{ result: string }>('EXPLAIN SELECT k FROM src').rows())[0]!.result)).toBe(undefined);
      await ms.close();
    }
    rmSync(folder, { recursive: true });
  });

  it('is said at the start where it is less than exactly-once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'delivery-'));
    const notes: string[] = [];
    const ms = await open({ dir: folder, onNote: (note) => notes.push(note), print: () => undefined });
    await ms.sql(`${TABLES} INSERT INTO screen SELECT k FROM src`);
    await ms
      .from(memory([{ k: 1 }], { schema: { k: t.int() } }), 'rows')
      .to(blackhole())
      .run();
    expect(notes[0]).toBe('sink screen: at-least-once: rows since the last checkpoint are written again after a crash');
    expect(notes.join('\n')).toContain('source rows: is read again from its beginning, and must give the same rows then');
    await ms.close();
    rmSync(folder, { recursive: true });
  });
});

describe('the settings of a start', () => {
  it('have the names that Flink gave them, and those it gave them before', async () => {
    const ms = await open();
    await ms.sql(
      "SET 'execution.savepoint.path' = 'x'; SET 'execution.savepoint.ignore-unclaimed-state' = 'true'; SET 'execution.state-recovery.claim-mode' = 'CLAIM'",
    );
    expect(await ms.query('SET').rows()).toEqual(
      expect.arrayContaining([
        { key: 'execution.state-recovery.path', value: 'x' },
        { key: 'execution.state-recovery.ignore-unclaimed-state', value: 'true' },
      ]),
    );
    await ms.close();
  });
});
