import { extname } from 'node:path';
import { SqlError } from '../../common/errors.ts';
import type { Messages } from '../messages.ts';
import { commandLineScript, readScript, readStandardInput, type Script } from '../script/script.ts';
import type { CommonOptions } from './common-options.ts';

const MODULES: ReadonlySet<string> = new Set(['.ts', '.mts', '.js', '.mjs']);

export const isModule = (file: string): boolean => MODULES.has(extname(file));

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
  const script = await scriptOf(file, options);
  const { runSql } = await import('../script/run-sql.ts');
  return runSql(script, options, messages);
}

/** The text that a command is to work on. */
export async function scriptOf(file: string | undefined, { execute }: CommonOptions): Promise<Script> {
  if (execute !== undefined) return commandLineScript(execute);
  if (file !== undefined) return readScript(file);
  if (process.stdin.isTTY) throw usage('there is no program to run', 'name a file, or give a statement: millstream -e "SELECT ..."');
  return readStandardInput();
}

async function runModuleFile(
  file: string,
  operands: readonly string[],
  { changelog, set = [] }: CommonOptions,
  messages: Messages,
): Promise<void> {
  const flag = changelog ? '--changelog' : set.length > 0 ? '--set' : undefined;
  if (flag !== undefined) throw usage(`${flag} is for SQL, and ${file} is a module`, 'a module decides itself what it prints');
  const { runModule } = await import('../modules/run-module.ts');
  await runModule(file, operands, messages);
}

function usage(message: string, hint = 'millstream run --help shows examples'): SqlError {
  return new SqlError('MS5001', message, { hint });
}
