import { scannedLookup } from '../../runtime/scanned-lookup.ts';
import type { Connector } from '../connector.ts';
import { filesystemDescriptor } from './filesystem-descriptor.ts';
import { openFileSink, type SingleFiles, writesFolder } from './open-file-sink.ts';
import { openFileSource } from './open-file-source.ts';

/** Files on this machine. The connector knows the single files it has written: make one per session, or use the process's one. */
export function filesystemConnector(): Connector {
  const files: SingleFiles = { open: new Set(), written: new Set() };
  return {
    descriptor: filesystemDescriptor,
    parallel: { source: true, sink: (options) => writesFolder(options) },
    openSource: (context) => openFileSource(context),
    openLookup: (context) => scannedLookup(() => openFileSource(context), context.options.get('lookup.cache.ttl') as number | undefined),
    openSink: async (context) => openFileSink(context, files),
  };
}

export const filesystem: Connector = filesystemConnector();
