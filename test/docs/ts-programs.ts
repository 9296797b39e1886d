import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { entryPoints } from '../../scripts/entry-points.mjs';
import { root } from './files.ts';
import type { Snippet } from './snippets.ts';

/** Snippets of a file that make up one program: the first has the imports. */
export interface Program {
  /** File and line of its first snippet. */
  readonly place: string;
  readonly text: string;
  readonly expected: string | undefined;
  readonly runs: boolean;
}

/** A snippet that imports something begins a program; those behind it go on with it. */
export function programsOf(path: string, snippets: readonly Snippet[]): Program[] {
  const groups: Snippet[][] = [];
  for (const snippet of snippets) {
    const group = groups.at(-1);
    if (group === undefined || /^import\b/m.test(snippet.text)) groups.push([snippet]);
    else group.push(snippet);
  }
  return groups.map((group) => {
    const expected = group.flatMap((snippet) => snippet.expected ?? []);
    return {
      place: `${path}:${group[0]!.line}`,
      text: `${group.map(({ text }) => text).join('\n')}\nexport {};\n`,
      expected: expected.length === 0 ? undefined : expected.join('\n'),
      runs: !group.some(({ flags }) => flags.includes('no-run')),
    };
  });
}

const run = promisify(execFile);
const source = (entry: { readonly source: string }): string => join(root, entry.source);
const specifier = (subpath: string): string => `millstream${subpath.slice(1)}`;
const imported = entryPoints.filter((entry) => entry.subpath !== undefined);

/** What the type checker says of all programs at once; empty when nothing. */
export async function typeErrors(programs: readonly Program[]): Promise<string> {
  const folder = join(root, 'build/docs-programs');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [i, { text }] of programs.entries()) writeFileSync(join(folder, `${i}.ts`), text);
  const paths = Object.fromEntries(imported.map((entry) => [specifier(entry.subpath!), [source(entry)]]));
  const config = { extends: '../../tsconfig.json', compilerOptions: { paths }, include: ['*.ts'], exclude: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  try {
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { cwd: folder });
    return '';
  } catch (error) {
    const output = (error as { stdout?: string }).stdout ?? String(error);
    return output.replace(
      /^(?:.*\/)?(\d+)\.ts\((\d+)/gm,
      (_, i: string, line: string) => `${programs[Number(i)]!.place} (line ${line} of the program`,
    );
  }
}

/** What a program prints, run in the folder. Throws what node says when it fails or does not end. */
export async function outputOf({ text }: Program, folder: string): Promise<string> {
  const outfile = join(folder, 'program.mjs');
  await build({
    stdin: { contents: text, loader: 'ts', resolveDir: root },
    alias: Object.fromEntries(imported.map((entry) => [specifier(entry.subpath!), source(entry)])),
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'bundle',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    outfile,
    logLevel: 'error',
  });
  return (await run(process.execPath, [outfile], { cwd: folder, timeout: 30_000 })).stdout;
}
