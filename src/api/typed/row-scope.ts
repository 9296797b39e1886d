import { columnExpression, type ExpressionNode } from './expression-node.ts';
import type { TypeScope } from './type-scope.ts';

/**
 * What callbacks get as `r`: a property for each column, so that `{ ...r }` selects all. A name that is no column throws MS1103 with
 * the nearest one. `keys` are further names, of expressions that were named before.
 */
export function rowScope(scope: TypeScope, keys: Readonly<Record<string, ExpressionNode>> = {}): Readonly<Record<string, ExpressionNode>> {
  const made: Record<string, ExpressionNode> = Object.create(null);
  for (const name of new Set(scope.names)) define(made, name, () => columnExpression(name, scope));
  for (const [name, key] of Object.entries(keys)) define(made, name, () => key);
  return new Proxy(made, {
    get(target, name) {
      if (typeof name === 'symbol' || name in target) return Reflect.get(target, name);
      if (name !== 'then' && name !== 'toJSON') scope.checkColumn(name);
      return undefined;
    },
  });
}

/** Made when it is asked for: a wide table has many columns, an expression few. */
function define(target: object, name: string, make: () => ExpressionNode): void {
  let made: ExpressionNode | undefined;
  const get = (): ExpressionNode => {
    made ??= make();
    return made;
  };
  Object.defineProperty(target, name, { get, enumerable: true, configurable: true });
}
