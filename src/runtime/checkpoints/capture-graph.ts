import type { SourceNode, TaskGraph } from '../task.ts';
import type { Capture } from './captured.ts';

/** Captures a graph in which nothing is on its way. Sinks settle what belongs to the checkpoint before this returns. */
export function captureGraph(graph: TaskGraph, checkpoint: number, hasEnded: (source: SourceNode) => boolean): Capture {
  return {
    sources: graph.sources.map((source) => {
      const { node, reader } = source;
      return { id: node.name, position: reader.position(), rowsAhead: reader.rowsAhead ?? 0, ended: hasEnded(source) };
    }),
    operators: graph.nodes.map((node) => node.capture()),
    sinks: graph.sinks.map(({ writer, id }) => ({
      id,
      // A sink that promises nothing at least hands out what it holds back.
      prepared: writer.prepareCommit?.(checkpoint) ?? writer.flush().then(() => undefined),
    })),
  };
}
