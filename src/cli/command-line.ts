import { InternalError, SqlError } from '../common/errors.ts';
import type { CommonOptions } from './commands/common-options.ts';
import { run } from './commands/run.ts';
import { isModule } from './commands/script-of.ts';
import { withConfig } from './config.ts';
import { createProgram, type Handlers } from './create-program.ts';
import { isStreamError } from './errors/is-stream-error.ts';
import { ExitCode, exitCodeOf } from './exit-code.ts';
import { isJobFailure, JobFailure } from './job-failure.ts';
import { Messages } from './messages.ts';
import { keepSqlCode, sqlCommands } from './sql-commands.ts';
import { coloursOf, isTerminal } from './streams.ts';

/** Whether SQL runs, and with it no code of the user's: an error that is not ours is then a defect of ours. */
let runsSql = false;

/** Runs what the arguments say, and ends the process with the exit code that the contract in docs/cli.md gives. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  const messages = createMessages(args);
  const fail = (error: unknown): Promise<never> => end(messages, runsSql ? ownError(error) : error);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  try {
    await invoke(args, handlers(messages));
  } catch (error) {
    await end(messages, error);
  }
}

/** The commonest call does without the grammar, whose loading takes a sixth of the time that a query of one row takes. */
async function invoke(args: readonly string[], to: Handlers): Promise<void> {
  if (args.length === 2 && args[0] === '-e') return to.none({ execute: args[1]!, color: true });
  await createProgram(await import('commander'), to).parseAsync([...args], { from: 'user' });
}

/** The flags that say how errors look count even when the others are wrong. */
function createMessages(args: readonly string[]): Messages {
  const colours = coloursOf(process.stderr, { color: !args.includes('--no-color') });
  return new Messages({ stream: process.stderr, colours, debug: args.includes('--debug') });
}

function handlers(messages: Messages): Handlers {
  const configured = (flags: CommonOptions): CommonOptions => {
    const options = withConfig(flags);
    if (options.debug === true) messages.debug = true;
    return options;
  };
  return {
    async none(flags) {
      const options = configured(flags);
      if (options.execute === undefined && process.stdin.isTTY && isTerminal(process.stdout)) return openShell(options, messages);
      await sql(() => run(undefined, [], options, messages), keepSqlCode);
    },
    async run(file, operands, flags) {
      // A module configures itself: only what is said to it counts.
      if (file !== undefined && isModule(file)) return run(file, operands, flags, messages);
      const options = configured(flags);
      await sql(() => run(file, operands, options, messages), keepSqlCode);
    },
    async explain(file, flags) {
      const options = { ...flags, ...configured(flags) };
      await sql(() => sqlCommands().explain(file, options, messages));
    },
    async savepoint(state, target, flags) {
      configured(flags);
      await sql(() => sqlCommands().savepoint(state, target));
    },
    async state(path, name, flags) {
      const { job, ...options } = { ...flags, ...configured(flags) };
      await sql(() => sqlCommands().state(path, { ...name, job }, options, messages));
    },
    async stop(state, flags) {
      const { savepoint, drain } = { ...flags, ...configured(flags) };
      await sql(() =>
        sqlCommands().stop(state, { ...(savepoint !== undefined && { savepoint }), ...(drain !== undefined && { drain }) }, messages),
      );
    },
    shell: async (flags) => openShell(configured(flags), messages),
  };
}

async function openShell(options: CommonOptions, messages: Messages): Promise<void> {
  await sql(() => sqlCommands().shell(options, messages));
}

/** Does the work of a SQL command. The process ends as soon as it is done, whatever is still open. */
async function sql(work: () => Promise<void>, afterwards?: () => void): Promise<never> {
  runsSql = true;
  try {
    await work();
  } catch (error) {
    throw ownError(error);
  }
  await settled(process.stderr);
  afterwards?.();
  process.exit(ExitCode.ok);
}

function ownError(error: unknown): unknown {
  if (isJobFailure(error)) return new JobFailure(ownError(error.error));
  if (isStreamError(error)) return error;
  return new InternalError('MS9001', error instanceof Error ? `${error.name}: ${error.message}` : String(error), { cause: error });
}

/** Says what went wrong, and ends the process. Ends it quietly when commander has printed help or the version. */
async function end(messages: Messages, error: unknown): Promise<never> {
  const cause = isJobFailure(error) ? error.error : error;
  const usage = usageError(cause);
  if (usage === 'help') return leave(ExitCode.ok);
  messages.error(usage ?? cause);
  return leave(isJobFailure(error) ? ExitCode.failed : exitCodeOf(usage ?? cause));
}

async function leave(code: number): Promise<never> {
  await Promise.all([settled(process.stdout), settled(process.stderr)]);
  process.exit(code);
}

/** Resolves when what was written to a stream has left the process. */
function settled(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

/** What commander refused, as an error of ours; 'help' when it did what it was asked for. */
function usageError(error: unknown): SqlError | 'help' | undefined {
  if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('commander.'))) return undefined;
  if ('exitCode' in error && error.exitCode === 0) return 'help';
  const [first, ...rest] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = rest
    .join(' ')
    .replace(/^\(|\)$/g, '')
    .replace(/^Did/, 'did');
  return new SqlError('MS5001', first!, { hint: suggestion === '' ? 'millstream --help shows examples' : suggestion });
}
