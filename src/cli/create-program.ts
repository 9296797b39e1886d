import type { Command, InvalidArgumentError } from 'commander';
import { SqlError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import type { CommonOptions } from './commands/common-options.ts';
import { ownPackage } from './own-package.ts';

/** What the commands do. */
export interface Handlers {
  /** `millstream` without a command. */
  none(options: CommonOptions): Promise<void>;
  run(file: string | undefined, operands: readonly string[], options: CommonOptions): Promise<void>;
  explain(file: string | undefined, options: CommonOptions & ExplainFlags): Promise<void>;
  savepoint(state: string, target: string | undefined, options: CommonOptions): Promise<void>;
  state(path: string, name: StateOperands, options: CommonOptions & { readonly job?: string }): Promise<void>;
  stop(state: string, options: CommonOptions & StopFlags): Promise<void>;
  shell(options: CommonOptions): Promise<void>;
}

/** Behind `millstream state PATH`. */
export interface StateOperands {
  readonly operator?: string | undefined;
  readonly state?: string | undefined;
}

export interface StopFlags {
  /** True, or the folder for it. */
  readonly savepoint?: boolean | string;
  readonly drain?: boolean;
}

export interface ExplainFlags {
  readonly changelogMode?: boolean;
  readonly codegen?: boolean;
}

const EXAMPLES = {
  millstream: `
Examples:
  $ millstream                                    a shell
  $ millstream -e "SELECT 1 + 1 AS two"           a statement
  $ millstream run job.sql                        a script
  $ millstream run job.sql > rows.ndjson          its result as NDJSON
  $ millstream run job.ts                         a TypeScript program
  $ cat job.sql | millstream                      a script from standard input
  $ millstream explain job.sql                    plans instead of results

Exit codes: 0 done, or drained by Ctrl-C; 1 failed while running; 2 refused before a record was read; 130 ended by a second Ctrl-C.`,
  run: `
Examples:
  $ millstream run job.sql
  $ millstream run job.sql --changelog | jq .row
  $ millstream run -e "SHOW FUNCTIONS"
  $ millstream run - < job.sql
  $ millstream run job.sql --set table.local-time-zone=Europe/Berlin
  $ millstream run job.sql --state ./state --checkpoint-interval 1s
  $ millstream run job.sql --state ./new-state --from ./savepoints/savepoint-1f2e3d-0123456789ab
  $ millstream run job.ts -- --operands --of the program

On a terminal the result is a table that changes as rows come; elsewhere it is NDJSON: rows of a result that only grows as they come,
the final rows of one that is updated. Ctrl-C drains: what has been read is still processed; a second Ctrl-C ends at once.`,
  explain: `
Examples:
  $ millstream explain job.sql
  $ millstream explain --codegen -e "SELECT UPPER('a')"`,
  savepoint: `
Examples:
  $ millstream savepoint ./state                  prints the path of the savepoint
  $ millstream savepoint ./state ./savepoints
  $ millstream run job.sql --state ./new-state --from ./savepoints/savepoint-1f2e3d-0123456789ab

The jobs go on. Where none runs, the savepoint is made of the newest checkpoints.`,
  state: `
Examples:
  $ millstream state ./state                      lists what there is, while the job runs, too
  $ millstream state ./state group-city-7aa5605b  prints its rows
  $ millstream state ./savepoints/savepoint-1f2e3d-0123456789ab group-city-7aa5605b distinct-0
  $ millstream -e "CREATE TABLE s WITH ('connector' = 'state', 'path' = './state'); SELECT COUNT(*) FROM s"`,
  stop: `
Examples:
  $ millstream stop ./state                       ends with a checkpoint, as Ctrl-C does
  $ millstream stop ./state --savepoint           and prints the path of a savepoint
  $ millstream stop ./state --savepoint ./savepoints
  $ millstream stop ./state --drain               closes windows: the jobs end for good`,
  shell: `
Statements end in a semicolon and may take several lines. HELP; shows what else there is. Ctrl-C ends a running query, Ctrl-D the shell.`,
};

/** What is needed of the library: given, so that this file is in the program's bundle and the library is loaded only where it is used. */
type Commander = Pick<typeof import('commander'), 'Command' | 'InvalidArgumentError'>;

/** The grammar of the command line. Nothing is loaded for a command before it is called. */
export function createProgram(commander: Commander, handlers: Handlers): Command {
  const program: Command = new commander.Command('millstream');
  program
    .description('Stream processing with Flink SQL and TypeScript.')
    .version(ownPackage().version, '-V, --version', 'print the version')
    .argument('[command]')
    .usage('[options] [command]')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .configureHelp({
      showGlobalOptions: true,
      visibleArguments: (command: Command) => (command.parent === null ? [] : [...command.registeredArguments]),
    })
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError(true)
    .addHelpText('after', EXAMPLES.millstream)
    .action(async (command: string | undefined) => {
      if (command !== undefined) throw unknownCommand(command, program.commands);
      await handlers.none(program.opts());
    });
  addCommonOptions(program, refusal(commander));
  addCommands(program, handlers);
  return program;
}

/** Makes the error that the library wants where the value of an option is wrong. */
type Refusal = (message: string) => InvalidArgumentError;

const refusal =
  ({ InvalidArgumentError }: Commander): Refusal =>
  (message) =>
    new InvalidArgumentError(message);

function addCommonOptions(program: Command, refused: Refusal): void {
  program
    .option('-e, --execute <sql>', 'run this text instead of a file', once('-e', refused))
    .option('--changelog', 'print each change as {"op":"+U","row":{...}}')
    .option('--set <key=value>', 'a setting, as SET makes it; may be repeated', (value, values: readonly string[] = []) => [
      ...values,
      value,
    ])
    .option('--state <folder>', 'keep the state of INSERTs there, and go on from it: a crash loses nothing')
    .option('--from <savepoint>', 'start from this savepoint; needs --state, with a folder that has no state yet')
    .option('--allow-lost-state', 'start a changed query even where it has no place for some of the state')
    .option('--checkpoint-interval <time>', "how often state is saved, for example 1s; needs --state (default: '10 s')")
    .option('--parallelism <workers>', 'threads that share the work of a job (default: 1)', (text) => wholeNumber(text, refused))
    .option('--memory <size>', 'what state may take of memory, for example 512MB; the rest lies in a temporary file')
    .option('--rows-per-second <number>', 'read input no faster than this, to watch a query at work', (text) =>
      positiveNumber(text, refused),
    )
    .option('--no-color', 'no colours (also: NO_COLOR=1)')
    .option('--debug', 'print stack traces');
}

function addCommands(program: Command, handlers: Handlers): void {
  program
    .command('run')
    .description('run a SQL script, or a TypeScript or JavaScript module')
    .argument('[file]', 'FILE.sql, FILE.ts, or - for standard input')
    .argument('[operands...]', 'operands of a module, in its process.argv')
    .option('--check', 'only say what would become of the state in --state; exit code 2 where some would be lost')
    .addHelpText('after', EXAMPLES.run)
    .action((file, operands, _, command: Command) => handlers.run(file, operands, command.optsWithGlobals()));
  program
    .command('explain')
    .description('print the plans of the queries and INSERTs of a script')
    .argument('[file]', 'FILE.sql, or - for standard input')
    .option('--changelog-mode', 'say for each node whether it updates rows')
    .option('--codegen', 'print the generated code, too')
    .addHelpText('after', EXAMPLES.explain)
    .action((file, _, command: Command) => handlers.explain(file, command.optsWithGlobals()));
  program
    .command('savepoint')
    .description('make a savepoint of the jobs of a state folder')
    .argument('<state>', 'the folder given to --state')
    .argument('[target]', "folder in which the savepoint gets one of its own (default: 'savepoints' in the state folder)")
    .addHelpText('after', EXAMPLES.savepoint)
    .action((state, target, _, command: Command) => handlers.savepoint(state, target, command.optsWithGlobals()));
  program
    .command('state')
    .description('show the state in a state folder, a savepoint or a checkpoint')
    .argument('<path>', 'a state folder, a savepoint, or the manifest of a checkpoint')
    .argument('[operator]', 'prints what this one keeps')
    .argument('[state]', 'one of the tables of the operator')
    .option('--job <name>', 'of this job: job-1')
    .addHelpText('after', EXAMPLES.state)
    .action((path, operator, state, _, command: Command) => handlers.state(path, { operator, state }, command.optsWithGlobals()));
  program
    .command('stop')
    .description('end the jobs of a state folder')
    .argument('<state>', 'the folder given to --state')
    .option('--savepoint [target]', 'make a savepoint of how they ended')
    .option('--drain', 'end the sources and close all windows')
    .addHelpText('after', EXAMPLES.stop)
    .action((state, _, command: Command) => handlers.stop(state, command.optsWithGlobals()));
  program
    .command('shell')
    .description('open a shell, as without a command on a terminal')
    .addHelpText('after', EXAMPLES.shell)
    .action((_, command: Command) => handlers.shell(command.optsWithGlobals()));
}

/** An option that stands for one thing. */
function once(flag: string, refused: Refusal) {
  return (value: string, before: string | undefined): string => {
    if (before !== undefined) throw refused(`${flag} can be given once; statements are separated by semicolons.`);
    return value;
  };
}

function wholeNumber(text: string, refused: Refusal): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw refused('a whole number above 0 is expected.');
  return Number(text);
}

function positiveNumber(text: string, refused: Refusal): number {
  const value = Number(text);
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw refused('It takes a number above 0.');
  return value;
}

function unknownCommand(name: string, commands: readonly Command[]): SqlError {
  const nearest = didYouMean(
    name,
    commands.map((command) => command.name()),
  );
  const hint = /\.[a-z]+$/i.test(name) ? `millstream run ${name}` : (nearest ?? 'millstream --help shows the commands');
  return new SqlError('MS5001', `there is no command '${name}'`, { hint });
}
