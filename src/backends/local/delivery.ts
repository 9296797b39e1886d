import type { ConnectorDescriptor, Delivery } from '../../catalog/connector-descriptor.ts';
import { type Descriptors, readTableOptions } from '../../catalog/table-options.ts';
import type { Plan, PlanNode, PlanTable } from '../../plan/nodes/node.ts';
import { inputsOf } from '../../plan/visit.ts';

/** What a source or a sink of a job promises for the case of a crash. */
export interface Promised {
  readonly part: 'source' | 'sink';
  readonly table: string;
  readonly text: string;
  /** Whether every row counts once, and is seen once. */
  readonly isExact: boolean;
}

const SINKS: Readonly<Record<Delivery, string>> = {
  'exactly-once': 'exactly-once',
  'at-least-once': 'at-least-once: rows since the last checkpoint are written again after a crash',
  none: 'no promise: rows may be lost, or written again, by a crash',
};

/** What each table that a plan reads and writes promises when the job makes checkpoints. */
export function promisesOf(plan: Plan, descriptors: Descriptors): Promised[] {
  const promises = new Map<string, Promised>();
  const add = (promised: Promised): unknown => promises.set(`${promised.part} ${promised.table}`, promised);
  const seen = new Set<PlanNode>();
  const walk = (node: PlanNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const input of inputsOf(node)) walk(input);
    if (node.kind === 'scan') add(sourcePromise(node.table, descriptors));
    if (node.kind === 'scan' && node.deadLetters !== undefined) add(sinkPromise(node.deadLetters, descriptors));
    if (node.kind === 'sink' && node.target !== undefined) add(sinkPromise(node.target, descriptors));
  };
  for (const sink of plan.sinks) walk(sink);
  return [...promises.values()].sort((a, b) => Number(a.part === 'sink') - Number(b.part === 'sink'));
}

/** What EXPLAIN says of it; nothing for a query, whose rows go to whoever reads them. */
export function explainPromises(plan: Plan, descriptors: Descriptors, keepsState: boolean): string | undefined {
  if (plan.sinks.some(({ target }) => target === undefined)) return undefined;
  const without = 'nothing is kept over a crash: the job begins anew, and what it has written stays. With a state folder (--state):\n';
  const lines = promisesOf(plan, descriptors).map(({ part, table, text }) => `${part} ${table}: ${text}\n`);
  return `${keepsState ? '' : without}${lines.join('')}`;
}

function sourcePromise(table: PlanTable, descriptors: Descriptors): Promised {
  const { descriptor, options } = read(table, descriptors);
  const caution = descriptor.source?.replay?.(options);
  return { part: 'source', table: table.name, text: caution ?? 'goes on where the checkpoint was made', isExact: caution === undefined };
}

function sinkPromise(table: PlanTable, descriptors: Descriptors): Promised {
  const { descriptor, options } = read(table, descriptors);
  const delivery = descriptor.sink?.delivers?.(options) ?? 'at-least-once';
  return { part: 'sink', table: table.name, text: SINKS[delivery], isExact: delivery === 'exactly-once' };
}

function read(
  table: PlanTable,
  descriptors: Descriptors,
): { descriptor: ConnectorDescriptor; options: ReturnType<typeof readTableOptions>['options'] } {
  const { connector, options } = readTableOptions(table.options, descriptors, () => undefined);
  return { descriptor: connector, options };
}
