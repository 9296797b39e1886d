import type { CatalogEntry } from '../../catalog/catalog.ts';
import type { UserFunctions } from '../../catalog/user-functions.ts';
import type * as sql from '../../sql/ast/index.ts';

/** What a plan was made of, so that another thread can make it, too. Plain data: it is cloned on the way. */
export interface PlanSource {
  readonly entries: readonly CatalogEntry[];
  readonly functions: ReturnType<UserFunctions['modules']>;
  readonly settings: readonly (readonly [string, string])[];
  readonly body:
    | { readonly kind: 'query'; readonly query: sql.Query }
    | { readonly kind: 'inserts'; readonly inserts: readonly sql.InsertStatement[] };
}
