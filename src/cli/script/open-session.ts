import { fstatSync } from 'node:fs';
import { ALLOW_LOST, START_FROM } from '../../api/checkpoint-settings.ts';
import { MEMORY_SETTING } from '../../api/memory-setting.ts';
import { type JobStates, Session } from '../../api/session.ts';
import { openSpillFile } from '../../backends/local/node/node-spill-file.ts';
import { SqlError } from '../../common/errors.ts';
import { applySettings } from '../apply-settings.ts';
import { BadRecords } from '../bad-records.ts';
import type { CommonOptions } from '../commands/common-options.ts';
import { commandLineConnectors, pacedConnectors } from '../connectors.ts';
import type { Messages } from '../messages.ts';
import { Output } from '../output/output.ts';
import { PipedPresenter } from '../output/piped-presenter.ts';
import type { Presenter } from '../output/result-view.ts';
import { isTerminal } from '../streams.ts';
import type { JobObserver } from './run-script.ts';

/** A session whose results and messages go to the streams of the process. */
export interface ProcessSession {
  readonly session: Session;
  readonly presenter: Presenter;
  readonly messages: Messages;
  readonly output: Output;
  readonly badRecords: BadRecords;
  readonly observer: JobObserver;
}

const UNSEEN: JobObserver = { follow: () => () => undefined };

/** Opens a session for the streams of this process: tables on a terminal, NDJSON elsewhere. Throws what a wrong --set does. */
export async function openProcessSession(options: CommonOptions, messages: Messages, moduleBase?: string): Promise<ProcessSession> {
  const output = new Output(process.stdout);
  const badRecords = new BadRecords(messages);
  const onNote = (text: string): void => messages.note(text);
  const state = await openState(options);
  const session = await Session.open({
    ...(state && { state }),
    loadThreads: async () => (await import('../../backends/local/node/worker-threads.ts')).workerThreads,
    modules: () => import('../../backends/local/node/load-module.ts'),
    ...(moduleBase === undefined ? {} : { moduleBase }),
    localConnectors: () => pacedConnectors(options.rowsPerSecond),
    openSpillFile: () => openSpillFile(),
    connectors: commandLineConnectors(output, options.rowsPerSecond),
    print: (text) => {
      messages.makeRoom();
      output.write(text);
    },
    onBadRecord: (table, bad, deadLetters) => badRecords.add(table, bad, deadLetters),
    onNote,
  });
  applySettings(session, options.set ?? [], onNote);
  if (options.parallelism !== undefined) session.settings.set('parallelism.default', String(options.parallelism));
  if (options.checkpointInterval !== undefined) session.settings.set('execution.checkpointing.interval', options.checkpointInterval);
  if (options.allowLostState === true) session.settings.set(ALLOW_LOST, 'true');
  if (options.from !== undefined) session.settings.set(START_FROM, options.from);
  if (options.memory !== undefined) session.settings.set(MEMORY_SETTING, options.memory);
  return { session, messages, output, badRecords, ...(await presentation(session, output, messages, options)) };
}

/** Throws StateError where the folder is in use, or cannot be used; MS5001 for an interval without a folder. */
async function openState({ state, checkpointInterval, from }: CommonOptions): Promise<JobStates | undefined> {
  if (state === undefined) {
    if (checkpointInterval === undefined && from === undefined) return undefined;
    throw new SqlError('MS5001', `${from === undefined ? '--checkpoint-interval' : '--from'} needs a folder`, {
      hint: 'name one: --state ./state',
    });
  }
  if (state.trim() === '') throw new SqlError('MS5001', '--state names no folder', { hint: 'for example --state ./state' });
  const { StateFolder } = await import('../../backends/local/node/state-folder.ts');
  return new StateFolder(state);
}

async function presentation(
  session: Session,
  output: Output,
  messages: Messages,
  { changelog = false }: CommonOptions,
): Promise<Pick<ProcessSession, 'presenter' | 'observer'>> {
  const { kernels, settings } = session;
  const timeZone = (): string => settings.timeZone;
  const piped = (): Presenter => new PipedPresenter({ output, kernels, timeZone, changelog });
  const tables = isTerminal(process.stdout) && !changelog;
  if (!statusIsSeen(tables)) return { presenter: piped(), observer: UNSEEN };
  const { StatusLine, Screen, TerminalPresenter } = await import('../terminal/index.ts');
  const observer = new StatusLine(new Screen(process.stderr), messages);
  if (!tables) return { presenter: piped(), observer };
  const screen = new Screen(process.stdout);
  return {
    presenter: new TerminalPresenter({ output, screen, kernels, timeZone, messages, pauseStatus: () => observer.pause() }),
    observer,
  };
}

/** Whether a status line on standard error disturbs nobody: lines of a result, or of a reader behind a pipe, may go to the same terminal. */
function statusIsSeen(tables: boolean): boolean {
  if (tables) return true;
  if (!isTerminal(process.stderr) || isTerminal(process.stdout)) return false;
  try {
    const target = fstatSync(process.stdout.fd);
    return target.isFile() || target.isCharacterDevice();
  } catch {
    return false;
  }
}
