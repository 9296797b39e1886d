import { seededRandom } from '../../src/common/random.ts';
import type { OracleCase } from './check-case.ts';
import { generateQuery } from './generate-query.ts';
import { generateArrivals } from './table-data.ts';

/** The same seed gives the same case. */
export function generateCase(seed: number): OracleCase {
  const random = seededRandom(seed);
  const query = generateQuery(random, 1 + random.below(4));
  const arrivals = generateArrivals(random, 5 + random.below(60));
  return { query, arrivals, workers: random.next() < 0.3 ? 2 : 1, records: random.next() < 0.3 };
}
