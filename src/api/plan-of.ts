import type { PlanSource } from '../backends/local/plan-source.ts';
import { bindInsert } from '../binder/insert.ts';
import { QueryBinder } from '../binder/query-binder.ts';
import type { CatalogEntry } from '../catalog/catalog.ts';
import { sink } from '../plan/make.ts';
import type { Plan } from '../plan/nodes/node.ts';
import type { Session } from './session.ts';
import { createFromModule } from './user-modules.ts';

const sources = new WeakMap<Plan, PlanSource>();

/** Remembers what a plan was made of, as long as there is the plan: workers in other threads make it again. */
export function rememberSource(plan: Plan, session: Session, body: PlanSource['body'], more: readonly CatalogEntry[] = []): Plan {
  const names = new Set(more.map(({ name }) => name));
  const entries = [...session.catalog.entries().filter(({ name }) => !names.has(name)), ...more];
  sources.set(plan, { entries, functions: session.functions.user.modules(), settings: session.settings.entries(), body });
  return plan;
}

/** Undefined for a plan that was put together by hand. */
export const sourceOf = (plan: Plan): PlanSource | undefined => sources.get(plan);

/** Makes a plan in a fresh session. Throws what loading its functions throws. */
export async function planOf(session: Session, { entries, functions, settings, body }: PlanSource): Promise<Plan> {
  for (const [key, value] of settings) session.settings.set(key, value);
  for (const entry of entries) session.catalog.set(entry);
  for (const { name, scope, module } of functions) await createFromModule(session, { name, scope, module });
  const binder = new QueryBinder(session.binderContext);
  const roots =
    body.kind === 'query' ? [sink(binder.bindQuery(body.query).node, undefined)] : body.inserts.map((insert) => bindInsert(binder, insert));
  return session.optimize({ sinks: roots });
}
