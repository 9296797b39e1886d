import type { SubtaskMetrics } from './subtask.ts';

/** What the workers of a job can tell together. Event time is that of the worker that is behind all others. */
export function sumMetrics(workers: readonly SubtaskMetrics[]): Omit<SubtaskMetrics, 'operators'> {
  const sum = (value: (metrics: SubtaskMetrics) => number): number => workers.reduce((total, metrics) => total + value(metrics), 0);
  const times = workers.flatMap(({ watermark }) => watermark ?? []);
  return {
    rowsIn: sum(({ rowsIn }) => rowsIn),
    rowsOut: sum(({ rowsOut }) => rowsOut),
    bytesIn: sum(({ bytesIn }) => bytesIn),
    bytesOut: sum(({ bytesOut }) => bytesOut),
    lateRows: sum(({ lateRows }) => lateRows),
    badRecords: sum(({ badRecords }) => badRecords),
    stateBytes: sum(({ stateBytes }) => stateBytes),
    busyMs: sum(({ busyMs }) => busyMs),
    watermark: times.length === 0 ? undefined : times.reduce((least, time) => (time < least ? time : least)),
    progress: workers.every(({ progress }) => progress !== undefined)
      ? { done: sum(({ progress }) => progress!.done), total: sum(({ progress }) => progress!.total) }
      : undefined,
  };
}
