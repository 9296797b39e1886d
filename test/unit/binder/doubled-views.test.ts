import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';

const doubled = (levels: number): string =>
  Array.from({ length: levels }, (_, i) => `CREATE VIEW v${i + 1} AS SELECT x.id FROM v${i} x JOIN v${i} y ON x.id = y.id;`).join('\n');

async function create(levels: number): Promise<void> {
  const session = await Session.open();
  const sql = `CREATE VIEW v0 AS SELECT 1 AS id; ${doubled(levels)}`;
  for (const statement of session.parse(sql)) await session.run(statement, sql);
}

describe('views that read a view twice', () => {
  it('are refused where they would be read without end', async () => {
    await expect(create(40)).rejects.toMatchObject({
      code: 'MS1006',
      message: 'views are read more than 5000 times',
      hint: expect.any(String),
    });
  });

  it('are read a few times as ever', async () => {
    await expect(create(6)).resolves.toBeUndefined();
  });
});
