// `npm run check`: everything about the source that a machine can judge without running it. One line per check, all of them each
// time; `npm run check -- NAME...` runs some.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { foreignTextViolations, sizeViolations } from './checks/file-rules.mjs';
import { importViolations } from './checks/import-rule.mjs';
import { manifestViolations } from './checks/manifest.mjs';
import { projectFiles, sourceFiles } from './checks/project-files.mjs';
import { codeMakingViolations, nodeViolations, typeHoleViolations } from './checks/source-rules.mjs';

const lineCountMax = 200;
const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a tool of node_modules; its output is what is wrong. */
function tool(script, ...args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`${root}node_modules/${script}`, ...args], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1' },
    });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.once('error', (error) => resolve([`${script}: ${error.message}`]));
    child.once('close', (code) => resolve(code === 0 ? [] : [Buffer.concat(output).toString().trim() || `${script} ended with ${code}`]));
  });
}

const files = projectFiles(root);
const sources = sourceFiles(files);
const overSources = (rule) => () => sources.flatMap(({ path, text }) => rule(path, text));

const docs = () => tool('../scripts/docs.mjs', '--check');

const checks = {
  types: () => tool('typescript/bin/tsc', '-p', 'tsconfig.json'),
  lint: () => tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings'),
  unused: () => tool('knip/bin/knip.js', '--no-progress', '--no-config-hints'),
  imports: overSources(importViolations),
  node: overSources(nodeViolations),
  codegen: overSources(codeMakingViolations),
  any: overSources(typeHoleViolations),
  docs,
  package: () => manifestViolations(JSON.parse(readFileSync(`${root}package.json`, 'utf8'))),
  size: () => files.flatMap(({ path, byteSize }) => sizeViolations(path, byteSize)),
  hosts: () => files.filter(({ byteSize }) => byteSize < 1 << 20).flatMap(({ path, text }) => foreignTextViolations(path, text)),
};

/** The violations, indented; of very many the first, and how many more. */
function shown(violations) {
  const lines = violations.join('\n').split('\n');
  const rest = lines.length > lineCountMax ? [`... ${lines.length - lineCountMax} more lines`] : [];
  return [...lines.slice(0, lineCountMax), ...rest].map((line) => `     ${line}`).join('\n');
}

async function run(name) {
  const started = performance.now();
  const violations = await checks[name]();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${violations.length === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(8)} ${seconds} s`);
  if (violations.length > 0) console.log(shown(violations));
  return violations.length === 0;
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(checks);
const unknown = names.filter((name) => !Object.hasOwn(checks, name));
if (unknown.length > 0) {
  console.error(`check: there is no check ${unknown.join(', ')}; there are ${Object.keys(checks).join(', ')}`);
  process.exitCode = 2;
} else {
  const results = [];
  for (const name of names) results.push(await run(name));
  if (results.includes(false)) process.exitCode = 1;
}
