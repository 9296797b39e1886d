import type { Connector } from '../connectors/connector.ts';
import { connectors } from '../connectors/index.ts';
import type { SinkWriter } from '../runtime/sink.ts';
import type { Output } from './output/output.ts';
import { PacedReader } from './paced-reader.ts';

const PRINTING: ReadonlySet<string> = new Set(['print', 'console']);

/**
 * The connectors as the command line has them: those that print wait while standard output is full; with `rowsPerSecond`, input that
 * ends is read no faster than that.
 */
export function commandLineConnectors(output: Output, rowsPerSecond: number | undefined): Connector[] {
  const printing = connectors.filter(({ descriptor }) => PRINTING.has(descriptor.name)).map((connector) => waiting(connector, output));
  return rowsPerSecond === undefined
    ? printing
    : [...printing, ...connectors.filter(isReader).map((connector) => paced(connector, rowsPerSecond))];
}

/** Names of those whose input is read no faster than asked for: by this thread alone. */
export const pacedConnectors = (rowsPerSecond: number | undefined): ReadonlySet<string> =>
  new Set(rowsPerSecond === undefined ? [] : connectors.filter(isReader).map(({ descriptor }) => descriptor.name));

const isReader = ({ openSource }: Connector): boolean => openSource !== undefined;

function waiting(connector: Connector, output: Output): Connector {
  return { ...connector, openSink: async (context) => new WaitingWriter(await connector.openSink!(context), output) };
}

/** Refuses rows while standard output is full. */
class WaitingWriter implements SinkWriter {
  readonly #writer: SinkWriter;
  readonly #output: Output;

  constructor(writer: SinkWriter, output: Output) {
    this.#writer = writer;
    this.#output = output;
  }

  get bytesWritten(): number {
    return this.#writer.bytesWritten;
  }

  write(batch: Parameters<SinkWriter['write']>[0]): boolean {
    return this.#output.accepting && this.#writer.write(batch);
  }

  watermark(time: bigint): void {
    this.#writer.watermark?.(time);
  }

  ready(): Promise<void> {
    return this.#output.ready();
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  close(cause?: unknown): Promise<void> {
    return this.#writer.close(cause);
  }
}

function paced(connector: Connector, rowsPerSecond: number): Connector {
  return {
    ...connector,
    openSource: async (context) => new PacedReader(await connector.openSource!(context), context, rowsPerSecond),
  };
}
