import { seededRandom } from '../../../src/common/random.ts';
import { scalarFunctions } from '../../../src/functions/scalar/index.ts';
import { sqlTestFolder } from '../files.ts';
import { FlinkSession } from '../flink-gateway.ts';
import { MillstreamEngine } from '../millstream-engine.ts';
import { compareQueries } from './compare-queries.ts';
import { compareExpressions, compareStatement, type Engines, reportDifferences } from './compare-statements.ts';
import { generateAggregation } from './generate-aggregation.ts';
import { generateExpression } from './generate-expression.ts';
import { VALUES_TABLE } from './values-table.ts';

export interface RandomOptions {
  /** Address of the SQL Gateway. */
  readonly gateway: string;
  readonly seed: number;
  /** How many expressions; of queries with aggregates, and of those of all operators, there are a tenth as many. */
  readonly count: number;
  readonly print: (line: string) => void;
}

/** Generates expressions and queries, asks both engines, prints what differs, and resolves with how many do. */
export async function compareRandom({ gateway, seed, count, print }: RandomOptions): Promise<number> {
  const random = seededRandom(seed);
  const expressions = Array.from({ length: count }, () => generateExpression(random, 1 + random.below(3)));
  const queries = Array.from({ length: Math.ceil(count / 10) }, () => generateAggregation(random));
  return withEngines(gateway, async (engines) => {
    const differences = await compareExpressions(engines, expressions, 'vals');
    for (const query of queries) differences.push(...[await compareStatement(engines, query)].filter((found) => found !== undefined));
    const others = await compareQueries(engines, random, queries.length);
    differences.push(...others.differences);
    const compared = 2 * queries.length - others.refused;
    print(`seed ${seed}: ${expressions.length} expressions and ${compared} queries compared, ${differences.length} differ`);
    return reportDifferences(differences, print);
  });
}

/** Examples that differ on purpose: what can be NULL is nullable here, is no -1, and -0.0 stays -0.0 in constants (docs/sql/differences.md). */
const KNOWN = /^(LPAD|RPAD|REGEXP_REPLACE|CEIL\(-0\.5e0\)|ELEMENT\(ARRAY\[7\]\)|ARRAY\[1, 2\]\[3\])/;

/** Compares the examples of all functions: their values, and what the functions' documentation does not say, their types. */
export function compareExamples({ gateway, print }: Pick<RandomOptions, 'gateway' | 'print'>): Promise<number> {
  const examples = scalarFunctions.flatMap((definition) => definition.examples.map(({ sql }) => sql)).filter((sql) => !KNOWN.test(sql));
  return withEngines(gateway, async (engines) => {
    const differences = await compareExpressions(engines, examples, 'vals WHERE id = 1');
    print(`${examples.length} examples of functions compared, ${differences.length} differ`);
    return reportDifferences(differences, print);
  });
}

async function withEngines<T>(gateway: string, use: (engines: Engines) => Promise<T>): Promise<T> {
  const engines: Engines = { flink: await FlinkSession.open(gateway), ours: await MillstreamEngine.open() };
  const table = VALUES_TABLE.replace('$DATA', `${sqlTestFolder}data`);
  try {
    await engines.flink.run(table);
    await engines.ours.execute(table);
    return await use(engines);
  } finally {
    await engines.flink.close();
    await engines.ours.close();
  }
}
