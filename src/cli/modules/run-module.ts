import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hookModules } from '../../backends/local/node/modules/hook-modules.ts';
import { ConnectorError } from '../../common/errors.ts';
import { runningJobs } from '../../common/running-jobs.ts';
import { ExitCode } from '../exit-code.ts';
import { Interrupts } from '../interrupts.ts';
import type { Messages } from '../messages.ts';

/**
 * Runs a JavaScript or TypeScript module in this process, as Node would; types need no build step. Its `millstream` is its own, or else
 * this package. The process ends when the module's work has ended. Throws MS5002, and what the module throws.
 */
export async function runModule(file: string, operands: readonly string[], messages: Messages): Promise<void> {
  const path = resolve(file);
  await access(path, constants.R_OK).catch((cause) => {
    throw new ConnectorError('MS5002', `${file} cannot be read: there is no such file`, { cause });
  });
  hookModules();
  process.argv = [process.argv[0]!, path, ...operands];
  messages.unnamed = '<SQL text>';
  drainOnInterrupt(messages);
  await import(pathToFileURL(path).href);
}

/** Ctrl-C drains the jobs that the module runs; when there are none, or the second time, it ends the process. */
function drainOnInterrupt(messages: Messages): void {
  const stop = (): void => process.exit(ExitCode.interrupted);
  const drain = (): void => {
    if (runningJobs.size === 0) return stop();
    messages.note('draining what has been read; Ctrl-C again ends at once');
    for (const job of runningJobs) void job.suspend().catch(() => undefined);
  };
  new Interrupts(drain, stop).listen();
}
