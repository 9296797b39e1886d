import type { ConnectorDescriptor } from '../../catalog/connector-descriptor.ts';
import type { SinkNode } from '../../plan/nodes/node.ts';

/** Whether a sink makes use of -U rows. A program sees every change; a table's sink says what it takes. */
export function wantsUpdateBefore({ target }: SinkNode, descriptorOf: (connector: string) => ConnectorDescriptor | undefined): boolean {
  if (target === undefined) return true;
  const sink = descriptorOf(target.connector)?.sink;
  return sink?.updateBefore ?? sink?.changelog !== 'upsert';
}
