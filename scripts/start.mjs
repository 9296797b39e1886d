// `npm start`: runs examples/quickstart.sql over the recorded flights in examples/data, then says what to try next. On a terminal the
// file is read slowly enough to see the result change.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = `${root}dist/cli.js`;
const rowsPerSecond = 200;

const next = `
That was examples/quickstart.sql over 2,000 recorded flights. What to try next:

  node dist/cli.js                                  a SQL shell
  node dist/cli.js run examples/quickstart.sql      the same at full speed
  node dist/cli.js explain examples/quickstart.sql  how it runs

README.md shows it in TypeScript; docs/getting-started.md goes on.`;

if (!existsSync(cli)) {
  console.error('start: there is no dist/cli.js yet; run: npm ci');
  process.exit(1);
}
const pace = process.stdout.isTTY ? ['--rows-per-second', String(rowsPerSecond)] : [];
const child = spawn(process.execPath, [cli, 'run', 'examples/quickstart.sql', ...pace], { cwd: root, stdio: 'inherit' });
// Ctrl-C reaches the pipeline too, which drains; this process waits for it.
process.on('SIGINT', () => undefined);
child.once('exit', (code, signal) => {
  if (code === 0) console.error(next);
  process.exitCode = signal ? 1 : (code ?? 1);
});
