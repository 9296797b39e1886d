import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Snippet, snippetsOf } from './snippets.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** README.md and everything in docs/, each with its snippets of the language; files without any are left out. */
export function filesWith(language: Snippet['language']): { path: string; snippets: Snippet[] }[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
  return ['README.md', ...docs.map((path) => `docs/${path}`).sort()].flatMap((path) => {
    const snippets = snippetsOf(readFileSync(join(root, path), 'utf8')).filter((snippet) => snippet.language === language);
    return snippets.length === 0 ? [] : [{ path, snippets }];
  });
}

/** Runs `work` in an empty folder that has the project's examples in it, as the working directory of a reader would. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'millstream-docs-'));
  symlinkSync(join(root, 'examples'), join(folder, 'examples'), 'junction');
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Links of the Markdown files to files that are not there, each with its place. */
export function deadLinks(): string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
  const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs.map((path) => `docs/${path}`)];
  return pages.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8').replace(/```[\s\S]*?```/g, '');
    const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!);
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    return local.filter((target) => !existsSync(join(root, dirname(path), target))).map((target) => `${path}: ${target}`);
  });
}
