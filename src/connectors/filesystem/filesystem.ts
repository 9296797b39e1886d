import { scannedLookup } from '../../runtime/scanned-lookup.ts';
import type { Connector } from '../connector.ts';
import { filesystemDescriptor } from './filesystem-descriptor.ts';
import { openFileSink, type SingleFiles, writesFolder } from './open-file-sink.ts';
import { openFileSource } from './open-file-source.ts';
import { commitsPartitions } from './partition-commit.ts';
import { listPartitions } from './partition-path.ts';
import { pathFromOption } from './path-text.ts';

/** Files on this machine. The connector knows the single files it has written: make one per session, or use the process's one. */
export function filesystemConnector(): Connector {
  const files: SingleFiles = { open: new Set(), written: new Set() };
  return {
    descriptor: filesystemDescriptor,
    // Only who writes all of a partition can say that it is whole.
    parallel: { source: true, sink: (options) => writesFolder(options) && !commitsPartitions(options) },
    listPartitions: ({ options, columns }) =>
      listPartitions(pathFromOption(options.string('path')), columns, options.string('partition.default-name')),
    openSource: (context) => openFileSource(context),
    openLookup: (context) => scannedLookup(() => openFileSource(context), context.options.get('lookup.cache.ttl') as number | undefined),
    openSink: async (context) => openFileSink(context, files),
  };
}

export const filesystem: Connector = filesystemConnector();
