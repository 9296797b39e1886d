import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { log, milliseconds, open, t } from '../../../src/api/index.ts';
import { openLog } from '../../../src/connectors/log/store/log-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'restarted-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a job from log to log that is restarted writes every record once, and its group knows how far it is', async () => {
  const path = join(folder, 'logs');
  const notes: string[] = [];
  const ms = await open({
    dir: join(folder, 'state'),
    checkpoint: milliseconds(40),
    restart: { type: 'fixed-delay', attempts: 2, delay: milliseconds(20) },
    onNote: (note) => notes.push(note),
  });
  const schema = { id: t.bigint() };
  await ms.sql(`CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'log', 'path' = '${path}', 'topic' = 'from', 'format' = 'json');
    CREATE TABLE more (id STRING) WITH ('connector' = 'log', 'path' = '${path}', 'topic' = 'from', 'format' = 'raw');
    CREATE TABLE first_ids (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '5000', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '5000');
    INSERT INTO numbers SELECT id FROM first_ids;`);
  const properties = { 'group.id': 'copier', 'compression.type': 'lz4' } as const;
  const job = await ms
    .from(log({ path, topic: 'from', format: 'json', schema, properties }))
    .to(log({ path, topic: 'to', format: 'json', sinkDeliveryGuarantee: 'exactly-once', properties: { 'compression.type': 'lz4' } }))
    .start();
  const until = async (what: () => boolean): Promise<void> => {
    for (let n = 0; n < 1500 && !what(); n++) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  await until(() => job.metrics().rowsIn === 5000 && job.metrics().checkpoints!.completed > 2);
  // What cannot be read fails the job three times: it has two restarts.
  await ms.sql("INSERT INTO more VALUES ('poison')");
  await expect(job.done).rejects.toMatchObject({ code: 'MS2101' });
  expect(job.metrics().restarts).toBe(2);
  expect(notes.filter((note) => note.startsWith('the job has failed (MS2101: from/0 offset 5000'))).toHaveLength(2);
  const store = await openLog(path, true);
  expect(store.groupOffset('copier', store.topic('from')!, 0)).toBe(5000);
  await store.close();
  const copied = await ms.from(log({ path, topic: 'to', format: 'json', schema, scanBoundedMode: 'latest-offset' })).rows();
  expect(copied.map(({ id }) => Number(id))).toEqual(Array.from({ length: 5000 }, (_, i) => i + 1));
  await ms.close();
});
