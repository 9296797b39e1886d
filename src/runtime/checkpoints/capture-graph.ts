import type { StateBackend } from '../../state/state-backend.ts';
import type { StateSnapshot } from '../../state/state-snapshot.ts';
import type { OperatorNode } from '../operator-node.ts';
import type { SourceNode, SourceStart, TaskGraph } from '../task-graph.ts';
import { type Capture, type CapturedOperator, OperatorCapture, TableCapture } from './captured.ts';

/**
 * Captures a graph in which nothing is on its way. Sinks settle what belongs to the checkpoint before this returns; tables are only handed
 * over. `progressOf` says what the task knows of a source: whether it has ended, and what is left to be passed over since the last restart.
 */
export function captureGraph(graph: TaskGraph, checkpoint: number, progressOf: (source: SourceNode) => SourceStart): Capture {
  const sources = graph.sources.map((source) => {
    const { node, reader } = source;
    const { ended, rowsAhead } = progressOf(source);
    return { id: node.id, position: reader.position(), rowsAhead: rowsAhead + (reader.rowsAhead ?? 0), ended };
  });
  const sinks = graph.sinks.map(({ writer, id }) => ({
    id,
    // A sink that promises nothing at least hands out what it holds back.
    prepared: writer.prepareCommit?.(checkpoint) ?? writer.flush().then(() => undefined),
  }));
  const channels = graph.channels.map(({ node, reader }) => ({ id: node.id, messages: reader.record(checkpoint) }));
  return { sources, sinks, channels, ...captureOperators(graph.nodes, graph.state) };
}

function captureOperators(
  nodes: readonly OperatorNode[],
  backend: StateBackend | undefined,
): { operators: readonly CapturedOperator[]; state: StateSnapshot | undefined } {
  if (backend === undefined) return { operators: nodes.map((node) => node.capture(new OperatorCapture())), state: undefined };
  const captures = nodes.map((node) => {
    const writer = new TableCapture();
    return { operator: node.capture(writer), tables: writer.tables };
  });
  const tables = captures.flatMap((capture) => capture.tables);
  const state = tables.length === 0 ? undefined : backend.beginSnapshot(tables);
  const numbers = new Map(state?.tables.map(({ table, number }) => [table, number]));
  const operators = captures.map((capture) => ({
    ...capture.operator,
    tables: capture.tables.map((table) => ({ name: table.name, number: numbers.get(table)! })),
  }));
  return { operators, state };
}
