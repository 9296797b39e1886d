import { describe, expect, it } from 'vitest';
import { open } from '../../../src/api/open.ts';
import { VirtualClock } from '../../../src/common/clock.ts';

const TTL = "SET 'table.exec.state.ttl' = '1 h'";
const GROUPS = 'SELECT k, COUNT(*) AS n FROM t GROUP BY k';

describe('table.exec.state.ttl', () => {
  it('is shown by EXPLAIN where state has no other end', async () => {
    const ms = await open();
    await ms.sql(`${TTL}; CREATE VIEW t AS SELECT * FROM (VALUES (1), (2), (1)) AS v(k)`);
    const explained = (): string => ms.query(GROUPS).explain({ code: false });
    expect(explained()).toMatch(/GroupAggregate\([^\n]*, stateTtl=\[3600000 ms\]/);
    await ms.sql("SET 'execution.runtime-mode' = 'batch'");
    expect(explained()).toContain('GroupAggregate(');
    expect(explained()).not.toContain('stateTtl');
    await ms.close();
  });

  it('does not keep a job whose input has ended', async () => {
    const ms = await open();
    await ms.sql(`${TTL}; CREATE VIEW t AS SELECT * FROM (VALUES (1), (2), (1)) AS v(k)`);
    expect(await ms.query(GROUPS).rows()).toHaveLength(2);
    await ms.close();
  });

  it('begins a group anew that got no row for so long, on the clock of the job', async () => {
    const clock = new VirtualClock(0);
    const ms = await open({ clock });
    await ms.sql(`SET 'table.exec.state.ttl' = '90 s'; SET 'millstream.changelog' = 'record';
      CREATE TABLE t (\`value\` BIGINT, k AS CASE WHEN \`value\` < 3 OR MOD(\`value\`, 200) = 100 THEN 1 ELSE 0 END)
      WITH ('connector' = 'rate', 'rows-per-second' = '1', 'number-of-rows' = '320')`);
    const rows: unknown[] = [];
    const done = (async () => {
      for await (const { op, row } of ms.query(`${GROUPS} HAVING k = 1`).changes()) rows.push(`${op} ${(row as { n: bigint }).n}`);
    })();
    for (let s = 0; s < 330; s++) {
      clock.advance(1000);
      await new Promise(setImmediate);
    }
    await done;
    expect(rows).toEqual(['+I 1', '-U 1', '+U 2', '-U 2', '+U 3', '+I 1', '+I 1']);
    await ms.close();
  });
});
