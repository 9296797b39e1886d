import { Session, type SessionOptions } from '../../../src/api/session.ts';
import { RowCursor } from '../../../src/data/row-cursor.ts';

/** A session and what a script's queries give: each row as JSON text. */
export async function rowsOf(sql: string, options: SessionOptions = {}): Promise<string[]> {
  const session = await Session.open({ print: () => undefined, ...options });
  return runIn(session, sql);
}

export async function runIn(session: Session, sql: string): Promise<string[]> {
  const rows: string[] = [];
  for (const statement of session.parse(sql)) {
    const result = await session.run(statement, sql);
    if (result.kind === 'insert') await (await session.start(result.plan)).done;
    if (result.kind !== 'query') continue;
    const cursor = new RowCursor(result.schema);
    const job = await session.start(result.plan, {
      onBatch: (batch) => {
        for (let n = 0; n < batch.size; n++) rows.push(JSON.stringify(cursor.moveTo(batch, batch.rowIndex(n)).toObject()));
        return true;
      },
    });
    await job.done;
  }
  return rows;
}

/** The text of an EXPLAIN. */
export async function explain(session: Session, sql: string): Promise<string> {
  for (const statement of session.parse(sql)) {
    const result = await session.run(statement, sql);
    if (result.kind === 'text') return result.text;
  }
  throw new Error('no EXPLAIN among the statements');
}
