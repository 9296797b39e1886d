import { Session } from '../../../src/api/session.ts';
import { passes } from '../../../src/optimizer/optimizer.ts';

/** The plan of a statement over these tables, as EXPLAIN prints it, when all passes but the named ones run; statements before it may set something. */
export async function planWithout(names: readonly string[], tables: string, statement: string): Promise<string> {
  const session = await Session.open();
  const known = passes.map(({ name }) => name);
  for (const name of names) if (!known.includes(name)) throw new Error(`there is no pass ${name}`);
  const sql = `${tables} SET 'millstream.optimizer.disabled' = '${names.join(',')}'; EXPLAIN ${statement}`;
  for (const node of session.parse(sql)) {
    const result = await session.run(node, sql);
    if (result.kind === 'text') return `\n${result.text.replace('== Optimized Plan ==\n', '').split('\n== Delivery ==')[0]}`;
  }
  throw new Error('no plan');
}
