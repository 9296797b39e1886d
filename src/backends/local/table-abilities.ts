import { readTableOptions } from '../../catalog/table-options.ts';
import type { LocalEnvironment } from './graph-context.ts';
import type { TableAbilities } from './partitioning.ts';

/** What the connectors of an environment say of the tables of a plan. */
export function tableAbilities({ connectors, descriptors }: Pick<LocalEnvironment, 'connectors' | 'descriptors'>): TableAbilities {
  return {
    readsInParallel: (node) => node.kind === 'scan' && connectors.get(node.table.connector)?.parallel?.source === true,
    writesInParallel({ target, overwrite }) {
      // A query's rows go to the program, from wherever they are.
      if (target === undefined) return true;
      // Writers would remove each other's files.
      if (overwrite !== undefined) return false;
      const ability = connectors.get(target.connector)?.parallel?.sink ?? false;
      if (typeof ability === 'boolean') return ability;
      return ability(readTableOptions(target.options, descriptors, () => undefined).options);
    },
  };
}
