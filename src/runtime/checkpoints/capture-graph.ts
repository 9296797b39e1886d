import type { SourceNode, SourceStart, TaskGraph } from '../task-graph.ts';
import type { Capture } from './captured.ts';

/**
 * Captures a graph in which nothing is on its way. Sinks settle what belongs to the checkpoint before this returns. `progressOf` says
 * what the task knows of a source: whether it has ended, and what is left to be passed over since the last restart.
 */
export function captureGraph(graph: TaskGraph, checkpoint: number, progressOf: (source: SourceNode) => SourceStart): Capture {
  return {
    sources: graph.sources.map((source) => {
      const { node, reader } = source;
      const { ended, rowsAhead } = progressOf(source);
      return { id: node.id, position: reader.position(), rowsAhead: rowsAhead + (reader.rowsAhead ?? 0), ended };
    }),
    operators: graph.nodes.map((node) => node.capture()),
    sinks: graph.sinks.map(({ writer, id }) => ({
      id,
      // A sink that promises nothing at least hands out what it holds back.
      prepared: writer.prepareCommit?.(checkpoint) ?? writer.flush().then(() => undefined),
    })),
    channels: graph.channels.map(({ node, reader }) => ({ id: node.id, messages: reader.record(checkpoint) })),
  };
}
