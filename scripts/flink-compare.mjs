// Runs the SQL test files on a real Flink and lists where it answers something else than the files expect.
//
//   node scripts/flink-compare.mjs [--complete] [FILE.slt...]
//
// --complete writes Flink's results into queries that have none yet. FLINK_GATEWAY names a gateway that already runs; else
// scripts/flink-up.sh starts one, and it is left running (scripts/flink-up.sh stop).
import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

function startFlink() {
  const output = execFileSync(`${root}scripts/flink-up.sh`, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return /^FLINK_GATEWAY=(.*)$/m.exec(output)[1];
}

/** The comparison is TypeScript beside the test runner; Node 20 runs it as a bundle. */
async function loadCompareFiles() {
  const outfile = `${root}build/sql-runner/compare-files.mjs`;
  await build({
    entryPoints: [`${root}test/sql-runner/compare-files.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    // The runner finds the test files beside itself.
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(`${root}test/sql-runner/files.ts`).href) },
  });
  return (await import(pathToFileURL(outfile).href)).compareFiles;
}

try {
  const { values, positionals: files } = parseArgs({ options: { complete: { type: 'boolean', default: false } }, allowPositionals: true });
  const compareFiles = await loadCompareFiles();
  const gateway = process.env.FLINK_GATEWAY ?? startFlink();
  const differing = await compareFiles({ gateway, files, complete: values.complete, print: (line) => console.log(line) });
  if (differing > 0) process.exitCode = 1;
} catch (error) {
  console.error(`flink-compare: ${error.message}`);
  process.exitCode = 2;
}
