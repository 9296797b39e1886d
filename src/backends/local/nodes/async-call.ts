import { AsyncCallOperator } from '../../../operators/async-call/async-call.ts';
import type { AsyncCalls } from '../../../operators/async-call/await-call.ts';
import type { AsyncCallNode } from '../../../plan/nodes/node.ts';

/** Flink's defaults of table.exec.async-scalar.*. */
const DEFAULTS: AsyncCalls = { capacity: 10, timeoutMs: 180_000, attempts: 3, retryDelayMs: 100 };

export function asyncCallOperator({ calls }: AsyncCallNode, settings: AsyncCalls = DEFAULTS): AsyncCallOperator {
  const awaited = calls.map(({ function: fn, args, type }) => ({ name: fn.name, declared: fn.awaited!, args, type }));
  return new AsyncCallOperator(awaited, settings);
}
