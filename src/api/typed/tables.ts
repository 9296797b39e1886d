import { SqlError } from '../../common/errors.ts';
import { printStatement } from '../../sql/print.ts';
import type { ProgramTables } from '../engine.ts';
import { masked } from './table-statement.ts';

/** The tables of two pipelines. Throws MS1107 where a name that the program gave stands for two tables. */
export function mergeTables(...all: readonly ProgramTables[]): ProgramTables {
  const merged = new Map(all[0]);
  for (const [name, table] of all.slice(1).flatMap((tables) => [...tables])) {
    const known = merged.get(name);
    if (known !== undefined && known !== table) {
      throw new SqlError('MS1107', `two tables of these pipelines are called ${name}`, {
        hint: 'give them different names in ms.from(source, name), or none',
      });
    }
    merged.set(name, table);
  }
  return merged;
}

/** CREATE TABLE statements, one below the other; secrets are masked. */
export const tablesText = (tables: ProgramTables): string =>
  [...tables.values()].map(({ statement }) => `${printStatement(masked(statement))};\n\n`).join('');
