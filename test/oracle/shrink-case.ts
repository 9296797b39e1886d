import { shrink } from '../fuzz/shrink.ts';
import type { OracleCase } from './check-case.ts';
import { inputsOf, kindsOf, type Query } from './query.ts';

/** The smallest case found that still fails: first the query, then its rows. */
export async function shrinkCase(failing: OracleCase, fails: (one: OracleCase) => Promise<boolean>): Promise<OracleCase> {
  let kept = failing;
  for (let smaller: OracleCase | undefined = kept; smaller !== undefined; ) {
    smaller = undefined;
    for (const query of smallerQueries(kept.query)) {
      const candidate = { ...kept, query };
      if (!(await fails(candidate))) continue;
      kept = smaller = candidate;
      break;
    }
  }
  const arrivals = await shrink(kept.arrivals, (parts) => fails({ ...kept, arrivals: parts }));
  kept = { ...kept, arrivals };
  for (const simpler of [{ workers: 1 }, { records: false }]) {
    const candidate = { ...kept, ...simpler };
    if (await fails(candidate)) kept = candidate;
  }
  return kept;
}

/** The query's parts alone, and the query with one step left out somewhere or one aggregate less. */
function* smallerQueries(query: Query): Generator<Query> {
  yield* inputsOf(query);
  if (query.op === 'group' || query.op === 'window' || query.op === 'over') {
    for (const left of query.calls.keys()) if (query.calls.length > 1) yield { ...query, calls: query.calls.filter((_, i) => i !== left) };
  }
  if ('left' in query) {
    for (const left of replacements(query.left)) yield { ...query, left };
    for (const right of replacements(query.right)) yield { ...query, right };
  } else if (query.op !== 'scan') {
    for (const input of replacements(query.input)) yield { ...query, input };
  }
}

/** Queries with the same kinds of columns, so that what stands above still fits. */
function replacements(query: Query): Query[] {
  const same = (other: Query): boolean => kindsOf(other).join() === kindsOf(query).join();
  return [...smallerQueries(query)].filter(same);
}
