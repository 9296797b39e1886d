import { extname } from 'node:path';
import { SqlError } from '../../common/errors.ts';
import { commandLineScript, readScript, readStandardInput, type Script } from '../script/script.ts';
import type { CommonOptions } from './common-options.ts';

const MODULES: ReadonlySet<string> = new Set(['.ts', '.mts', '.js', '.mjs']);

export const isModule = (file: string): boolean => MODULES.has(extname(file));

/** The text that a command is to work on. */
export async function scriptOf(file: string | undefined, { execute }: CommonOptions): Promise<Script> {
  if (execute !== undefined) return commandLineScript(execute);
  if (file !== undefined) return readScript(file);
  if (process.stdin.isTTY) throw usage('there is no program to run', 'name a file, or give a statement: millstream -e "SELECT ..."');
  return readStandardInput();
}

export function usage(message: string, hint = 'millstream run --help shows examples'): SqlError {
  return new SqlError('MS5001', message, { hint });
}
