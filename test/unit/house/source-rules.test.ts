import { describe, expect, it } from 'vitest';
import { foreignTextViolations, sizeViolations } from '../../../scripts/checks/file-rules.mjs';
import { manifestViolations } from '../../../scripts/checks/manifest.mjs';
import { codeMakingViolations, nodeViolations, typeHoleViolations } from '../../../scripts/checks/source-rules.mjs';
import { manifestFields, typesOf } from '../../../scripts/entry-points.mjs';

describe('Node in the core', () => {
  it('is refused, as import, as bare name and as global', () => {
    expect(nodeViolations('src/runtime/task.ts', `import { readFileSync } from 'node:fs';`)).toHaveLength(1);
    expect(nodeViolations('src/runtime/task.ts', `import { readFileSync } from 'fs';`)).toHaveLength(1);
    expect(nodeViolations('src/runtime/task.ts', `\nconst home = process.env.HOME ?? Buffer.from('x');`)).toEqual([
      'src/runtime/task.ts:2: process.env is a global of Node: the core runs anywhere',
      'src/runtime/task.ts:2: Buffer.from is a global of Node: the core runs anywhere',
    ]);
  });

  it('is allowed where files, threads and peers are reached', () => {
    for (const place of [
      'backends/local/node/files',
      'state/lmdb/store',
      'connectors/filesystem/reader',
      'server/http',
      'cli/main',
      'testing/node',
    ]) {
      expect(nodeViolations(`src/${place}.ts`, `import 'node:fs';`)).toEqual([]);
    }
  });

  it('is not seen in methods, comments and texts', () => {
    const text = `this.process.on(); operator.process(0, batch); // process.env\nconst s = 'process.env';`;
    expect(nodeViolations('src/runtime/task.ts', text)).toEqual([]);
  });
});

describe('code from text', () => {
  it('is made in one place', () => {
    const text = 'const f = new Function(names, body);';
    expect(codeMakingViolations('src/codegen/compile.ts', text)).toEqual([]);
    expect(codeMakingViolations('src/operators/filter.ts', text)).toHaveLength(1);
    expect(codeMakingViolations('src/operators/filter.ts', 'eval(text)')).toHaveLength(1);
    expect(codeMakingViolations('src/operators/filter.ts', 'expression.eval(row); class AnyFunction {}')).toEqual([]);
  });
});

describe('holes in the types', () => {
  it.each(['let x: any;', 'f(x as any)', 'type A = any;', 'Map<string, any>', 'let x: string | any', '// @ts-ignore', '// @ts-nocheck'])(
    'finds %s',
    (text) => {
      expect(typeHoleViolations('src/data/x.ts', text)).toHaveLength(1);
    },
  );

  it('finds a silenced linter', () => {
    expect(typeHoleViolations('src/data/x.ts', `// ${'biome-ignore'} lint/suspicious/noExplicitAny: no`)).toHaveLength(1);
  });

  it('lets the word stand in texts and names', () => {
    expect(
      typeHoleViolations(
        'src/data/x.ts',
        `const any = 'x: any'; // for any: reason\nconst o = { any: 1 }; f(anything); f(() => any(test) || any.x);`,
      ),
    ).toEqual([]);
  });
});

describe('files', () => {
  it('over 1 MB are refused', () => {
    expect(sizeViolations('a.json', 1024 * 1024)).toEqual([]);
    expect(sizeViolations('a.json', 1024 * 1024 + 1)).toHaveLength(1);
  });

  it('name no path of one machine and no registry host', () => {
    // Put together here, so that this file does not hold what it looks for.
    for (const text of [
      `cd ${'/wo'}${'rk/main'}`,
      `"${'/ro'}${'ot/.cache'}"`,
      `${'/ho'}${'me/ada/x'}`,
      `"resolved": "${'ht'}${'tps://x'}"`,
      `${'https:'}${'//regi'}${'stry.example.org/x'}`,
    ]) {
      expect(foreignTextViolations('README.md', `first line\n${text}`)).toHaveLength(1);
    }
    expect(foreignTextViolations('README.md', 'docs/work/plan.md, path = /tmp/out, https://example.org/work/x')).toEqual([]);
  });
});

describe('package.json', () => {
  const entries = [
    { name: 'index', source: 'src/index.ts', subpath: '.' },
    { name: 'cli', source: 'src/cli/main.ts', bin: 'millstream' },
  ];

  it('follows from the table of entry points', () => {
    expect(manifestFields(entries)).toEqual({
      exports: { '.': { types: './dist/types/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
      bin: { millstream: 'dist/cli.js' },
    });
    expect(typesOf({ name: 'testing', source: 'src/testing/node.ts' })).toBe('./dist/types/testing/node.d.ts');
  });

  it('may not offer what is not built', () => {
    const { exports, bin } = manifestFields(entries);
    expect(manifestViolations({ exports, bin }, { exports, bin })).toEqual([]);
    expect(manifestViolations({ exports }, { exports, bin })).toHaveLength(1);
    expect(manifestViolations({ exports: { ...exports, './kafka': './dist/kafka.js' }, bin }, { exports, bin })).toHaveLength(1);
  });
});
