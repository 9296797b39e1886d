import type { CommonOptions } from '../commands/common-options.ts';
import { ExitCode } from '../exit-code.ts';
import { Interrupts } from '../interrupts.ts';
import type { Messages } from '../messages.ts';
import { JobGroup } from './job-group.ts';
import { openProcessSession } from './open-session.ts';
import { runStatements } from './run-script.ts';
import type { Script } from './script.ts';

/** Runs a script with its results on standard output. Throws what refuses it, and JobFailure. */
export async function runSql(script: Script, options: CommonOptions, messages: Messages): Promise<void> {
  messages.nameSource(script.text, script.name);
  const opened = await openProcessSession(options, messages, script.folder);
  const { session, output, badRecords } = opened;
  const statements = session.parse(script.text);
  const jobs = new JobGroup();
  output.onBroken = () => jobs.drain();
  const { state } = session.options;
  if (state !== undefined) {
    state.onStop = () => {
      jobs.draining = true;
    };
  }
  const silence = drainFirst(jobs, messages, undefined, state !== undefined).listen();
  try {
    await runStatements(statements, script.text, { ...opened, jobs, foreground: false, checksOnly: options.check === true });
    await jobs.allFinished();
    await output.drained();
  } catch (error) {
    await jobs.cancel();
    throw error;
  } finally {
    badRecords.report();
    await state?.close();
    silence();
  }
}

/** Ctrl-C drains, or has a checkpoint saved; a second one does what is given, or ends the process at once. */
export function drainFirst(jobs: JobGroup, messages: Messages, second = () => endAtOnce(messages), keepsState = false): Interrupts {
  const first = (): void => {
    const what = keepsState ? 'saving a checkpoint' : 'draining what has been read';
    if (jobs.running.size > 0) messages.note(`${what}; Ctrl-C again ends at once`);
    jobs.drain();
  };
  return new Interrupts(first, second);
}

function endAtOnce(messages: Messages): void {
  messages.makeRoom();
  process.exit(ExitCode.interrupted);
}
