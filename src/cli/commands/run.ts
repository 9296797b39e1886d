import type { Messages } from '../messages.ts';
import { runModule } from '../modules/run-module.ts';
import { sqlCommands } from '../sql-commands.ts';
import type { CommonOptions } from './common-options.ts';
import { isModule, scriptOf, usage } from './script-of.ts';

/**
 * `millstream run FILE`, `run -` and `run -e SQL`: runs a script or a module to its end. Throws what refuses the program, and JobFailure
 * when it fails while it runs.
 */
export async function run(
  file: string | undefined,
  operands: readonly string[],
  options: CommonOptions,
  messages: Messages,
): Promise<void> {
  if (file !== undefined && options.execute !== undefined) throw usage('there is both a file and -e', 'give one of them');
  if (file !== undefined && isModule(file)) return runModuleFile(file, operands, options, messages);
  if (operands.length > 0) throw usage(`a SQL script takes no operands: ${operands[0]}`);
  if (options.check === true && options.state === undefined) throw usage('--check needs a state folder', 'name it: --state ./state');
  const script = await scriptOf(file, options);
  return sqlCommands().runSql(script, options, messages);
}

async function runModuleFile(
  file: string,
  operands: readonly string[],
  { changelog, set = [], state, from }: CommonOptions,
  messages: Messages,
): Promise<void> {
  const flag = changelog
    ? '--changelog'
    : set.length > 0
      ? '--set'
      : state !== undefined
        ? '--state'
        : from !== undefined
          ? '--from'
          : undefined;
  if (flag !== undefined) throw usage(`${flag} is for SQL, and ${file} is a module`, 'a module says so itself, in open()');
  await runModule(file, operands, messages);
}
