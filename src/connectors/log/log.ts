import type { Connector } from '../connector.ts';
import { logDescriptor } from './log-descriptor.ts';
import { openLogSink } from './sink/open-log-sink.ts';
import { openLogSource } from './source/open-log-source.ts';

/** Topics in a folder of this machine. */
export const log: Connector = {
  descriptor: logDescriptor,
  parallel: { source: true, sink: true },
  openSource: openLogSource,
  openSink: openLogSink,
};
