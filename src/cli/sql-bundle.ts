// What the command line does with SQL, and what a job's threads do. Bundled as a script of its own (scripts/bundle.mjs), which sql-commands.ts and ../worker.ts load.
export { serveWorker } from '../api/worker/serve-worker.ts';
export { workerSide } from '../backends/local/node/worker-side.ts';
export { explain } from './commands/explain.ts';
export { savepoint, stop } from './commands/savepoint.ts';
export { shell } from './commands/shell.ts';
export { state } from './commands/state.ts';
export { runSql } from './script/run-sql.ts';
