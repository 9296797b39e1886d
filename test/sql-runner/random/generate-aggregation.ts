import type { Random } from '../../../src/common/random.ts';
import { generateExpression, type Kind } from './generate-expression.ts';

const CALLS: readonly string[] = [
  ...['COUNT(*)', 'COUNT(<number>)', 'COUNT(<text>)', 'COUNT(DISTINCT <number>)', 'COUNT(DISTINCT <text>)', 'COUNT(DISTINCT <boolean>)'],
  ...['SUM(tiny)', 'SUM(small)', 'SUM(whole)', 'SUM(long)', 'SUM(price)', 'SUM(<number>)', 'SUM(DISTINCT whole)', 'SUM(DISTINCT price)'],
  ...['AVG(tiny)', 'AVG(whole)', 'AVG(long)', 'AVG(price)', 'AVG(<number>)', 'AVG(DISTINCT whole)'],
  ...['MIN(<number>)', 'MAX(<number>)', 'MIN(<text>)', 'MAX(<text>)', 'MIN(<date>)', 'MAX(<timestamp>)', 'MIN(<time>)', 'MAX(<boolean>)'],
  ...['COUNT(*) FILTER (WHERE <boolean>)', 'SUM(whole) FILTER (WHERE <boolean>)', 'MAX(name) FILTER (WHERE <boolean>)'],
  ...['COUNT(DISTINCT name) FILTER (WHERE <boolean>)', 'SUM(CASE WHEN <boolean> THEN 1 ELSE 0 END)', 'AVG(CAST(id AS DOUBLE))'],
];

const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)]!;

const fill = (random: Random, form: string): string =>
  form.replace(/<(\w+)>/g, (_, kind: string) => generateExpression(random, random.below(2), kind as Kind));

/** A query with aggregates over VALUES_TABLE: grouped or not, with and without WHERE and HAVING. */
export function generateAggregation(random: Random): string {
  const keys = Array.from({ length: random.below(3) }, (_, i) => ({
    name: `k${i}`,
    sql: generateExpression(random, random.below(2), pick(random, ['number', 'text', 'boolean', 'date'])),
  }));
  const calls = Array.from({ length: 1 + random.below(4) }, (_, i) => `${fill(random, pick(random, CALLS))} AS a${i}`);
  const inner = keys.map(({ name, sql }) => `, ${sql} AS ${name}`).join('');
  // Where it is known that no row comes, Flink has a row for no keys.
  const where = keys.length > 0 && random.next() < 0.3 ? ` WHERE ${generateExpression(random, 1, 'boolean')}` : '';
  const groupBy = keys.length === 0 ? '' : ` GROUP BY ${keys.map(({ name }) => name).join(', ')}`;
  const having = random.next() < 0.2 ? ' HAVING COUNT(*) > 1' : '';
  return `SELECT ${[...keys.map(({ name }) => name), ...calls].join(', ')} FROM (SELECT vals.*${inner} FROM vals) AS t${where}${groupBy}${having}`;
}
