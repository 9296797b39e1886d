import type { JoinNode, PlanNode } from './nodes/node.ts';

/** What kinds of changes a node may send beside insertions. */
export interface Changes {
  readonly updates: boolean;
  readonly deletes: boolean;
}

const INSERTS: Changes = { updates: false, deletes: false };
const ALL: Changes = { updates: true, deletes: true };
const known = new WeakMap<PlanNode, Changes>();

/** The kinds of changes that a node sends: Flink's changelog mode, without whether -U rows come (update-before.ts says that). */
export function changesOf(node: PlanNode): Changes {
  let changes = known.get(node);
  if (changes === undefined) {
    changes = node.insertOnly ? INSERTS : derive(node);
    known.set(node, changes);
  }
  return changes;
}

function derive(node: PlanNode): Changes {
  switch (node.kind) {
    case 'aggregate':
      return { updates: true, deletes: node.keys.length > 0 && !node.input.insertOnly };
    case 'union':
      return node.inputs.map(changesOf).reduce(either);
    case 'join':
      return ofJoin(node);
    case 'rank':
      return { updates: node.withNumber || node.limit - node.offset === 1, deletes: !(node.limit === 1 && node.input.insertOnly) };
    case 'over':
      return { updates: true, deletes: !node.input.insertOnly };
    case 'calc':
    case 'watermark':
    case 'window':
    case 'correlate':
    case 'async-call':
    case 'sink':
      return changesOf(node.input);
    default:
      return ALL;
  }
}

/** A row without a partner is taken back when one comes. */
function ofJoin({ type, left, right }: JoinNode): Changes {
  const both = either(changesOf(left), changesOf(right));
  return type === 'inner' || type === 'semi' ? both : { ...both, deletes: true };
}

const either = (a: Changes, b: Changes): Changes => ({ updates: a.updates || b.updates, deletes: a.deletes || b.deletes });
