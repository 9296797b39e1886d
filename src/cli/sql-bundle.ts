// What the command line does with SQL. Bundled as a script of its own (scripts/bundle.mjs), which sql-commands.ts loads.
export { explain } from './commands/explain.ts';
export { savepoint, stop } from './commands/savepoint.ts';
export { shell } from './commands/shell.ts';
export { state } from './commands/state.ts';
export { runSql } from './script/run-sql.ts';
