import { SqlError } from '../../common/errors.ts';
import { splitForShell } from '../../sql/shell.ts';
import { isJobFailure } from '../job-failure.ts';
import type { Messages } from '../messages.ts';
import { ownPackage } from '../own-package.ts';
import { JobGroup } from '../script/job-group.ts';
import { openProcessSession, type ProcessSession } from '../script/open-session.ts';
import { runStatements } from '../script/run-script.ts';
import { drainFirst } from '../script/run-sql.ts';
import { complete } from '../shell/completion.ts';
import { History } from '../shell/history.ts';
import { LineReader } from '../shell/line-reader.ts';
import { watchKeys } from '../shell/running-keys.ts';
import { HELP_TEXT, shellCommand } from '../shell/shell-command.ts';
import { isTerminal } from '../streams.ts';
import type { CommonOptions } from './common-options.ts';

const PROMPT = 'millstream> ';
const CONTINUATION = '         -> ';

/** The shell: reads statements from the terminal and runs each; a mistake ends a statement, never the shell. */
export async function shell(options: CommonOptions, messages: Messages): Promise<void> {
  if (!process.stdin.isTTY || !isTerminal(process.stdout)) {
    throw new SqlError('MS5001', 'the shell needs a terminal', { hint: 'a script is run by: millstream run FILE.sql' });
  }
  const opened = await openProcessSession(options, messages);
  const history = new History();
  const { colours } = messages;
  messages.print(`${colours.bold(`Millstream ${ownPackage().version}`)}  ${colours.dim('HELP; for help, QUIT; or Ctrl-D to leave')}\n`);
  await new Shell(opened, history).run();
}

class Shell {
  readonly #opened: ProcessSession;
  readonly #history: History;
  readonly #reader: LineReader;
  /** What was typed of a statement that goes on. */
  #begun = '';

  constructor(opened: ProcessSession, history: History) {
    this.#opened = opened;
    this.#history = history;
    this.#reader = new LineReader({
      input: process.stdin,
      output: process.stdout,
      complete: (line) => complete(line, opened.session),
      history: () => history.lines,
    });
  }

  /** Resolves when the user leaves, or the terminal is gone. */
  async run(): Promise<void> {
    while (!this.#opened.output.broken) {
      const typed = await this.#reader.read(this.#begun === '' ? PROMPT : CONTINUATION);
      if (typed === 'left') return this.#opened.output.write('\n');
      if (typed === 'interrupted') this.#giveUp();
      else if (!(await this.#take(typed.line))) return;
    }
  }

  /** Takes a line; false when it asks to leave. */
  async #take(line: string): Promise<boolean> {
    this.#history.add(line);
    this.#history.save();
    const command = this.#begun === '' ? shellCommand(line) : undefined;
    if (command === 'quit') return false;
    if (command === 'help') this.#opened.output.write(HELP_TEXT);
    else if (command === 'clear') this.#opened.output.write('\x1b[2J\x1b[H');
    else await this.#takeSql(line);
    return true;
  }

  async #takeSql(line: string): Promise<void> {
    const { statements, rest, complete } = splitForShell(this.#begun === '' ? line : `${this.#begun}\n${line}`);
    this.#begun = complete ? '' : rest;
    for (const statement of statements) if (!(await this.#run(statement))) return this.#giveUp();
  }

  /** Runs a statement; false when it failed or was ended by the user, so that what was pasted behind it is given up. */
  async #run(statement: string): Promise<boolean> {
    const { session, messages, badRecords } = this.#opened;
    messages.nameSource(statement, '<shell>');
    const jobs = new JobGroup();
    const onDone = (): void => messages.print(`${messages.colours.dim('done')}\n`);
    const interrupts = drainFirst(jobs, messages, () => void jobs.cancel());
    const silence = interrupts.listen();
    const release = watchKeys(process.stdin, () => interrupts.interrupt());
    try {
      await runStatements(session.parse(statement), statement, { ...this.#opened, jobs, foreground: true, onDone });
      return !jobs.draining;
    } catch (error) {
      await jobs.cancel();
      messages.error(isJobFailure(error) ? error.error : error);
      return false;
    } finally {
      badRecords.report();
      release();
      silence();
    }
  }

  #giveUp(): void {
    this.#begun = '';
    this.#reader.clear();
  }
}
