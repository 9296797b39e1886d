import { SqlError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import type * as sql from '../sql/ast/index.ts';

/** A call with OVER, and its window in full. */
export interface OverSyntax {
  readonly node: sql.FunctionCall;
  readonly name: string;
  readonly window: sql.WindowSpecification;
}

/** The calls with OVER in a part of the tree, outside sub-queries. Names of windows are looked up in the WINDOW clause; throws MS1221. */
export function overCalls(node: unknown, windows: readonly sql.NamedWindow[]): OverSyntax[] {
  if (Array.isArray(node)) return node.flatMap((item) => overCalls(item, windows));
  if (typeof node !== 'object' || node === null || ('kind' in node && node.kind === 'query')) return [];
  if ('kind' in node && node.kind === 'call') {
    const call = node as sql.FunctionCall;
    if (call.over !== undefined)
      return [{ node: call, name: call.name.parts.at(-1)!.name.toUpperCase(), window: windowOf(call.over, windows) }];
  }
  return Object.entries(node).flatMap(([name, child]) => (name === 'span' ? [] : overCalls(child, windows)));
}

function windowOf(over: sql.WindowSpecification | sql.Identifier, windows: readonly sql.NamedWindow[]): sql.WindowSpecification {
  if (over.kind === 'identifier') return named(over, windows);
  return over.base === undefined ? over : extended(over, named(over.base, windows));
}

/** A window may only extend one that stands before it, so that none extends itself. */
function named(name: sql.Identifier, windows: readonly sql.NamedWindow[]): sql.WindowSpecification {
  const at = windows.findIndex((window) => window.name.name === name.name);
  if (at === -1) {
    const hint = didYouMean(
      name.name,
      windows.map((window) => window.name.name),
    );
    throw new SqlError('MS1221', `there is no window ${name.name}`, {
      span: name.span,
      hint: hint ?? `write WINDOW ${name.name} AS (...)`,
    });
  }
  return windowOf(windows[at]!.window, windows.slice(0, at));
}

function extended(window: sql.WindowSpecification, base: sql.WindowSpecification): sql.WindowSpecification {
  const clash = window.partitionBy.length > 0 || (window.orderBy.length > 0 && base.orderBy.length > 0) || base.frame !== undefined;
  if (clash) {
    throw new SqlError('MS1221', 'a window takes its partition from the one it extends, and its order or its frame where that has none', {
      span: window.span,
    });
  }
  const { partitionBy } = base;
  return { ...window, base: undefined, partitionBy, orderBy: base.orderBy.length > 0 ? base.orderBy : window.orderBy };
}
